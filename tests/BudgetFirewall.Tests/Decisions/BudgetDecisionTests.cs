using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>The decision itself: made by a step, or by hand for a fake.</summary>
public sealed class BudgetDecisionTests : StoreTests<MemoryHarness>
{
    [Fact]
    public async Task Its_lists_are_made_once()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(1m));
            options.RateLimits.Add(Rate(AliceScope, capacity: 1));
        });

        var decision = await firewall.TrySpendAsync(Call(2m) with { Permits = 2 });

        decision.Budgets[0].Should().BeSameAs(decision.Budgets.Should().ContainSingle().Which);
        decision.Budgets.Should().BeSameAs(decision.Budgets);
        decision.RateLimits.Should().BeSameAs(decision.RateLimits);
        decision.DeniedByBudgets.Should().BeSameAs(decision.DeniedByBudgets);
        decision.DeniedByRateLimits.Should().BeSameAs(decision.DeniedByRateLimits);
    }

    [Fact]
    public void One_made_by_hand_keeps_every_member()
    {
        var (budgets, denying, rateLimits, limiting, warnings) = (new BudgetState[1], new BudgetState[1], new RateLimitState[1], new RateLimitState[1], new BudgetWarning[1]);
        var ahead = new BudgetWarning[2];

        var decision = new BudgetDecision
        {
            Outcome = DecisionOutcome.RateLimited,
            Cost = 1.5m,
            IsCostUnknown = true,
            RetryAfter = TimeSpan.FromSeconds(3),
            IsDegraded = true,
            IsReplay = true,
            OperationId = "one",
            Budgets = budgets,
            RateLimits = rateLimits,
            Warnings = warnings,
            WarningsAhead = ahead,
            DeniedByBudgets = denying,
            DeniedByRateLimits = limiting,
        };

        (decision.Outcome, decision.Cost, decision.RetryAfter, decision.OperationId).Should().Be(((DecisionOutcome, decimal, TimeSpan?, string))(DecisionOutcome.RateLimited, 1.5m, TimeSpan.FromSeconds(3), "one"));
        (decision is { IsCostUnknown: true, IsDegraded: true, IsReplay: true, IsAllowed: false }).Should().BeTrue();
        (new BudgetDecision { OperationId = "two", Cost = 2m }.OperationId, new BudgetDecision { OperationId = "two", Cost = 2m }.Cost).Should().Be(("two", 2m));
        decision.Warnings.Should().BeSameAs(warnings);
        decision.WarningsAhead.Should().BeSameAs(ahead);
        decision.Budgets.Should().BeSameAs(budgets);
        decision.DeniedByBudgets.Should().BeSameAs(denying);
        decision.RateLimits.Should().BeSameAs(rateLimits);
        decision.DeniedByRateLimits.Should().BeSameAs(limiting);
    }

    [Fact]
    public void One_made_of_nothing_is_allowed_and_empty()
    {
        var decision = new BudgetDecision();

        decision.IsAllowed.Should().BeTrue();
        (decision.Cost, decision.RetryAfter, decision.OperationId).Should().Be(((decimal, TimeSpan?, string))(0m, null, ""));
        decision.Budgets.Should().BeEmpty();
        decision.RateLimits.Should().BeEmpty();
        decision.Warnings.Should().BeEmpty();
        decision.DeniedByBudgets.Should().BeEmpty();
        decision.DeniedByRateLimits.Should().BeEmpty();
    }
}
