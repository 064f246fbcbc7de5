using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>P7: while the store does not answer, check, reserve and spend are denied as unavailable, never as exceeded.</summary>
public abstract class P7ClosedWhenBlind<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(OperationKind.Check)]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    public async Task A_store_that_cannot_be_reached_denies_as_unavailable_even_what_does_not_fit(OperationKind kind)
    {
        var (firewall, chaos) = Fragile();
        await firewall.SpendAsync(Call(1m));
        foreach (var fault in new[] { StoreFault.NotReached, StoreFault.ConnectionLost, StoreFault.Misconfigured })
        {
            chaos.Strike(StoreCalls.Decide, fault);

            var answer = await firewall.DoAsync(kind, Call(50m));

            answer.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
            chaos.Heal();
        }
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Fact]
    public async Task An_unavailable_decision_allows_nothing_and_names_nothing_that_refuses()
    {
        var (firewall, chaos) = Fragile();
        chaos.Strike(StoreCalls.Decide, StoreFault.NotReached);

        var decision = await firewall.TrySpendAsync(Call(1m, id: "one"));

        (decision.IsAllowed, decision.IsDegraded).Should().Be((false, false));
        decision.DeniedByBudgets.Should().BeEmpty();
        decision.DeniedByRateLimits.Should().BeEmpty();
        decision.OperationId.Should().Be("one");
    }

    [Fact]
    public async Task The_calls_without_Try_throw_StoreUnavailableException()
    {
        var (firewall, chaos) = Fragile();
        chaos.Strike(StoreCalls.Decide, StoreFault.NotReached);

        await FluentActions.Awaiting(async () => await firewall.CheckAsync(Call(1m))).Should().ThrowExactlyAsync<StoreUnavailableException>();
        await FluentActions.Awaiting(async () => await firewall.ReserveAsync(Call(1m))).Should().ThrowExactlyAsync<StoreUnavailableException>();
        var e = (await FluentActions.Awaiting(async () => await firewall.SpendAsync(Call(1m, id: "one"))).Should().ThrowExactlyAsync<StoreUnavailableException>()).Which;
        (e.OperationId, e.Decision.Outcome).Should().Be(("one", DecisionOutcome.StoreUnavailable));
    }

    [Theory]
    [InlineData(OperationKind.Check)]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    public async Task A_store_that_hangs_is_waited_for_no_longer_than_its_timeout(OperationKind kind)
    {
        var (firewall, chaos) = Fragile();
        var stall = new StoreStall(isDoneFirst: false);
        chaos.Strike(StoreCalls.Decide, stall);
        var pending = firewall.DoAsync(kind, Call(1m)).AsTask();
        (await Eventually.HoldsAsync(() => stall.Waiting == 1)).Should().BeTrue();

        await Harness.LetCallersWaitAsync(StoreTimeout / 2);
        pending.IsCompleted.Should().BeFalse();
        var answer = await WaitOutAsync(new ValueTask<OperationAnswer>(pending), stall, StoreTimeout);

        answer.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        chaos.Heal();
        await stall.EndAsync();
    }

    [Fact]
    public async Task Nothing_is_admitted_while_the_store_is_away_and_everything_goes_on_when_it_is_back()
    {
        var (firewall, chaos) = Fragile();
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        for (var i = 0; i < 100; i++)
        {
            (await firewall.TryReserveAsync(Call(0.001m))).IsGranted.Should().BeFalse();
            (await firewall.TrySpendAsync(Call(0.001m))).IsAllowed.Should().BeFalse();
            (await firewall.TryCheckAsync(Call(0.001m))).IsAllowed.Should().BeFalse();
        }

        chaos.Heal();

        (await firewall.TryReserveAsync(Call(1m))).IsGranted.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 1m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_grant_that_arrives_after_its_caller_was_denied_is_released(bool isDoneFirst)
    {
        var (firewall, chaos) = Fragile();
        var stall = new StoreStall(isDoneFirst);
        chaos.StrikeNext(StoreCalls.Decide, stall);
        var reservation = await WaitOutAsync(firewall.TryReserveAsync(Call(1m)), stall, StoreTimeout);
        reservation.Decision.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        reservation.IsGranted.Should().BeFalse();

        await stall.EndAsync();

        (await Eventually.HoldsAsync(async () => await firewall.HeldAsync(AliceScope) == 0)).Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
        (await firewall.TryReserveAsync(Call(10m))).IsGranted.Should().BeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_grant_that_arrives_after_its_caller_has_cancelled_is_released(bool isDoneFirst)
    {
        var (firewall, chaos) = Fragile();
        var stall = new StoreStall(isDoneFirst);
        chaos.StrikeNext(StoreCalls.Decide, stall);
        using var cancellation = new CancellationTokenSource();
        var pending = firewall.ReserveAsync(Call(1m), cancellation.Token).AsTask();
        (await Eventually.HoldsAsync(() => stall.Waiting == 1)).Should().BeTrue();

        await cancellation.CancelAsync();
        await FluentActions.Awaiting(() => pending).Should().ThrowAsync<OperationCanceledException>();
        await stall.EndAsync();

        (await Eventually.HoldsAsync(async () => await firewall.HeldAsync(AliceScope) == 0)).Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task A_late_grant_that_cannot_be_released_ends_with_its_lease()
    {
        var (firewall, chaos) = Fragile();
        var stall = new StoreStall(isDoneFirst: true);
        chaos.StrikeNext(StoreCalls.Decide, stall);
        var takenAt = Harness.Now;
        await WaitOutAsync(firewall.TryReserveAsync(Call(1m)), stall, StoreTimeout);
        chaos.Strike(StoreCalls.Settle, StoreFault.NotReached);
        await stall.EndAsync();

        await Harness.MoveToAsync(ReleasedBy(takenAt + StoreTimeout, TimeSpan.FromMinutes(5)));

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Theory]
    [InlineData(OperationKind.Check)]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    [InlineData(OperationKind.Charge)]
    public async Task A_call_cancelled_before_it_begins_touches_nothing(OperationKind kind)
    {
        var (firewall, _) = Fragile();
        var cancelled = new CancellationToken(canceled: true);
        var request = Call(1m, id: "one");

        await FluentActions.Awaiting(async () => _ = kind switch
        {
            OperationKind.Check => (object)await firewall.TryCheckAsync(request, cancelled),
            OperationKind.Reserve => await firewall.TryReserveAsync(request, cancelled),
            OperationKind.Spend => await firewall.TrySpendAsync(request, cancelled),
            _ => await firewall.ChargeAsync(request, cancelled),
        }).Should().ThrowAsync<OperationCanceledException>();

        (await firewall.DoAsync(kind, request)).IsReplay.Should().BeFalse();
    }

    [Fact]
    public async Task Bad_input_is_bad_input_though_the_store_is_away()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.Pricing.Models["gpt"] = new ModelPrice { Input = 0.001m };
        });
        chaos.Strike(StoreCalls.Decide, StoreFault.NotReached);

        await FluentActions.Awaiting(async () => await firewall.TrySpendAsync(Call() with { Model = "none" })).Should().ThrowExactlyAsync<UnknownPriceException>();
        await FluentActions.Awaiting(async () => await firewall.TryReserveAsync(Call() with { Model = "gpt" })).Should().ThrowExactlyAsync<ArgumentException>();
    }

    [Fact]
    public async Task Status_and_catalog_say_that_the_store_is_away()
    {
        var (firewall, chaos) = Fragile();
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);

        await FluentActions.Awaiting(async () => await firewall.GetStatusAsync(AliceScope)).Should().ThrowExactlyAsync<BudgetStoreException>();
        await FluentActions.Awaiting(async () => await firewall.Budgets.ListAsync()).Should().ThrowExactlyAsync<BudgetStoreException>();
        await FluentActions.Awaiting(async () => await firewall.Budgets.SetAsync(AliceLimit(5m))).Should().ThrowExactlyAsync<BudgetStoreException>();
        await FluentActions.Awaiting(async () => await firewall.Budgets.RemoveAsync("any")).Should().ThrowExactlyAsync<BudgetStoreException>();
        await FluentActions.Awaiting(async () => await firewall.Budgets.ResetAsync(AliceLimit(5m).Id, AliceScope)).Should().ThrowExactlyAsync<BudgetStoreException>();
    }

    [Fact]
    public async Task Observers_hear_of_the_stores_trouble()
    {
        var observer = new RecordingObserver();
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(AliceLimit(10m)), observer);
        var reservation = await firewall.ReserveAsync(Call(1m, id: "hold"));
        chaos.Strike(StoreCalls.All, StoreFault.ConnectionLost);

        await firewall.TrySpendAsync(Call(1m, id: "one"));
        await FluentActions.Awaiting(async () => await reservation.CommitAsync(1m)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();

        (await Eventually.HoldsAsync(() => observer.Troubles.Count >= 2)).Should().BeTrue();
        observer.Troubles.Where(trouble => trouble is { Operation: "spend", OperationId: "one", IsDegraded: false }).Should().NotBeEmpty();
        observer.Troubles.Where(trouble => trouble is { Operation: "commit", OperationId: "hold" }).Should().NotBeEmpty();
        observer.Troubles.Should().AllSatisfy(trouble => trouble.Exception.Should().BeOfType<BudgetStoreException>());
    }

    private (IBudgetFirewall Firewall, ChaosBudgetStore Chaos) Fragile() => Harness.CreateFragileFirewall(options =>
    {
        options.Budgets.Add(AliceLimit(10m));
        options.StoreTimeout = StoreTimeout;
    });
}
