using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>P11: callers wait for their turns, which count from the decision; a lease counts from the turn; who stops waiting gives the turn back.</summary>
public abstract class P11Waiting<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(600);

    private WaitingCalls Calls => field ??= new(Harness);

    [Theory]
    [InlineData(DecisionKind.Check)]
    [InlineData(DecisionKind.Reserve)]
    [InlineData(DecisionKind.Spend)]
    public async Task A_call_that_comes_too_early_waits_until_its_turn(DecisionKind kind)
    {
        var firewall = Waiting(AliceLimit(10m));
        (await DecideAsync(firewall, kind, Call(1m))).Wait.Should().Be(TimeSpan.Zero);

        var second = await Calls.StartAsync(() => DecideAsync(firewall, kind, Call(1m)));
        await Harness.PassAsync(Most);
        second.IsCompleted.Should().BeFalse();
        var decision = await Calls.FinishAsync(second);

        (decision.IsAllowed, decision.Wait).Should().Be((true, Second));
        decision.Limits.Should().Contain(limit => limit.Verdict == Verdict.Delay && limit.Wait == Second);
    }

    [Fact]
    public async Task Those_that_wait_begin_in_the_order_in_which_they_came()
    {
        var firewall = Waiting(AliceLimit(10m));
        var order = new List<int>();
        var calls = new List<Task>();
        for (var i = 0; i < 4; i++)
        {
            var number = i;
            calls.Add(await Calls.StartAsync(async () =>
            {
                await firewall.SpendAsync(Call(1m));
                lock (order)
                    order.Add(number);
                return true;
            }));
        }

        foreach (var call in calls)
            await Calls.FinishAsync(call);

        order.Should().Equal(0, 1, 2, 3);
        (await firewall.AmountsAsync(AliceScope)).Should().Be((4m, 0m));
    }

    [Fact]
    public async Task A_lease_counts_from_the_turn()
    {
        var lease = TimeSpan.FromSeconds(10);
        var firewall = Waiting(AliceLimit(10m));
        await firewall.CheckAsync(Call(0m) with { Permits = 20 });
        var start = Harness.Now;

        var reservation = await Calls.FinishAsync(await Calls.StartAsync(() => firewall.ReserveAsync(Call(1m) with { Lease = lease })));

        AssertMoment(start + (20 * Second) + lease, reservation.ExpiresAt);
        await MoveJustBeforeAsync(start + (20 * Second) + lease);
        (await firewall.AmountsAsync(AliceScope)).Should().Be((0m, 1m));
        await Harness.MoveToAsync(ReleasedBy(start, (20 * Second) + lease));
        (await firewall.AmountsAsync(AliceScope)).Should().Be((0m, 0m));
    }

    [Theory]
    [InlineData(DecisionKind.Check)]
    [InlineData(DecisionKind.Reserve)]
    [InlineData(DecisionKind.Spend)]
    public async Task A_repetition_waits_what_is_left_of_the_turn_and_takes_no_other(DecisionKind kind)
    {
        var (firewall, other) = (Waiting(AliceLimit(10m)), Waiting(AliceLimit(10m)));
        await firewall.CheckAsync(Call(0m));
        var request = Call(1m, id: "again");

        var first = await Calls.StartAsync(() => DecideAsync(firewall, kind, request));
        await Harness.PassAsync(Most);
        var second = await Calls.StartAsync(() => DecideAsync(other, kind, request with { MaxWait = TimeSpan.Zero }));
        var (given, repeated) = (await Calls.FinishAsync(first), await Calls.FinishAsync(second));
        var late = await DecideAsync(other, kind, request);

        given.Wait.Should().Be(Second);
        repeated.Wait.Should().BeCloseTo(Second - Most, precision: TimeSpan.FromMilliseconds(50));
        (late.IsReplay, late.Wait).Should().Be((true, TimeSpan.Zero));
        new[] { given, repeated }.Should().Contain(decision => decision.IsReplay).And.Contain(decision => !decision.IsReplay);
        (await firewall.SpentAsync(AliceScope)).Should().Be(kind == DecisionKind.Spend ? 1m : 0m);
        (await firewall.HeldAsync(AliceScope)).Should().Be(kind == DecisionKind.Reserve ? 1m : 0m);
    }

    [Theory]
    [InlineData(DecisionKind.Check, null)]
    [InlineData(DecisionKind.Reserve, null)]
    [InlineData(DecisionKind.Spend, null)]
    [InlineData(DecisionKind.Check, "id")]
    [InlineData(DecisionKind.Reserve, "id")]
    [InlineData(DecisionKind.Spend, "id")]
    public async Task Who_stops_waiting_gives_the_turn_and_the_hold_back(DecisionKind kind, string? id)
    {
        var firewall = Waiting(AliceLimit(10m));
        await firewall.CheckAsync(Call(0m));
        var before = await firewall.GetStatusAsync(AliceScope);
        using var cancelling = new CancellationTokenSource();

        var waiting = await Calls.StartAsync(() => DecideAsync(firewall, kind, Call(1m, id: id), cancelling.Token));
        await cancelling.CancelAsync();
        await waiting.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();

        var after = await firewall.GetStatusAsync(AliceScope);
        after.RateLimits.Should().Equal(before.RateLimits);
        (await firewall.AmountsAsync(AliceScope)).Should().Be((0m, 0m));
        var again = await Calls.FinishAsync(await Calls.StartAsync(() => DecideAsync(firewall, kind, Call(1m, id: id))));
        (again.IsReplay, again.Wait).Should().Be((false, Second));
    }

    [Theory]
    [InlineData(DecisionKind.Check)]
    [InlineData(DecisionKind.Reserve)]
    [InlineData(DecisionKind.Spend)]
    public async Task Who_stops_waiting_gets_back_nothing_that_was_taken_from_limits_without_turns(DecisionKind kind)
    {
        var firewall = Waiting(options => options.RateLimits.Add(Rate(ProviderScope, capacity: 10)), AliceLimit(10m));
        await firewall.CheckAsync(Call(0m));
        using var cancelling = new CancellationTokenSource();

        var waiting = await Calls.StartAsync(() => DecideAsync(firewall, kind, Call(1m) with { Permits = 3 }, cancelling.Token));
        await cancelling.CancelAsync();
        await waiting.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();

        (await firewall.LevelAsync(ProviderScope)).Should().Be(6m);
    }

    [Theory]
    [InlineData(DecisionKind.Check)]
    [InlineData(DecisionKind.Reserve)]
    [InlineData(DecisionKind.Spend)]
    public async Task The_turn_of_who_stops_waiting_passes_unused_where_somebody_came_after(DecisionKind kind)
    {
        var firewall = Waiting(AliceLimit(10m));
        await firewall.CheckAsync(Call(0m));
        using var cancelling = new CancellationTokenSource();

        var waiting = await Calls.StartAsync(() => DecideAsync(firewall, kind, Call(1m), cancelling.Token));
        var next = await Calls.StartAsync(() => DecideAsync(firewall, kind, Call(1m)));
        await cancelling.CancelAsync();
        await waiting.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();

        (await firewall.GetStatusAsync(AliceScope)).RateLimits.Should().ContainSingle().Which.QueueLength.Should().Be(3m);
        (await Calls.FinishAsync(next)).Wait.Should().Be(2 * Second);
        (await firewall.AmountsAsync(AliceScope)).Should().Be(kind switch { DecisionKind.Reserve => (0m, 1m), DecisionKind.Spend => (1m, 0m), _ => (0m, 0m) });
    }

    [Theory]
    [InlineData(DecisionKind.Reserve)]
    [InlineData(DecisionKind.Spend)]
    public async Task Who_stops_waiting_takes_nothing_from_a_repetition_that_still_waits(DecisionKind kind)
    {
        var (firewall, other) = (Waiting(AliceLimit(10m)), Waiting(AliceLimit(10m)));
        await firewall.CheckAsync(Call(0m));
        using var cancelling = new CancellationTokenSource();

        var first = await Calls.StartAsync(() => DecideAsync(firewall, kind, Call(1m, id: "shared"), cancelling.Token));
        var second = await Calls.StartAsync(() => DecideAsync(other, kind, Call(1m, id: "shared")));
        await cancelling.CancelAsync();
        await first.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        var decision = await Calls.FinishAsync(second);

        decision.IsAllowed.Should().BeTrue();
        (await firewall.AmountsAsync(AliceScope)).Should().Be(kind == DecisionKind.Spend ? (1m, 0m) : (0m, 1m));
    }

    [Fact]
    public async Task A_spend_that_waits_holds_its_amount_and_charges_it_once_with_its_warnings()
    {
        var firewall = Waiting(AliceLimit(1m) with { WarnAt = [0.5m] });
        await firewall.CheckAsync(Call(0m));

        var spending = await Calls.StartAsync(() => firewall.SpendAsync(Call(0.6m, id: "once")));
        (await firewall.AmountsAsync(AliceScope)).Should().Be((0m, 0.6m));
        (await firewall.TryReserveAsync(Call(0.6m))).Decision.Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        var decision = await Calls.FinishAsync(spending);
        var replay = await firewall.SpendAsync(Call(0.6m, id: "once"));

        decision.Budgets.Should().ContainSingle().Which.Spent.Should().Be(0.6m);
        decision.Warnings.Should().ContainSingle().Which.Threshold.Should().Be(0.5m);
        (replay.IsReplay, replay.Wait, replay.Warnings.Count).Should().Be((true, TimeSpan.Zero, 1));
        (await firewall.AmountsAsync(AliceScope)).Should().Be((0.6m, 0m));
    }

    [Fact]
    public async Task A_spend_that_does_not_wait_is_one_call_and_is_repeated_as_it_was()
    {
        var firewall = Waiting(AliceLimit(1m));

        var first = await firewall.SpendAsync(Call(0.6m, id: "at once"));
        var again = await firewall.SpendAsync(Call(0.6m, id: "at once"));

        (first.IsReplay, again.IsReplay).Should().Be((false, true));
        (await firewall.AmountsAsync(AliceScope)).Should().Be((0.6m, 0m));
        (await firewall.GetStatusAsync(AliceScope)).RateLimits.Should().ContainSingle().Which.QueueLength.Should().Be(1m);
    }

    [Fact]
    public async Task The_id_of_a_spend_that_waited_is_no_other_operations()
    {
        var firewall = Waiting(AliceLimit(1m));
        await firewall.CheckAsync(Call(0m));
        await Calls.FinishAsync(await Calls.StartAsync(() => firewall.SpendAsync(Call(0.1m, id: "taken"))));

        await firewall.Invoking(f => f.SpendAsync(Call(0.2m, id: "taken")).AsTask()).Should().ThrowAsync<OperationConflictException>();
        await firewall.Invoking(f => f.ReserveAsync(Call(0.1m, id: "taken")).AsTask()).Should().ThrowAsync<OperationConflictException>();
        await firewall.Invoking(f => f.ChargeAsync(Call(0.1m, id: "taken")).AsTask()).Should().ThrowAsync<OperationConflictException>();
        (await firewall.AmountsAsync(AliceScope)).Should().Be((0.1m, 0m));
    }

    [Fact]
    public async Task A_spend_whose_commit_is_not_confirmed_is_finished_by_a_repetition()
    {
        var (firewall, chaos) = Fragile(_ => { }, AliceLimit(1m));
        await firewall.CheckAsync(Call(0m));
        chaos.StrikeNext(StoreCalls.Settle, StoreFault.ConnectionLost);

        var lost = await Calls.FinishAsync(await Calls.StartAsync(() => firewall.TrySpendAsync(Call(0.1m, id: "lost"))));
        var repeated = await firewall.SpendAsync(Call(0.1m, id: "lost"));

        (lost.Outcome, repeated.IsAllowed, repeated.IsReplay).Should().Be((DecisionOutcome.StoreUnavailable, true, false));
        (await firewall.AmountsAsync(AliceScope)).Should().Be((0.1m, 0m));
    }

    [Theory]
    [InlineData(DecisionKind.Check)]
    [InlineData(DecisionKind.Reserve)]
    public async Task Who_stops_waiting_late_takes_nothing_from_a_repetition_that_came_after_the_turn(DecisionKind kind)
    {
        var (firewall, other) = (Waiting(AliceLimit(10m)), Waiting(AliceLimit(10m)));
        await firewall.CheckAsync(Call(0m));
        var request = Call(1m, id: "shared");
        await Calls.FinishAsync(await Calls.StartAsync(() => DecideAsync(firewall, kind, request)));

        var second = await DecideAsync(other, kind, request);
        var isUndone = await Calls.First.UndoLastAsync();

        (second.IsReplay, second.Wait, isUndone).Should().Be((true, TimeSpan.Zero, false));
        (await DecideAsync(other, kind, request)).IsReplay.Should().BeTrue();
        if (kind == DecisionKind.Reserve)
            await (await other.ReserveAsync(request)).CommitAsync(1m);
        (await firewall.AmountsAsync(AliceScope)).Should().Be((kind == DecisionKind.Reserve ? 1m : 0m, 0m));
    }

    [Fact]
    public async Task Who_stops_waiting_takes_nothing_from_a_repetition_that_can_not_be_priced_any_more()
    {
        var priced = Waiting(options => options.Pricing.Models["m"] = new ModelPrice { Input = 0.1m, Output = 0.1m }, AliceLimit(10m));
        var unpriced = Waiting(AliceLimit(10m));
        await priced.CheckAsync(Call(0m));
        var request = Call(id: "shared") with { Model = "m", Usage = BudgetUsage.Tokens(input: 5, output: 5) };
        using var cancelling = new CancellationTokenSource();

        var first = await Calls.StartAsync(() => priced.TryReserveAsync(request, cancelling.Token));
        var second = await Calls.StartAsync(() => unpriced.TryReserveAsync(request));
        await cancelling.CancelAsync();
        await first.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        var reservation = await Calls.FinishAsync(second);

        reservation.Decision.IsReplay.Should().BeTrue();
        await reservation.CommitAsync(1m);
        (await priced.AmountsAsync(AliceScope)).Should().Be((1m, 0m));
    }

    [Theory]
    [InlineData(FailureMode.Deny)]
    [InlineData(FailureMode.Allow)]
    public async Task A_spend_whose_hold_is_taken_away_while_it_waits_is_decided_anew(FailureMode mode)
    {
        var firewall = Waiting(options => options.FailureMode = mode, AliceLimit(10m));
        await firewall.CheckAsync(Call(0m));

        var spending = await Calls.StartAsync(() => firewall.TrySpendAsync(Call(1m, id: "taken away")));
        (await Calls.First.UndoLastAsync()).Should().BeTrue();
        var decision = await Calls.FinishAsync(spending);

        (decision.Outcome, decision.IsDegraded, decision.IsReplay).Should().Be((DecisionOutcome.Allowed, false, false));
        (await firewall.AmountsAsync(AliceScope)).Should().Be((1m, 0m));
    }

    [Theory]
    [InlineData(FailureMode.Deny, false)]
    [InlineData(FailureMode.Deny, true)]
    [InlineData(FailureMode.Allow, false)]
    [InlineData(FailureMode.Allow, true)]
    public async Task A_spend_that_is_repeated_after_its_hold_has_ended_is_decided_anew(FailureMode mode, bool hasRoom)
    {
        var (firewall, chaos) = Fragile(options => options.FailureMode = mode, AliceLimit(10m));
        await firewall.CheckAsync(Call(0m));
        var request = Call(10m, id: "late") with { Lease = TimeSpan.FromMinutes(1) };
        chaos.StrikeNext(StoreCalls.Settle, StoreFault.ConnectionLost);
        await Calls.FinishAsync(await Calls.StartAsync(() => firewall.TrySpendAsync(request)));
        (await firewall.AmountsAsync(AliceScope)).Should().Be((0m, 10m));

        await Harness.MoveToAsync(ReleasedBy(Harness.Now, TimeSpan.FromMinutes(1)));
        if (!hasRoom)
            await firewall.SpendAsync(Call(10m));
        var repeated = await Calls.FinishAsync(await Calls.StartAsync(() => firewall.TrySpendAsync(request)));

        (repeated.Outcome, repeated.IsDegraded, repeated.IsReplay).Should().Be((hasRoom ? DecisionOutcome.Allowed : DecisionOutcome.BudgetExceeded, false, false));
        (await firewall.AmountsAsync(AliceScope)).Should().Be((10m, 0m));
        if (hasRoom)
            (await firewall.SpendAsync(request)).IsReplay.Should().BeTrue();
        (await firewall.AmountsAsync(AliceScope)).Should().Be((10m, 0m));
    }

    [Fact]
    public async Task Who_does_not_want_to_wait_is_refused_with_the_time_until_nobody_would()
    {
        var firewall = Waiting(AliceLimit(1m));
        await firewall.CheckAsync(Call(0m));

        foreach (var kind in new[] { DecisionKind.Check, DecisionKind.Reserve, DecisionKind.Spend })
        {
            var denied = await DecideAsync(firewall, kind, Call(0.1m) with { MaxWait = TimeSpan.Zero });
            (denied.Outcome, denied.Wait, denied.RetryAfter).Should().Be((DecisionOutcome.RateLimited, TimeSpan.Zero, (TimeSpan?)Second));
        }
    }

    [Theory]
    [InlineData(DecisionKind.Check)]
    [InlineData(DecisionKind.Reserve)]
    [InlineData(DecisionKind.Spend)]
    public async Task Who_is_denied_by_another_limit_does_not_wait(DecisionKind kind)
    {
        var firewall = Waiting(AliceLimit(1m));
        await firewall.CheckAsync(Call(0m));

        var denied = await DecideAsync(firewall, kind, Call(2m));

        (denied.Outcome, denied.Wait).Should().Be((DecisionOutcome.BudgetExceeded, TimeSpan.Zero));
    }

    private static Action<BudgetFirewallOptions> Configure(params Budget[] budgets) => options =>
    {
        options.Budgets.AddRange(budgets);
        options.RateLimits.Add(RateLimit.LeakyBucket(AliceScope, ratePerSecond: 1));
    };

    private static async ValueTask<BudgetDecision> DecideAsync(IBudgetFirewall firewall, DecisionKind kind, BudgetRequest request, CancellationToken cancellationToken = default) => kind switch
    {
        DecisionKind.Check => await firewall.TryCheckAsync(request, cancellationToken),
        DecisionKind.Reserve => (await firewall.TryReserveAsync(request, cancellationToken)).Decision,
        DecisionKind.Spend => await firewall.TrySpendAsync(request, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This kind does not decide."),
    };

    /// <summary>A firewall with a turn each second.</summary>
    private IBudgetFirewall Waiting(params Budget[] budgets) => Waiting(_ => { }, budgets);

    private IBudgetFirewall Waiting(Action<BudgetFirewallOptions> configure, params Budget[] budgets) => Calls.Firewall(Configure(budgets) + configure);

    /// <summary>The same, with a store whose calls can be made to fail.</summary>
    private (IBudgetFirewall Firewall, ChaosBudgetStore Chaos) Fragile(Action<BudgetFirewallOptions> configure, params Budget[] budgets)
    {
        ChaosBudgetStore? chaos = null;
        var firewall = Harness.CreateFirewallOn(store => Calls.Counting(chaos = new(store)), Configure(budgets) + configure);
        return (firewall, chaos!);
    }
}
