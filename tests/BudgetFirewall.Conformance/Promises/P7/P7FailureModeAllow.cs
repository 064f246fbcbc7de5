namespace BudgetFirewall.Conformance;

/// <summary>P7: letting requests through unseen is a choice, and the decision says so.</summary>
public abstract class P7FailureModeAllow<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(OperationKind.Check)]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    public async Task A_request_is_let_through_unseen_and_the_decision_says_so(OperationKind kind)
    {
        var (firewall, chaos) = Fragile();
        chaos.Strike(StoreCalls.Decide, StoreFault.NotReached);

        var decision = kind switch
        {
            OperationKind.Check => await firewall.CheckAsync(Call(50m, id: "one")),
            OperationKind.Reserve => (await firewall.ReserveAsync(Call(50m, id: "one"))).Decision,
            _ => await firewall.SpendAsync(Call(50m, id: "one")),
        };

        (decision.IsAllowed, decision.IsDegraded, decision.Outcome).Should().Be((true, true, DecisionOutcome.Allowed));
        (decision.Cost, decision.OperationId).Should().Be((50m, "one"));
    }

    [Fact]
    public async Task What_the_store_does_answer_is_no_less_strict()
    {
        var (firewall, _) = Fragile();

        var decision = await firewall.TrySpendAsync(Call(50m));

        (decision.Outcome, decision.IsDegraded).Should().Be((DecisionOutcome.BudgetExceeded, false));
    }

    [Fact]
    public async Task A_store_that_hangs_lets_through_when_its_time_is_up()
    {
        var (firewall, chaos) = Fragile();
        var stall = new StoreStall(isDoneFirst: false);
        chaos.StrikeNext(StoreCalls.Decide, stall);

        var decision = await WaitOutAsync(firewall.TryCheckAsync(Call(1m)), stall, StoreTimeout);

        decision.IsDegraded.Should().BeTrue();
        await stall.EndAsync();
    }

    [Theory]
    [InlineData(OperationKind.Check)]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    public async Task A_store_that_is_set_up_wrongly_never_lets_through(OperationKind kind)
    {
        var (firewall, chaos) = Fragile();
        chaos.Strike(StoreCalls.Decide, StoreFault.Misconfigured);

        (await firewall.DoAsync(kind, Call(1m))).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
    }

    [Fact]
    public async Task Charge_commit_release_and_extend_never_pretend()
    {
        var (firewall, chaos) = Fragile();
        var reservation = await firewall.ReserveAsync(Call(1m));
        chaos.Strike(StoreCalls.Decide | StoreCalls.Settle | StoreCalls.Extend, StoreFault.NotReached);

        await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(1m))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        await FluentActions.Awaiting(async () => await reservation.ExtendAsync(TimeSpan.FromMinutes(1))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        await FluentActions.Awaiting(async () => await reservation.ReleaseAsync()).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        await FluentActions.Awaiting(async () => await reservation.CommitAsync(1m)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
    }

    [Fact]
    public async Task Committing_a_degraded_reservation_charges_under_the_same_id_once()
    {
        var (firewall, chaos) = Fragile();
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        var reservation = await firewall.ReserveAsync(Call(2m, id: "one"));
        reservation.Decision.IsDegraded.Should().BeTrue();
        await FluentActions.Awaiting(async () => await reservation.CommitAsync(1.5m)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        chaos.Heal();

        var receipt = await reservation.CommitAsync(1.5m);
        var again = await reservation.CommitAsync(1.5m);

        (receipt.OperationId, receipt.Cost, receipt.IsReplay).Should().Be(("one", 1.5m, false));
        again.IsReplay.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1.5m);
    }

    [Fact]
    public async Task Committing_a_degraded_reservation_again_with_another_amount_is_a_conflict()
    {
        var (firewall, chaos) = Fragile();
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        var reservation = await firewall.ReserveAsync(Call(2m, id: "one"));
        chaos.Heal();
        await reservation.CommitAsync(1.5m);

        await FluentActions.Awaiting(async () => await reservation.CommitAsync(1.6m)).Should().ThrowExactlyAsync<OperationConflictException>();

        await firewall.AssertStandsAtAsync(AliceScope, spent: 1.5m);
    }

    [Theory]
    [InlineData("one")]
    [InlineData(null)]
    public async Task Committing_a_degraded_reservation_that_was_made_after_all_settles_it(string? id)
    {
        var (firewall, chaos) = Fragile();
        chaos.Strike(StoreCalls.Decide, StoreFault.AnswerLost);
        var reservation = await firewall.ReserveAsync(Call(2m, id: id));
        reservation.Decision.IsDegraded.Should().BeTrue();
        chaos.Heal();

        var receipt = await reservation.CommitAsync(1.5m);

        (receipt.Cost, receipt.IsReplay).Should().Be((1.5m, false));
        (await reservation.CommitAsync(1.5m)).IsReplay.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1.5m, held: 0);
    }

    [Fact]
    public async Task Committing_the_usage_of_a_degraded_reservation_prices_it()
    {
        var (firewall, chaos) = Fragile();
        chaos.Strike(StoreCalls.Decide, StoreFault.NotReached);
        var reservation = await firewall.ReserveAsync(Call() with { Usage = Records(7) });
        chaos.Heal();

        var receipt = await reservation.CommitAsync(Records(5));

        receipt.Cost.Should().Be(0.5m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.5m);
    }

    [Fact]
    public async Task Disposing_a_degraded_reservation_charges_nothing_and_leaves_no_hold_beyond_its_lease()
    {
        var (firewall, chaos) = Fragile();
        chaos.StrikeNext(StoreCalls.Decide, StoreFault.AnswerLost);
        chaos.StrikeNext(StoreCalls.Decide, StoreFault.NotReached);
        var takenAt = Harness.Now;
        await using (await firewall.ReserveAsync(Call(1m)))
        await using (await firewall.ReserveAsync(Call(1m)))
            (await firewall.HeldAsync(AliceScope)).Should().BeInRange(0, 1m);

        await Harness.MoveToAsync(ReleasedBy(takenAt + Harness.TimeTolerance, TimeSpan.FromMinutes(5)));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task Observers_hear_that_a_request_was_let_through_unseen()
    {
        var observer = new RecordingObserver();
        var (firewall, chaos) = Harness.CreateFragileFirewall(Allowing, observer);
        chaos.Strike(StoreCalls.Decide, StoreFault.NotReached);

        await firewall.SpendAsync(Call(1m, id: "one"));

        (await Eventually.HoldsAsync(() => !observer.Troubles.IsEmpty)).Should().BeTrue();
        (observer.Troubles.Should().ContainSingle().Which is { IsDegraded: true, Operation: "spend", OperationId: "one" }).Should().BeTrue();
        observer.Denials.Should().BeEmpty();
    }

    private (IBudgetFirewall Firewall, ChaosBudgetStore Chaos) Fragile() => Harness.CreateFragileFirewall(Allowing);

    private static void Allowing(BudgetFirewallOptions options)
    {
        options.Budgets.Add(AliceLimit(10m));
        options.FailureMode = FailureMode.Allow;
        options.StoreTimeout = StoreTimeout;
        options.Pricing.Units[Record] = 0.1m;
    }

    [Fact]
    public async Task A_reservation_let_through_unseen_lasts_as_long_as_one_that_was_granted()
    {
        var (firewall, chaos) = Fragile();
        chaos.Strike(StoreCalls.Decide, StoreFault.NotReached);
        var before = Harness.CallerClock.GetUtcNow();

        var reservation = await firewall.ReserveAsync(Call(1m) with { Lease = TimeSpan.FromMinutes(7) });

        reservation.ExpiresAt.Should().BeOnOrAfter(before + TimeSpan.FromMinutes(7)).And.BeOnOrBefore(Harness.CallerClock.GetUtcNow() + TimeSpan.FromMinutes(7));
    }
}
