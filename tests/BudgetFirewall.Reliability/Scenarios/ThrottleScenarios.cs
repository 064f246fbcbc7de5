using BudgetFirewall.Conformance;

namespace BudgetFirewall.Reliability;

/// <summary>Row 29: a throttled budget of which far more is asked than its limit.</summary>
public sealed class ThrottleScenarios : Scenario
{
    private static readonly BudgetRequest Asked = new() { Provider = "load", Cost = 1m };

    [Fact]
    public Task Above_its_limit_a_throttled_budget_lets_calls_begin_exactly_at_its_rate_and_records_every_charge() => RunAsync(29, async () =>
    {
        var (limit, rate, processes) = (Soak.Times(60, 10_000), Soak.Times(50, 200), Soak.Times(2, 8));
        var server = await StartServerAsync();
        var firewalls = Enumerable.Range(0, processes).Select(_ => Firewall(server.Address, options =>
        {
            options.Budgets.Add(new()
            {
                Scope = BudgetScope.Global, Limit = limit, Period = BudgetPeriod.Year, Enforcement = Enforcement.Throttle,
                Throttle = new() { RatePerSecond = rate, Ceiling = 3 * limit },
            });
            options.StoreTimeout = TimeSpan.FromSeconds(30);
        })).ToArray();

        var calls = await Together.DoAsync(3 * limit, processes * 16, i => BeginAndCommitAsync(firewalls[i % processes]));

        var (within, above) = (calls.Where(call => !call.IsAbove).ToList(), calls.Where(call => call.IsAbove).OrderBy(call => call.Turn).ToList());
        within.Should().HaveCount(limit, "the limit is admitted as by a hard budget").And.OnlyContain(call => call.Wait == TimeSpan.Zero);
        var apart = TimeSpan.FromSeconds(1) / rate;
        // Whoever waits begins exactly so long after the one before, and whoever comes later than that at once.
        above.Zip(above.Skip(1), (one, next) => (Gap: next.Turn - one.Turn, next.Wait)).Should().OnlyContain(turn => turn.Gap >= apart && (turn.Wait == TimeSpan.Zero || turn.Gap == apart));
        above.Should().Contain(call => call.Wait > TimeSpan.Zero).And.OnlyContain(call => call.Committed >= call.Turn);
        calls.Sum(call => call.Overrun).Should().Be(2m * limit);
        (await TotalsAsync(firewalls[0])).Should().Be((3m * limit, 0m));

        var before = await Snapshot.TakeAsync(server);
        var refused = await Together.DoAsync(200, 16, async i => i % 2 == 0 ? (await firewalls[0].TryReserveAsync(Asked)).Decision : await firewalls[^1].TrySpendAsync(Asked));
        refused.Should().OnlyContain(decision => decision.Outcome == DecisionOutcome.BudgetExceeded);
        await Snapshot.AssertUnchangedAsync(server, before);
        (await firewalls[0].ChargeAsync(Asked)).Overrun.Should().Be(1m);
        return Text($"{3 * limit:N0} asked for by {processes} × 16 callers: {limit:N0} at once, {above.Count:N0} by turns {1_000_000 / rate:N0} µs apart to the microsecond ({above.Count(call => call.Wait > TimeSpan.Zero):N0} waited), none begun early; spent {3 * limit:N0}, {2 * limit:N0} of it reported as overrun; at the ceiling 200 refused without a byte changed");
    });

    [Fact]
    public Task A_refusal_for_want_of_a_turn_leaves_every_byte_as_it_was() => RunAsync(29, async () =>
    {
        var calls = Soak.Times(200, 5_000);
        var server = await StartServerAsync();
        var firewall = Firewall(server.Address, options =>
        {
            options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = 1m, Period = BudgetPeriod.Year, Enforcement = Enforcement.Throttle, Throttle = new() { RatePerSecond = 0.001m, QueueLimit = 0 } });
            options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 1_000m, Period = BudgetPeriod.Year });
            options.RateLimits.Add(RateLimit.SlidingWindow(BudgetScope.Global, 1_000, TimeSpan.FromHours(1)));
            options.RateLimits.Add(RateLimit.TokenBucket(BudgetScope.Provider("load"), 1_000, refillPerSecond: 0.001m));
            options.StoreTimeout = TimeSpan.FromSeconds(30);
        });
        var request = Asked with { UserId = "alice" };
        await firewall.SpendAsync(request with { OperationId = "first" });
        await firewall.ReserveAsync(request with { OperationId = "second", Lease = TimeSpan.FromHours(1) });
        var before = await Snapshot.TakeAsync(server);

        var refused = await Together.DoAsync(calls, 16, async i => (i % 3) switch
        {
            0 => (await firewall.TryReserveAsync(request)).Decision,
            1 => await firewall.TrySpendAsync(request),
            _ => await firewall.TryCheckAsync(request),
        });

        refused.Should().OnlyContain(decision => decision.Outcome == DecisionOutcome.Throttled);
        await Snapshot.AssertUnchangedAsync(server, before);
        return Text($"{calls:N0} calls throttled without a turn, {before.Count} keys the same in value and expiry time");
    });

    /// <summary>Reserves, by whatever turn that gives, and commits; tells the turn and the time of the commit by the server's clock.</summary>
    private static async ValueTask<BegunCall> BeginAndCommitAsync(IBudgetFirewall firewall)
    {
        var reservation = await firewall.ReserveAsync(Asked with { MaxWait = TimeSpan.FromHours(1) });
        var decision = reservation.Decision;
        var (decidedAt, verdict) = (decision.Budgets.Should().ContainSingle().Which.AsOf, decision.Limits.Should().ContainSingle().Which);
        var receipt = await reservation.CommitAsync(1m);
        return new(verdict.Available < verdict.Needed, decidedAt + decision.Wait, decision.Wait, receipt.Budgets.Should().ContainSingle().Which.AsOf, receipt.Overrun);
    }

    private sealed record BegunCall(bool IsAbove, DateTimeOffset Turn, TimeSpan Wait, DateTimeOffset Committed, decimal Overrun);
}
