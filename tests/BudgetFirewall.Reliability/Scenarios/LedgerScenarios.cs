using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Reliability;

/// <summary>Rows 32 and 33: a ledger that is fed from Redis, whose processes are killed and whose database goes away.</summary>
public sealed class LedgerScenarios : Scenario
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ledger-scenario").FullName;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public Task Processes_that_are_killed_and_a_database_that_is_killed_leave_each_charge_in_the_ledger_once(string kind) => RunAsync(32, async () =>
    {
        var (processes, rounds, random) = (Soak.Times(2, 8), Soak.Times(2, 20), new Random(Seed));
        var server = await StartServerAsync();
        var failing = Keep(await FailingDatabase.MakeAsync(kind, _folder));
        var database = failing.Ledger;
        WorkJob Job(int number) => new()
        {
            Address = server.Address, Name = Text($"w{number}"), Kind = number % 3 == 0 ? WorkKind.Charge : number % 3 == 1 ? WorkKind.Commit : WorkKind.Spend, Seed = Seed + number, Limit = 1_000_000_000m,
            Callers = 4, Users = 5, PerSecond = 100, StoreTimeoutSeconds = 30, Ledger = database,
        };
        var (workers, started, killed) = (new List<ProcessWorker>(), 0, 0);
        for (var round = 0; round < rounds; round++)
        {
            while (workers.Count < processes)
            {
                workers.Add(Keep((ProcessWorker)await ProcessWorker.StartAsync(Job(started++))));
                workers[^1].Go();
            }
            await Task.Delay(random.Next(500, 1_500));
            var killing = TakeAwayForAMomentAsync(failing, TimeSpan.FromMilliseconds(kind == "sqlite" ? 1_000 : 500));
            foreach (var worker in workers.Take(processes / 2).ToList())
            {
                await Task.Delay(random.Next(100));
                await worker.KillAsync();
                workers.Remove(worker);
                killed++;
            }
            await killing;
        }
        foreach (var worker in workers)
            worker.Stop();
        foreach (var worker in workers)
            (await worker.FinishAsync()).Surprises.Should().BeEmpty();

        await using var last = LastProcess(server, database, BudgetsOf(Job(0)));
        await last.GetRequiredService<ILedgerFeed>().FlushAsync().WaitAsync(TimeSpan.FromMinutes(2));

        var firewall = last.GetRequiredService<IBudgetFirewall>();
        await using var ledger = LedgerJob.Open(database);
        var entries = await ReadAllAsync(ledger);
        entries.Select(entry => (entry.Kind, entry.OperationId)).Should().OnlyHaveUniqueItems();
        var (spent, _) = await TotalsAsync(firewall);
        entries.Sum(entry => entry.Amount).Should().Be(spent).And.BePositive();
        (await ledger.GetTotalAsync(new())).Should().Be(new LedgerTotal(spent, entries.Count));
        for (var user = 0; user < 5; user++)
        {
            var scope = BudgetScope.User($"user-{user}");
            entries.SelectMany(entry => entry.Counters).Where(counter => counter.Scope == scope).Sum(counter => counter.Amount)
                .Should().Be((await firewall.GetStatusAsync(scope)).Budgets.Single(budget => budget.Scope == scope).Spent);
        }
        return Text($"{kind}: {processes} writers that deliver too, {killed} of {started} killed with SIGKILL in {rounds} rounds, the database in each: {entries.Count:N0} entries, each operation once, Σ ledger = Σ spent = {spent}, difference 0");
    });

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public Task A_database_that_is_away_under_charges_delays_them_and_loses_none(string kind) => RunAsync(33, async () =>
    {
        var (away, perSecond) = (Soak.Seconds(5, 600), Soak.Times(100, 300));
        var server = await StartServerAsync();
        var database = Keep(await FailingDatabase.MakeAsync(kind, _folder));
        await using var process = LastProcess(server, database.Ledger, [new() { Scope = BudgetScope.Global, Limit = 1_000_000_000m, Period = BudgetPeriod.Year }], options => options.MaxBacklog = 1_000_000);
        var (firewall, feed) = (process.GetRequiredService<IBudgetFirewall>(), process.GetRequiredService<ILedgerFeed>());
        await firewall.ChargeAsync(new() { Provider = "load", Cost = 1m });
        await feed.FlushAsync();
        var (calls, watch, longest) = (1, Stopwatch.StartNew(), TimeSpan.Zero);
        await using (await database.TakeAwayAsync())
        {
            for (; watch.Elapsed < away; calls++)
            {
                var began = watch.Elapsed;
                if (calls % 3 == 0)
                    (await firewall.TrySpendAsync(new() { Provider = "load", Cost = 1m })).IsAllowed.Should().BeTrue("decisions go on");
                else
                    await firewall.ChargeAsync(new() { Provider = "load", Cost = 1m });
                longest = watch.Elapsed - began > longest ? watch.Elapsed - began : longest;
                var early = TimeSpan.FromSeconds(calls / (double)perSecond) - watch.Elapsed;
                if (early > TimeSpan.Zero)
                    await Task.Delay(early);
            }
            await Until.TrueAsync(() => Task.FromResult(feed.Status.Waiting == calls - 1), TimeSpan.FromMinutes(1));
            feed.Status.Failure.Should().NotBeNull();
        }
        var waited = feed.Status.Waiting;
        var back = Stopwatch.StartNew();
        await feed.FlushAsync().WaitAsync(TimeSpan.FromMinutes(1));

        await using var ledger = LedgerJob.Open(database.Ledger);
        (await ledger.GetTotalAsync(new())).Should().Be(new LedgerTotal(calls, calls));
        (await TotalsAsync(firewall)).Spent.Should().Be(calls);
        return Text($"{kind}: away for {away.TotalSeconds:N0} s under {perSecond} charges a second: {waited:N0} entries waited, none was refused, longest call {longest.TotalMilliseconds:N0} ms; drained {back.Elapsed.TotalSeconds:0.0} s after its return, {calls:N0} of {calls:N0} there");
    });

    private static ServiceProvider LastProcess(RedisServer server, string database, IReadOnlyList<Budget> budgets, Action<LedgerOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddBudgetFirewall(options =>
            {
                foreach (var budget in budgets)
                    options.Budgets.Add(budget);
                options.StoreTimeout = TimeSpan.FromSeconds(30);
            })
            .UseRedis(server.Address)
            .UseLedger(_ => LedgerJob.Open(database), options =>
            {
                LedgerJob.Configure(options);
                configure?.Invoke(options);
            });
        return services.BuildServiceProvider();
    }

    private static async Task TakeAwayForAMomentAsync(FailingDatabase database, TimeSpan time)
    {
        await using (await database.TakeAwayAsync())
            await Task.Delay(time);
    }

    private static async Task<List<LedgerEntry>> ReadAllAsync(ILedger ledger)
    {
        var entries = new List<LedgerEntry>();
        for (string? cursor = null; ;)
        {
            var page = await ledger.ReadEntriesAsync(new() { Limit = 1_000, Cursor = cursor });
            entries.AddRange(page.Entries);
            if ((cursor = page.NextCursor) is null)
                return entries;
        }
    }
}
