namespace BudgetFirewall.Ledger.Tests;

/// <summary>A ledger that has what the store has is said to, while calls are under way too, and one that has not is found.</summary>
public abstract class LedgersAreReconciled<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private static readonly BudgetRequest Call = new() { Provider = "openai", UserId = "alice", Cost = 0.25m };

    private readonly string _prefix = "r" + Guid.NewGuid().ToString("N")[..12];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_ledger_that_has_all_is_no_difference_while_calls_go_on(bool isRedis)
    {
        await using var process = await StartAsync(isRedis);
        for (var i = 0; i < 20; i++)
            await process.Firewall.ChargeAsync(Call with { UserId = $"user-{i}", Cost = 0.001m });
        using var stop = new CancellationTokenSource();
        var calls = Task.Run(async () =>
        {
            for (; !stop.IsCancellationRequested; await Task.Delay(1))
                await process.Firewall.ChargeAsync(Call with { UserId = $"user-{Random.Shared.Next(200)}", Cost = 0.001m });
        });

        var result = await process.Reconciliation.RunAsync();

        await stop.CancelAsync();
        await calls;
        result.Differences.Should().BeEmpty();
        result.Counters.Should().BeGreaterThan(20);
        result = await process.Reconciliation.RunAsync();
        result.Differences.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_ledger_lacks_is_a_difference_with_both_amounts(bool isRedis)
    {
        await using var process = await StartAsync(isRedis);
        await process.Firewall.ChargeAsync(Call);
        await process.Firewall.ChargeAsync(Call with { UserId = "bob" });
        await process.Feed.FlushAsync();
        await ExecuteAsync("update ledger_counter_totals set moved = 1 where counter_id = (select min(counter_id) from ledger_counter_totals)");

        var result = await process.Reconciliation.RunAsync();

        result.Counters.Should().Be(3);
        var difference = result.Differences.Should().ContainSingle().Which;
        (difference.Counter.Family, difference.Counter.Scope, difference.Counter.Moved, difference.Spent).Should().Be(("global/none", BudgetScope.Global, 1, 500_000_000));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_allocated_is_no_difference(bool isRedis)
    {
        await using var process = await StartAsync(isRedis);
        await process.Firewall.ChargeAsync(Call);
        await process.Feed.FlushAsync();
        await ((IAllocationLedger)Ledger).AllocateAsync(new()
        {
            Id = "fee", Source = "GPU", Amount = 90m, From = DateTimeOffset.UtcNow.AddDays(-1), To = DateTimeOffset.UtcNow.AddDays(1), Method = AllocationMethod.ByCost, Each = "user",
        });

        var result = await process.Reconciliation.RunAsync();

        (result.Counters, result.Differences.Length).Should().Be((2, 0));
    }

    [Fact]
    public async Task What_the_store_has_lost_is_a_difference_and_what_is_over_is_not_looked_at()
    {
        await Ledger.AppendAsync(
        [
            Charge("lost", 1m, DateTimeOffset.UtcNow) with { Counters = [new("user/day", BudgetScope.User("alice"), new(DateTimeOffset.UtcNow.UtcDateTime.Date, TimeSpan.Zero), null, 1_000_000_000)] },
            Charge("over", 1m, DateTimeOffset.UtcNow) with { Counters = [new("user/day", BudgetScope.User("alice"), new(DateTimeOffset.UtcNow.UtcDateTime.Date.AddDays(-1), TimeSpan.Zero), null, 1_000_000_000)] },
            Charge("other", 1m, DateTimeOffset.UtcNow) with { Counters = [new("team/day", new BudgetScope("team", "blue"), new(DateTimeOffset.UtcNow.UtcDateTime.Date, TimeSpan.Zero), null, 1_000_000_000)] },
        ]);
        await using var process = await StartAsync(isRedis: true);

        var result = await process.Reconciliation.RunAsync();

        result.Counters.Should().Be(1);
        result.Differences.Select(difference => (difference.Counter.Moved, difference.Spent)).Should().Equal((1_000_000_000, 0));
    }

    [Fact]
    public async Task Counters_are_read_page_by_page()
    {
        var entries = Enumerable.Range(0, 1_001).Select(i => Charge($"{i}", 1m) with { Counters = [new("user/none", BudgetScope.User($"{i}"), null, null, i)] }).ToArray();
        await Ledger.AppendAsync(entries);

        var first = await Ledger.ReadCountersAsync(Noon);
        var second = await Ledger.ReadCountersAsync(Noon, first.NextCursor);

        (first.Counters.Length, second.Counters.Length, second.NextCursor).Should().Be((1_000, 1, null));
        first.Counters.AddRange(second.Counters).Select(total => total.Counter.Moved).Order().Should().Equal(Enumerable.Range(0, 1_001).Select(i => (long)i));
        foreach (var text in new[] { "x' or 1=1", "", "0", "-1", "+1", " 1", "1.0" })
            await FluentActions.Awaiting(async () => await Ledger.ReadCountersAsync(Noon, text)).Should().ThrowAsync<ArgumentException>(text);
    }

    [Fact]
    public async Task Counters_are_those_of_periods_that_begin_at_the_time_or_later_and_those_without_periods()
    {
        LedgerEntry Of(string id, DateTimeOffset? period) => Charge(id, 1m) with { Partition = id, Counters = [new(period is null ? "user/none" : "user/day", BudgetScope.User("alice"), period, null, 1)] };
        await Ledger.AppendAsync([Of("before", Noon.AddMicroseconds(-1)), Of("from", Noon), Of("later", Noon.AddDays(1)), Of("ever", null)]);

        (await Ledger.ReadCountersAsync(Noon)).Counters.Select(total => (total.Partition, total.Counter.PeriodStart)).Should().BeEquivalentTo(
            new (string?, DateTimeOffset?)[] { ("from", Noon), ("later", Noon.AddDays(1)), ("ever", null) });
    }

    private async Task<StreamedProcess> StartAsync(bool isRedis) => StreamedProcess.Start(
        isRedis ? await RedisForLedgers.ConnectAsync() : null, _prefix, () => Harness.Open(), options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 1m });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 1_000m, Period = BudgetPeriod.None });
        });
}
