using System.Collections.Frozen;
using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The limits that the options define, on which those of every partition build. Immutable.</summary>
internal sealed class ConfiguredLimits
{
    public ConfiguredLimits(FirewallSettings settings)
    {
        BudgetInForce[] budgets = [.. settings.Budgets.Select(budget => new BudgetInForce(budget.Id, budget, IsRunTime: false))];
        ById = budgets.ToFrozenDictionary(entry => entry.Id, StringComparer.Ordinal);
        InForce = ImmutableSortedSet.CreateRange(BudgetInForce.ById, budgets);
        Budgets = new([.. budgets.Where(entry => entry.Budget.IsActive).Select(entry => new CounterRule(entry.Budget))]);
        RateLimits = new([.. settings.RateLimits.Select(limit => RateLimitRules.Of(limit))]);
        OfUsers = budgets.Aggregate(UserFilters.None, (filters, entry) => filters.With(entry.Budget, isGone: false));
    }

    public FrozenDictionary<string, BudgetInForce> ById { get; }

    /// <summary>Every budget, inactive ones included.</summary>
    public ImmutableSortedSet<BudgetInForce> InForce { get; }

    public ScopedRules<CounterRule> Budgets { get; }

    public ScopedRules<LimitRule> RateLimits { get; }

    public UserFilters OfUsers { get; }
}
