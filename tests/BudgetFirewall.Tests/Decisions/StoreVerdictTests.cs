using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>What the firewall makes of the verdicts of a store, which it never works out itself.</summary>
public sealed class StoreVerdictTests : StoreTests<MemoryHarness>
{
    [Fact]
    public async Task A_stores_verdicts_and_waits_are_shown_as_they_are_given()
    {
        var decision = await Answering(DecisionStatus.Denied, new(Verdict.Refuse, TimeSpan.FromMinutes(2)), new(Verdict.Refuse, TimeSpan.FromMinutes(5))).TrySpendAsync(Call(1m));

        (decision.Outcome, decision.RetryAfter).Should().Be((DecisionOutcome.BudgetExceeded, TimeSpan.FromMinutes(5)));
        decision.Limits.Select(limit => limit.Wait).Should().Equal(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5));
        decision.RateLimits.Should().ContainSingle().Which.RetryAfter.Should().Be(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task A_verdict_that_this_version_cannot_act_on_is_no_decision()
    {
        var firewall = Answering(DecisionStatus.Denied, new(Verdict.NeedsApproval, TimeSpan.FromSeconds(1)), Judgement.Admitted);

        await FluentActions.Awaiting(async () => await firewall.TrySpendAsync(Call(1m))).Should().ThrowExactlyAsync<NotSupportedException>();
    }

    [Fact]
    public async Task A_denial_in_which_nothing_refuses_is_no_decision()
    {
        var firewall = Answering(DecisionStatus.Denied, Judgement.Admitted, new(Verdict.WouldRefuse, null));

        await FluentActions.Awaiting(async () => await firewall.TrySpendAsync(Call(1m))).Should().ThrowExactlyAsync<InvalidOperationException>();
    }

    [Fact]
    public void A_call_has_its_budgets_before_its_rate_limits()
    {
        LimitDemand budget = LimitDemand.Look(new CounterRule(AliceLimit(1m)), Alice), rate = LimitDemand.Look(new TokenBucketRule(Rate(AliceScope, capacity: 1)), Alice);

        new StatusCall { CatalogVersion = "", Limits = [budget, budget, rate] }.BudgetCount.Should().Be(2);
        FluentActions.Invoking(() => new StatusCall { CatalogVersion = "", Limits = [rate, budget] }).Should().ThrowExactly<ArgumentException>();
    }

    private IBudgetFirewall Answering(DecisionStatus status, params Judgement[] judgements) => Harness.CreateFirewallOn(store => new JudgingStore(store, status, judgements), options =>
    {
        options.Budgets.Add(AliceLimit(10m));
        options.RateLimits.Add(Rate(AliceScope, capacity: 10));
    });

    /// <summary>Answers with given verdicts.</summary>
    private sealed class JudgingStore(IBudgetStore inner, DecisionStatus status, Judgement[] judgements) : StoreDecorator(inner)
    {
        public override ValueTask<DecisionAnswer> DecideAsync(DecisionCall call) => new(new DecisionAnswer
        {
            Status = status,
            Now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero),
            Readings = [LimitReading.OfBudget(0, 0), LimitReading.OfRateLimit(0, packedState: 0)],
            Judgements = [.. judgements],
        });
    }
}
