using System.Collections.Frozen;
using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The limits that the options define, on which those of every partition build. Immutable.</summary>
internal sealed class ConfiguredLimits
{
    public ConfiguredLimits(FirewallSettings settings)
    {
        LimitInForce[] limits =
        [
            .. settings.Budgets.Select(LimitDefinition.Of).Concat(settings.RateLimits.Select(LimitDefinition.Of)).Select(limit => new LimitInForce(limit, IsRunTime: false)),
        ];
        ByKey = limits.ToFrozenDictionary(entry => entry.Key);
        InForce = ImmutableSortedSet.CreateRange(LimitInForce.Order, limits);
        Budgets = new([.. settings.Budgets.Where(budget => budget.IsActive).Select(budget => new CounterRule(budget))]);
        RateLimits = new([.. settings.RateLimits.Where(limit => limit.IsActive).Select(limit => RateLimitRules.Of(limit))]);
        OfUsers = limits.Aggregate(UserFilters.None, (filters, entry) => filters.With(entry.Definition, isGone: false));
    }

    public FrozenDictionary<LimitKey, LimitInForce> ByKey { get; }

    /// <summary>Every budget and rate limit, inactive ones included.</summary>
    public ImmutableSortedSet<LimitInForce> InForce { get; }

    public ScopedRules<CounterRule> Budgets { get; }

    public ScopedRules<LimitRule> RateLimits { get; }

    public UserFilters OfUsers { get; }
}
