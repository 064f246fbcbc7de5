using System.Collections.Immutable;
using System.Runtime.InteropServices;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Replaces the limits of a call that are not the same at all times by what is in force at one. Thread-safe.</summary>
internal sealed class TimedLimits(TimeProvider timeProvider, FrozenLimits frozenLimits)
{
    private long _storeAheadTicks;

    /// <summary>The store's time, as far as this process knows its clock. The store answers where it is wrong.</summary>
    public DateTimeOffset StoreNow => timeProvider.GetUtcNow().AddTicks(Volatile.Read(ref _storeAheadTicks));

    /// <summary>Takes note of the store's clock, so that a process whose own is wrong need not be told with each call.</summary>
    public void Learn(DateTimeOffset storeNow) => Volatile.Write(ref _storeAheadTicks, (storeNow - timeProvider.GetUtcNow()).Ticks);

    /// <summary>The time for which a call is to be planned anew. Where it is outside of what the call was planned for, the clock that this process knew was wrong.</summary>
    public DateTimeOffset Heard(DateTimeOffset now, PeriodWindow? validity)
    {
        if (validity?.Contains(now) == false)
            Learn(now);
        return now;
    }

    /// <summary>The span of time in which the demands are right; null when they always are, which is nearly always so.</summary>
    /// <remarks>A limit that follows from use, and that this process does not know, is left open.</remarks>
    /// <param name="demands">The demands; those of budgets that do not count at the time are taken out.</param>
    /// <param name="budgetCount">The number of budgets among them.</param>
    /// <param name="partition">The partition that the limits are counted in; null without partitions.</param>
    /// <param name="now">The store's time; null when it has not told.</param>
    public PeriodWindow? Resolve(ref ImmutableArray<LimitDemand> demands, ref int budgetCount, string? partition, DateTimeOffset? now)
    {
        foreach (ref readonly var demand in demands.AsSpan())
        {
            if (demand.Rule.IsTimed)
                return ResolveAt(ref demands, ref budgetCount, partition, now ?? StoreNow);
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

    private PeriodWindow ResolveAt(ref ImmutableArray<LimitDemand> demands, ref int budgetCount, string? partition, DateTimeOffset now)
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
