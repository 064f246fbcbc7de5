using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BudgetFirewall.Ledger.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Reliability;

/// <summary>Row 34: a process with a ledger and a journal is killed again and again, and their disk is full.</summary>
public sealed class KilledLedgerScenarios : Scenario
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ledger-killed").FullName;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public Task A_process_that_is_killed_again_and_again_ends_with_the_totals_of_one_that_was_not(string kind) => RunAsync(34, async () =>
    {
        var (kills, calls) = (Soak.Times(6, 200), Soak.Times(400, 4_000));
        var database = Keep(await FailingDatabase.MakeAsync(kind, _folder));
        var job = JobOn(database, calls);
        var withEntriesLeft = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            using var process = Start(job);
            var acknowledged = await ReadAsync(process, Random.Next((calls * kill / kills) + 1, (calls * (kill + 1) / kills) + 1));
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Next(20)));
            job = job with { Acknowledged = Math.Max(job.Acknowledged, acknowledged + await KillAsync(process)) };
            await database.AssertWholeAsync();
            withEntriesLeft += (await SpentAsync(job)).Count < CallsOf(job, job.Acknowledged).Count ? 1 : 0;
        }
        await FinishAsync(job);

        await database.AssertWholeAsync();
        await AssertTotalsAsync(job);
        return Text($"{kind}: killed {kills} times in {calls:N0} calls, {withEntriesLeft} times with entries in the journal alone: each time it opened whole, every acknowledged call was known to the next process, ledger and counters have what one has that was not killed");
    });

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public Task A_process_that_is_killed_while_the_disk_of_its_database_is_full_has_lost_nothing(string kind) => RunAsync(34, async () =>
    {
        using var disk = new SmallDisk(kilobytes: 32 * 1_024);
        await using var database = await FailingDatabase.MakeAsync(kind, _folder, disk);
        var job = JobOn(database, Soak.Times(2_000, 20_000));
        using (var process = Start(job))
        {
            var acknowledged = await ReadAsync(process, job.Calls / 20);
            disk.Fill();
            acknowledged += await ReadAsync(process, job.Calls / 2, isReady: true);
            job = job with { Acknowledged = acknowledged + await KillAsync(process) };
        }
        disk.Empty();
        await database.AssertWholeAsync();
        var left = CallsOf(job, job.Acknowledged).Count - (await SpentAsync(job)).Count;
        left.Should().BePositive("the disk was full");
        await FinishAsync(job);

        await database.AssertWholeAsync();
        await AssertTotalsAsync(job);
        return Text($"{kind} on a full disk: {job.Acknowledged:N0} calls acknowledged, then killed with {left:N0} entries in the journal alone; none is missing");
    });

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public Task A_full_disk_delays_entries_is_reported_and_loses_none(string kind) => RunAsync(34, async () =>
    {
        using var disk = new SmallDisk(kilobytes: 32 * 1_024);
        await using var database = await FailingDatabase.MakeAsync(kind, _folder, disk);
        await using var process = Process(database, Path.Combine(disk.Folder, "journal"));
        var (firewall, feed) = (process.GetRequiredService<IBudgetFirewall>(), process.GetRequiredService<ILedgerFeed>());
        var (call, calls) = (new BudgetRequest { Provider = "openai", UserId = "alice", Cost = 0.000000001m }, 0);
        for (; calls < 10; calls++)
            await firewall.ChargeAsync(call);
        await feed.FlushAsync();

        disk.Fill();
        // What room is left inside the files is used up first.
        for (var watch = Stopwatch.StartNew(); feed.Status is { Failure: null } or { Unkept: 0 }; calls++)
        {
            watch.Elapsed.Should().BeLessThan(TimeSpan.FromMinutes(1), "the disk is full");
            await firewall.ChargeAsync(call);
        }
        for (var end = calls + Soak.Times(500, 20_000); calls < end; calls++)
            (await firewall.TrySpendAsync(call)).IsAllowed.Should().BeTrue("decisions go on");
        var status = feed.Status;
        (status.Waiting, status.Unkept, status.FailingSince).Should().Match<(int Waiting, int Unkept, DateTimeOffset? Since)>(reported => reported.Waiting > 0 && reported.Unkept > 0 && reported.Since != null);
        // What is delivered while the disk is not quite full makes room in the journal for a moment.
        var errors = Log.Entries.Where(entry => entry.Level == LogLevel.Error).Select(entry => entry.Event).ToList();
        errors.Distinct().Should().BeEquivalentTo([700, 704]);
        errors.Should().HaveCountLessThan(8, "it is not told with each entry");

        disk.Empty();
        await feed.FlushAsync().WaitAsync(TimeSpan.FromMinutes(1));
        await firewall.ChargeAsync(call);
        await feed.FlushAsync();
        feed.Status.Should().Match<LedgerFeedStatus>(now => now.Waiting == 0 && now.Unkept == 0 && now.Failure == null && now.FailingSince == null);
        Log.Entries.Select(entry => entry.Event).Should().Contain([701, 713]);
        await database.AssertWholeAsync();
        await using var ledger = LedgerJob.Open(database.Ledger);
        (await ledger.GetTotalAsync(new())).Should().Be(new LedgerTotal((calls + 1) * call.Cost.Value, calls + 1));
        return Text($"{kind} and the journal on a full disk: reported, {status.Waiting:N0} entries waited and no call was refused; with room again all {calls + 1:N0} are there");
    });

    private LedgerDayJob JobOn(FailingDatabase database, int calls) => new(database.Ledger, Path.Combine(_folder, "ledger.journal"), Seed, calls);

    private ServiceProvider Process(FailingDatabase database, string journal)
    {
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(Log);
        services.AddBudgetFirewall(options =>
            {
                options.StoreTimeout = TimeSpan.FromSeconds(30);
                options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 1_000_000m });
                options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 1_000_000m });
            })
            .UseLedger(_ => LedgerJob.Open(database.Ledger), options => (options.JournalPath, options.RetryAfter) = (journal, TimeSpan.FromMilliseconds(100)));
        return services.BuildServiceProvider();
    }

    /// <summary>The calls of the first so many that charge something.</summary>
    private static List<BudgetRequest> CallsOf(LedgerDayJob job, int first) =>
        [.. Enumerable.Range(0, first).Where(number => number % 4 != 3).Select(number => LedgerDay.CallOf(job.Seed, number))];

    private static async Task<LedgerTotal> SpentAsync(LedgerDayJob job)
    {
        await using var ledger = LedgerJob.Open(job.Database);
        return await ledger.GetTotalAsync(new() { Kinds = [LedgerEntryKind.Charge, LedgerEntryKind.Spend, LedgerEntryKind.Commit] });
    }

    private static async Task AssertTotalsAsync(LedgerDayJob job)
    {
        var expected = CallsOf(job, job.Calls);
        (await SpentAsync(job)).Should().Be(new LedgerTotal(expected.Sum(call => call.Cost!.Value), expected.Count));
        await using var firewall = LedgerDay.Build(job);
        foreach (var calledBy in expected.GroupBy(call => call.UserId!))
            (await firewall.GetStatusAsync(BudgetScope.User(calledBy.Key))).Budgets.Single().Spent.Should().Be(calledBy.Sum(call => call.Cost!.Value));
        (await firewall.GetStatusAsync(BudgetScope.Global)).Budgets.Single().Spent.Should().Be(expected.Sum(call => call.Cost!.Value));
    }

    private static Process Start(LedgerDayJob job)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "BudgetFirewall.Reliability.Worker.dll"));
        start.ArgumentList.Add("ledger");
        start.ArgumentList.Add(JsonSerializer.Serialize(job));
        return System.Diagnostics.Process.Start(start)!;
    }

    /// <summary>Lets a process go through the whole day.</summary>
    private static async Task FinishAsync(LedgerDayJob job)
    {
        using var process = Start(job);
        (await ReadAsync(process, job.Calls)).Should().Be(job.Calls);
        await process.WaitForExitAsync();
        process.ExitCode.Should().Be(0);
    }

    /// <summary>Kills a process, and gives the number of calls that it had acknowledged and that were not read.</summary>
    private static async Task<int> KillAsync(Process process)
    {
        process.Kill();
        var acknowledged = await ReadAsync(process, int.MaxValue, isReady: true, isKilled: true);
        await process.WaitForExitAsync();
        return acknowledged;
    }

    /// <summary>Reads numbers of calls that a process has acknowledged, at most so many, and gives how many there were.</summary>
    private static async Task<int> ReadAsync(Process process, int most, bool isReady = false, bool isKilled = false)
    {
        if (!isReady)
            (await process.StandardOutput.ReadLineAsync()).Should().Be("ready");
        var read = 0;
        while (read < most && await process.StandardOutput.ReadLineAsync() is { } line && int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            read++;
        if (!isKilled && read < most)
        {
            await process.WaitForExitAsync();
            process.ExitCode.Should().NotBe(LedgerDay.Forgotten, "what was acknowledged is known to the next process");
        }
        return read;
    }
}
