using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>A throttled budget is hard up to its limit. Above it calls begin at its rate, whatever they cost, up to its ceiling.</summary>
public abstract class ThrottleAboveTheLimit<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly DecisionKind[] Deciding = [DecisionKind.Check, DecisionKind.Reserve, DecisionKind.Spend];

    [Theory]
    [InlineData(DecisionKind.Check)]
    [InlineData(DecisionKind.Reserve)]
    [InlineData(DecisionKind.Spend)]
    public async Task Up_to_the_limit_nothing_waits_and_above_it_calls_begin_at_the_rate_whatever_they_cost(DecisionKind kind)
    {
        var firewall = AtOnce(Throttled(3m, rate: 2));
        for (var i = 0; i < 3; i++)
            AssertDecision(await DecideAsync(firewall, kind, Call(1m)), Verdict.Admit, TimeSpan.Zero);
        if (kind == DecisionKind.Check)
            await firewall.ChargeAsync(Call(3m));

        decimal[] costs = [Nano, 1m, 500m, 0.5m, 2m];
        for (var i = 0; i < costs.Length; i++)
            AssertDecision(await DecideAsync(firewall, kind, Call(costs[i])), i == 0 ? Verdict.Admit : Verdict.Delay, i * Second / 2);

        var total = kind == DecisionKind.Check ? 3m : 3m + costs.Sum();
        (await firewall.AmountsAsync(AliceScope)).Should().Be(kind == DecisionKind.Reserve ? (0m, total) : (total, 0m));
    }

    [Fact]
    public async Task A_call_that_does_not_fit_waits_though_something_is_left_and_one_that_fits_does_not()
    {
        var firewall = AtOnce(Throttled(3m));

        AssertDecision(await firewall.SpendAsync(Call(2m)), Verdict.Admit, TimeSpan.Zero);
        AssertDecision(await firewall.CheckAsync(Call(1m + Nano)), Verdict.Admit, TimeSpan.Zero);
        AssertDecision(await firewall.CheckAsync(Call(1m + Nano)), Verdict.Delay, Second);
        AssertDecision(await firewall.SpendAsync(Call(1m)), Verdict.Admit, TimeSpan.Zero);
        AssertDecision(await firewall.SpendAsync(Call(Nano)), Verdict.Delay, 2 * Second);
        AssertDecision(await firewall.SpendAsync(Call(0m)), Verdict.Admit, TimeSpan.Zero);
    }

    [Fact]
    public async Task Many_callers_at_once_get_the_limit_and_then_one_turn_each_over_all_processes()
    {
        var processes = Enumerable.Range(0, 4).Select(_ => AtOnce(Throttled(10m, rate: 3, queueLimit: 20))).ToArray();

        var decisions = await Together.DoAsync(Harness.Scaled(1_000), threads: 8, async i => (await processes[i % processes.Length].TryReserveAsync(Call(1m))).Decision);

        var (let, refused) = (decisions.Where(decision => decision.IsAllowed).ToList(), decisions.Where(decision => !decision.IsAllowed).ToList());
        let.Select(WaitOf).Order().Should().Equal(
            [.. Enumerable.Repeat(TimeSpan.Zero, 10), .. Enumerable.Range(0, 21).Select(k => TimeSpan.FromMicroseconds(((k * 1_000_000) + 2) / 3))]);
        refused.Should().OnlyContain(decision => decision.Outcome == DecisionOutcome.Throttled);
        refused.Select(decision => decision.RetryAfter).Should().AllBeEquivalentTo(TimeSpan.FromMicroseconds(333_334));
        (await processes[0].AmountsAsync(AliceScope)).Should().Be((0m, 31m));
    }

    [Fact]
    public async Task A_decision_shows_the_budget_and_no_rate_limit()
    {
        var firewall = AtOnce(Throttled(1m, rate: 2, ceiling: 9m));
        await firewall.SpendAsync(Call(2m));

        var delayed = await firewall.SpendAsync(Call(1m));
        var refused = await firewall.TrySpendAsync(Call(1m) with { MaxWait = TimeSpan.Zero });

        var state = delayed.Budgets.Should().ContainSingle().Which;
        (state.Enforcement, state.Throttle, state.QueueLength, state.NextTurnIn).Should().Be((Enforcement.Throttle, Throttled(1m, rate: 2, ceiling: 9m).Throttle, 2m, Second));
        new[] { delayed, refused }.Should().OnlyContain(decision => decision.RateLimits.Count == 0 && decision.DeniedByRateLimits.Count == 0);
        refused.DeniedByBudgets.Should().ContainSingle().Which.BudgetId.Should().Be(state.BudgetId);
        (refused.Outcome, refused.RetryAfter, refused.Limits[0].Verdict, refused.Limits[0].Wait).Should().Be((DecisionOutcome.Throttled, Second, Verdict.Refuse, Second));
        refused.ToString().Should().Be(
            "Denied: the request costs 1, and budget 'user=alice/day' for user=alice has 0 left of 1 (spent 3, held 0) and lets 2 calls a second begin above that, up to 9. Retry after 00:00:01.");
        refused.Invoking(decision => decision.ThrowIfDenied()).Should().ThrowExactly<BudgetThrottledException>();
    }

    [Fact]
    public async Task A_status_tells_the_queue_with_the_budget()
    {
        var firewall = AtOnce(Throttled(1m, rate: 2));
        (await firewall.StateAsync(AliceScope)).Should().BeEquivalentTo(new { QueueLength = 0m, NextTurnIn = TimeSpan.Zero });
        await firewall.SpendAsync(Call(2m));
        await firewall.SpendAsync(Call(2m));

        var (ofScope, ofRequest) = (await firewall.GetStatusAsync(AliceScope), await firewall.GetStatusAsync(Call(1m)));

        ofScope.Budgets.Should().ContainSingle().Which.Should().BeEquivalentTo(new { QueueLength = 2m, NextTurnIn = Second, Spent = 4m });
        ofRequest.Budgets.Should().ContainSingle().Which.QueueLength.Should().Be(2m);
        ofScope.RateLimits.Should().BeEmpty();
        ofRequest.RateLimits.Should().BeEmpty();
    }

    [Fact]
    public async Task Above_the_ceiling_nothing_is_admitted()
    {
        var firewall = AtOnce(Throttled(3m, ceiling: 5m));
        await firewall.SpendAsync(Call(3m));
        await firewall.ReserveAsync(Call(1m));

        foreach (var kind in Deciding)
        {
            var refused = await DecideAsync(firewall, kind, Call(1m + Nano));
            refused.Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
            AssertWait(Calendar.NextMidnight(Harness.Now) - Harness.Now, refused.RetryAfter);
            (await DecideAsync(firewall, kind, Call(5m + Nano))).RetryAfter.Should().BeNull();
        }
        AssertDecision(await firewall.SpendAsync(Call(1m)), Verdict.Delay, Second);
        (await firewall.TrySpendAsync(Call(Nano))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        (await firewall.AmountsAsync(AliceScope)).Should().Be((4m, 1m));
        (await firewall.StateAsync(AliceScope)).QueueLength.Should().Be(2m);
    }

    [Fact]
    public async Task A_ceiling_at_the_limit_is_a_hard_budget()
    {
        var firewall = AtOnce(Throttled(3m, ceiling: 3m));
        await firewall.SpendAsync(Call(3m));

        (await firewall.TrySpendAsync(Call(Nano))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
    }

    [Fact]
    public async Task A_refused_call_that_comes_when_it_is_told_to_is_admitted_and_not_a_moment_earlier()
    {
        var firewall = AtOnce(Throttled(1m, rate: 0.3m));
        await firewall.SpendAsync(Call(2m));

        var refused = await firewall.TrySpendAsync(Call(1m) with { MaxWait = TimeSpan.FromSeconds(1) });
        refused.RetryAfter.Should().Be(TimeSpan.FromMicroseconds(2_333_334));
        await Harness.AdvanceAsync(refused.RetryAfter.Value - Harness.Margin);
        (await firewall.TrySpendAsync(Call(1m) with { MaxWait = TimeSpan.FromSeconds(1) })).Outcome.Should().Be(DecisionOutcome.Throttled);
        await Harness.AdvanceAsync(Harness.Margin);
        (await firewall.TrySpendAsync(Call(1m) with { MaxWait = TimeSpan.FromSeconds(1) })).IsAllowed.Should().BeTrue();
    }

    [Theory]
    [InlineData(null, null, 30)]
    [InlineData(7, null, 7)]
    [InlineData(null, 4, 4)]
    [InlineData(0, 4, 0)]
    public async Task Nobody_waits_longer_than_the_call_and_the_budget_allow(int? ofCall, int? ofBudget, int most)
    {
        var firewall = AtOnce(Throttled(0m, maxWait: ofBudget is { } bound ? bound * Second : null));
        var request = Call(1m) with { MaxWait = ofCall is { } given ? given * Second : null };

        var decisions = new List<BudgetDecision>();
        do
            decisions.Add(await firewall.TryCheckAsync(request));
        while (decisions[^1].IsAllowed);

        decisions.Take(decisions.Count - 1).Select(WaitOf).Should().Equal(Enumerable.Range(0, most + 1).Select(k => k * Second));
        (decisions[^1].Outcome, decisions[^1].RetryAfter).Should().Be((DecisionOutcome.Throttled, (TimeSpan?)Second));
    }

    [Fact]
    public async Task A_new_period_begins_without_a_throttle_and_may_come_before_the_turn()
    {
        var firewall = AtOnce(Throttled(2m, rate: 0.001m));
        await MoveJustBeforeAsync(Calendar.NextMidnight(Harness.Now));
        await firewall.SpendAsync(Call(2m));
        await firewall.SpendAsync(Call(1m));

        var (small, large) = (await firewall.TrySpendAsync(Call(2m)), await firewall.TrySpendAsync(Call(2m + Nano)));
        (small.Outcome, large.Outcome).Should().Be((DecisionOutcome.Throttled, DecisionOutcome.Throttled));
        AssertWait(Harness.Margin, small.RetryAfter);
        large.RetryAfter.Should().Be(TimeSpan.FromSeconds(970));

        await Harness.AdvanceAsync(Harness.Margin);
        AssertDecision(await firewall.SpendAsync(Call(2m)), Verdict.Admit, TimeSpan.Zero);
        (await firewall.TrySpendAsync(Call(Nano))).Outcome.Should().Be(DecisionOutcome.Throttled);
    }

    [Fact]
    public async Task Room_that_comes_back_is_used_without_waiting()
    {
        var firewall = AtOnce(Throttled(2m));
        var held = await firewall.ReserveAsync(Call(2m));
        await firewall.CheckAsync(Call(1m));
        AssertDecision(await firewall.CheckAsync(Call(1m)), Verdict.Delay, Second);

        await held.CommitAsync(0.5m);

        AssertDecision(await firewall.SpendAsync(Call(1.5m)), Verdict.Admit, TimeSpan.Zero);
        AssertDecision(await firewall.SpendAsync(Call(Nano)), Verdict.Delay, 2 * Second);
    }

    [Fact]
    public async Task What_is_spent_above_the_limit_is_an_overrun_and_a_charge_never_waits()
    {
        var observer = new RecordingObserver();
        var firewall = Harness.CreateFirewallOn(store => new WaitsAreNotWaited(store), options => options.Budgets.Add(Throttled(3m, ceiling: 4m)), observer);
        var reservation = await firewall.ReserveAsync(Call(2m));

        await firewall.SpendAsync(Call(2m, id: "first turn"));
        await firewall.SpendAsync(Call(2m, id: "first turn"));
        var committed = await reservation.CommitAsync(2m);
        var charged = await firewall.ChargeAsync(Call(5m));

        (committed.Overrun, charged.Overrun).Should().Be((1m, 5m));
        (await firewall.StateAsync(AliceScope)).Should().BeEquivalentTo(new { Spent = 9m, Held = 0m, QueueLength = 1m });
        (await Eventually.HoldsAsync(() => observer.Overruns.Count == 2)).Should().BeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_spend_above_the_limit_reports_its_overrun_whether_or_not_it_waits(bool waits)
    {
        var observer = new RecordingObserver();
        var firewall = Harness.CreateFirewallOn(store => new WaitsAreNotWaited(store), options => options.Budgets.Add(Throttled(3m)), observer);
        await firewall.ChargeAsync(Call(2.5m));
        if (waits)
            await firewall.CheckAsync(Call(2m));

        AssertDecision(await firewall.SpendAsync(Call(2m)), waits ? Verdict.Delay : Verdict.Admit, waits ? Second : TimeSpan.Zero);

        (await Eventually.HoldsAsync(() => !observer.Overruns.IsEmpty)).Should().BeTrue();
        observer.Overruns.Should().ContainSingle().Which.Overrun.Should().Be(1.5m);
    }

    [Fact]
    public async Task A_cost_that_is_unknown_is_not_free_and_waits_above_the_limit()
    {
        var firewall = AtOnce(Throttled(1m));
        AssertDecision(await firewall.CheckAsync(Call(cost: null)), Verdict.Admit, TimeSpan.Zero);
        await firewall.ChargeAsync(Call(1m));

        AssertDecision(await firewall.CheckAsync(Call(cost: null)), Verdict.Admit, TimeSpan.Zero);
        AssertDecision(await firewall.CheckAsync(Call(cost: null)), Verdict.Delay, Second);
        await firewall.Invoking(one => one.SpendAsync(Call(cost: null)).AsTask()).Should().ThrowAsync<UnknownPriceException>();
    }

    private static Budget Throttled(decimal limit, decimal rate = 1m, decimal? ceiling = null, decimal? queueLimit = null, TimeSpan? maxWait = null) => AliceLimit(limit) with
    {
        Enforcement = Enforcement.Throttle,
        Throttle = new() { RatePerSecond = rate, Ceiling = ceiling, QueueLimit = queueLimit, MaxWait = maxWait },
    };

    private static async ValueTask<BudgetDecision> DecideAsync(IBudgetFirewall firewall, DecisionKind kind, BudgetRequest request) => kind switch
    {
        DecisionKind.Check => await firewall.TryCheckAsync(request),
        DecisionKind.Reserve => (await firewall.TryReserveAsync(request)).Decision,
        DecisionKind.Spend => await firewall.TrySpendAsync(request),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This kind does not decide."),
    };

    private static void AssertDecision(BudgetDecision decision, Verdict verdict, TimeSpan wait) =>
        (decision.Outcome, decision.Limits.Should().ContainSingle().Which.Verdict, WaitOf(decision)).Should().Be((DecisionOutcome.Allowed, verdict, wait));

    private static TimeSpan WaitOf(BudgetDecision decision) => decision.Limits.Max(limit => limit.Wait ?? TimeSpan.Zero);

    /// <summary>A firewall that answers at once what its callers would wait for.</summary>
    private IBudgetFirewall AtOnce(params Budget[] budgets) => Harness.CreateFirewallOn(store => new WaitsAreNotWaited(store), options => options.Budgets.AddRange(budgets));
}
