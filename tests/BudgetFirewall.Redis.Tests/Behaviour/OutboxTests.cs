namespace BudgetFirewall.Redis.Tests;

/// <summary>What the outbox keeps while the server is away, and over the death of processes.</summary>
public sealed class OutboxTests : OwnServerTests
{
    private const int Callers = 8;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("budgetfirewall-outbox-");

    private string FilePath => Path.Combine(_folder.FullName, "charges.journal");

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_killed_processes_were_promised_is_kept_is_charged_once()
    {
        var server = await StartServerAsync();
        await server.KillAsync();
        var kept = new List<string>();
        for (var round = 0; round < 3; round++)
        {
            using var worker = await WorkerProcess.StartAsync(server.Address, "o", Callers, calls: 1_000_000, limit: 1_000_000m, "outbox", FilePath);
            worker.Go();
            // The last line may be cut off by the kill.
            kept.AddRange((await worker.KillAfterAsync(100 + (37 * round))).SkipLast(1));
        }
        await server.RunAsync();

        var firewall = Create(server);
        await EmptyAsync(firewall);

        kept.Should().AllSatisfy(line => line.Should().StartWith("queued "));
        var spent = await SpentAsync(firewall);
        spent.Should().Be(firewall.Outbox.Delivered);
        spent.Should().BeInRange(kept.Count, kept.Count + (3 * (Callers + 1)));
        foreach (var line in kept)
            (await firewall.ChargeAsync(new BudgetRequest { Provider = "load", Cost = 1m, OperationId = line[7..] })).IsReplay.Should().BeTrue();
        (await SpentAsync(firewall)).Should().Be(spent);
        firewall.Outbox.Undeliverable.Should().Be(0L);
    }

    [Fact]
    public async Task An_outage_loses_no_charge_and_charges_none_twice()
    {
        var server = await StartServerAsync("--appendonly", "yes", "--appendfsync", "always");
        var firewall = Create(server);
        var (confirmed, queued, isOver) = (0, 0, false);
        var callers = Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            while (!Volatile.Read(ref isOver))
            {
                await using var reservation = caller % 2 == 0 ? null : await firewall.TryReserveAsync(new BudgetRequest { Provider = "load", Cost = 1m });
                if (reservation is { IsGranted: false })
                    continue;
                var receipt = reservation is null
                    ? await firewall.ChargeAsync(new BudgetRequest { Provider = "load", Cost = 1m })
                    : await reservation.CommitAsync();
                Interlocked.Increment(ref receipt.IsQueued ? ref queued : ref confirmed);
            }
        })).ToArray();

        await UntilAsync(() => Volatile.Read(ref confirmed) >= 200);
        await server.KillAsync();
        await UntilAsync(() => Volatile.Read(ref queued) >= 20);
        await server.RunAsync();
        var before = Volatile.Read(ref confirmed);
        await UntilAsync(() => Volatile.Read(ref confirmed) >= before + 200);
        Volatile.Write(ref isOver, true);
        await Task.WhenAll(callers);
        await EmptyAsync(firewall);

        firewall.Outbox.Undeliverable.Should().Be(0L);
        (await SpentAsync(firewall)).Should().Be(confirmed + queued);
    }

    private static Task EmptyAsync(IBudgetFirewall firewall) => UntilAsync(() => firewall.Outbox.Count == 0);

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 3_000 && !condition(); i++)
            await Task.Delay(20);
        condition().Should().BeTrue();
    }

    private static new async Task<decimal> SpentAsync(IBudgetFirewall firewall) =>
        (await firewall.GetStatusAsync(BudgetScope.Global)).Budgets.Should().ContainSingle().Which.Spent;

    private IBudgetFirewall Create(Servers.RedisServer server) => Firewall(server.Address, options =>
    {
        options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 1_000_000m, Period = BudgetPeriod.Month });
        options.KeyPrefix = "o";
        // What is queued has waited for all of it.
        options.StoreTimeout = TimeSpan.FromSeconds(2);
        options.Outbox.IsEnabled = true;
        options.Outbox.Path = FilePath;
        options.Outbox.Capacity = 1_000_000;
    });
}
