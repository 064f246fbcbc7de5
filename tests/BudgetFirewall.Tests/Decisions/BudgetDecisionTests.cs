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

        Assert.Same(Assert.Single(decision.Budgets), decision.Budgets[0]);
        Assert.Same(decision.Budgets, decision.Budgets);
        Assert.Same(decision.RateLimits, decision.RateLimits);
        Assert.Same(decision.DeniedByBudgets, decision.DeniedByBudgets);
        Assert.Same(decision.DeniedByRateLimits, decision.DeniedByRateLimits);
    }

    [Fact]
    public void One_made_by_hand_keeps_every_member()
    {
        var (budgets, denying, rateLimits, limiting, warnings) = (new BudgetState[1], new BudgetState[1], new RateLimitState[1], new RateLimitState[1], new BudgetWarning[1]);

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
            DeniedByBudgets = denying,
            DeniedByRateLimits = limiting,
        };

        Assert.Equal((DecisionOutcome.RateLimited, 1.5m, TimeSpan.FromSeconds(3), "one"), (decision.Outcome, decision.Cost, decision.RetryAfter, decision.OperationId));
        Assert.True(decision is { IsCostUnknown: true, IsDegraded: true, IsReplay: true, IsAllowed: false });
        Assert.Equal(("two", 2m), (new BudgetDecision { OperationId = "two", Cost = 2m }.OperationId, new BudgetDecision { OperationId = "two", Cost = 2m }.Cost));
        Assert.Same(warnings, decision.Warnings);
        Assert.Same(budgets, decision.Budgets);
        Assert.Same(denying, decision.DeniedByBudgets);
        Assert.Same(rateLimits, decision.RateLimits);
        Assert.Same(limiting, decision.DeniedByRateLimits);
    }

    [Fact]
    public void One_made_of_nothing_is_allowed_and_empty()
    {
        var decision = new BudgetDecision();

        Assert.True(decision.IsAllowed);
        Assert.Equal((0m, null, ""), (decision.Cost, decision.RetryAfter, decision.OperationId));
        Assert.Empty(decision.Budgets);
        Assert.Empty(decision.RateLimits);
        Assert.Empty(decision.Warnings);
        Assert.Empty(decision.DeniedByBudgets);
        Assert.Empty(decision.DeniedByRateLimits);
    }
}
