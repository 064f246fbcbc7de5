using System.Collections.Immutable;
using System.Runtime.InteropServices;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Replaces the limits of a call that are not the same at all times by what is in force at one.</summary>
internal static class TimedLimits
{
    /// <summary>The span of time in which the demands are right; null when they always are, which is nearly always so.</summary>
    /// <remarks>A limit that follows from use, and that this process does not know, is left open.</remarks>
    /// <param name="demands">The demands; those of budgets that do not count at the time are taken out.</param>
    /// <param name="budgetCount">The number of budgets among them.</param>
    /// <param name="timeProvider">The clock that tells the time where <paramref name="now"/> does not.</param>
    /// <param name="now">The store's time; null when it has not told.</param>
    /// <param name="partition">The partition that the limits are counted in; null without partitions.</param>
    /// <param name="frozenLimits">The limits that follow from use.</param>
    public static PeriodWindow? Resolve(
        ref ImmutableArray<LimitDemand> demands, ref int budgetCount, TimeProvider timeProvider, DateTimeOffset? now, string? partition, FrozenLimits frozenLimits)
    {
        foreach (ref readonly var demand in demands.AsSpan())
        {
            if (demand.Rule.IsTimed)
                return ResolveAt(ref demands, ref budgetCount, now ?? timeProvider.GetUtcNow(), partition, frozenLimits);
        }
        return null;
    }

    /// <summary>True when a limit of a call is open, so that the store must be asked for it.</summary>
    public static bool AreOpen(ImmutableArray<LimitDemand> demands, PeriodWindow? validity)
    {
        if (validity is null)
            return false;
        foreach (ref readonly var demand in demands.AsSpan())
        {
            if (demand.Rule is CounterRule { IsLimitOpen: true })
                return true;
        }
        return false;
    }

    private static PeriodWindow ResolveAt(ref ImmutableArray<LimitDemand> demands, ref int budgetCount, DateTimeOffset now, string? partition, FrozenLimits frozenLimits)
    {
        var valid = PeriodWindow.Always;
        var inForce = new List<LimitDemand>(demands.Length);
        foreach (ref readonly var demand in demands.AsSpan())
        {
            if (demand.Rule is CounterRule { IsLimitOpen: true } open)
                inForce.Add(demand with { Rule = frozenLimits.Find(partition, open, demand.ScopeId, now, ref valid) ?? open });
            else if (demand.Rule.InForceAt(now, ref valid) is { } rule)
                inForce.Add(demand with { Rule = rule });
            else
                budgetCount--;
        }
        demands = ImmutableCollectionsMarshal.AsImmutableArray(inForce.ToArray());
        return valid;
    }
}
