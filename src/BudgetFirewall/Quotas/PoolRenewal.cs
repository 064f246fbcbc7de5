using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Works out a pool's state in a new period, from what was used in those that have ended. Pure functions.</summary>
internal static class PoolRenewal
{
    /// <summary>The most periods that are recorded when nobody renewed the pool for longer: the one that was divided, and the last ones.</summary>
    public const int MaxCaughtUp = 12;

    /// <summary>The periods that have ended since a pool was divided, in their order: those to be recorded.</summary>
    public static IReadOnlyList<PeriodWindow> EndedPeriods(PoolState state, PeriodWindow present)
    {
        var calendar = state.Pool.Calendar;
        var divided = calendar.At(new(state.Period, TimeSpan.Zero));
        return [divided, .. calendar.Before(present, MaxCaughtUp - 1).Reverse().Where(period => period.Start > divided.Start)];
    }

    /// <summary>The state in the present period, on its way to the limits that the strategy gives. A division that was on its way gives place to it.</summary>
    /// <param name="state">The state that the last of the ended periods had been divided by. While limits are lowered, it has those of before, and none is above them.</param>
    /// <param name="ended">The counters of the ended periods.</param>
    /// <param name="present">The present period.</param>
    public static PoolState Renew(PoolState state, IReadOnlyList<PoolReadings> ended, PeriodWindow present)
    {
        var records = new List<PeriodData>();
        var (used, rolledOver) = (state.Used, state.RolledOver);
        foreach (var readings in ended)
        {
            var isKnown = IsKnown(state, readings);
            var isAfterGap = records.Count > 0 && records[^1].End != readings.Period.Start.Ticks;
            records.Add(Record(state, readings, rolledOver, isKnown) with { Before = isAfterGap ? records[^1].Start : null });
            var isLast = readings.Period.End == present.Start;
            rolledOver = [.. state.Amounts.Select((_, i) => isLast && isKnown ? RolledOver(state, readings, i) : 0)];
            used = isKnown ? [.. used.Select((before, i) => Smoothed(state, before, readings.Readings[i]))] : used;
        }
        var renewed = state with { Period = present.Start.Ticks, Used = used, RolledOver = rolledOver, Taken = [], Retired = 0, Reallocation = null, Ended = [.. records] };
        return PoolPlans.ToBase(renewed);
    }

    private static PeriodData Record(PoolState state, PoolReadings readings, long[] rolledOver, bool isKnown) => new()
    {
        Start = readings.Period.Start.Ticks,
        End = readings.Period.End.Ticks,
        Limit = state.Pool.Limit,
        IsKnown = isKnown,
        Scopes = [.. state.Pool.Members.Select(member => member.Scope.ToString())],
        Allocated = state.Amounts,
        Base = state.Base,
        Used = [.. readings.Readings.Select(reading => reading?.Spent ?? 0)],
        RolledOver = rolledOver,
    };

    /// <summary>True while the counters of a period are kept, so that one that is not there was never used.</summary>
    private static bool IsKnown(PoolState state, PoolReadings readings)
    {
        var rule = new CounterRule(PoolBudgets.Of(state.Pool, state.Pool.Members[0].Scope, amount: 0));
        return readings.Now.UtcDateTime < rule.KeptUntil(readings.Period);
    }

    /// <summary>What a member has left of an ended period and may use in the next.</summary>
    private static long RolledOver(PoolState state, PoolReadings readings, int member)
    {
        if (state.Pool.Rollover is not { } rollover)
            return 0;
        var reading = readings.Readings[member];
        // A counter that another budget made before the pool was there ends with its period, however much was spent by it.
        if (reading is null && state.Since[member] >= readings.Period.Start.Ticks)
            return 0;
        var (spent, held, allowance) = reading is { } found ? (found.Spent, found.Held, found.Allowance) : (0L, 0L, 0L);
        // Allowances, and so what was rolled over before, are for their own period.
        var left = (long)Int128.Clamp((Int128)state.Amounts[member] + allowance - spent - held, 0, state.Amounts[member]);
        var cap = rollover.Cap is { } given ? state.Pool.AmountOf(given, nameof(rollover.Cap)) : state.Amounts[member];
        var rolled = Math.Min(PoolFraction.Of(left, rollover.Fraction), cap);
        return rolled - (rolled % state.Pool.Grain);
    }

    private static long Smoothed(PoolState state, long? before, LimitReading? reading)
    {
        // Charges are not bounded as the amounts of a pool are.
        var spent = Math.Min(reading?.Spent ?? 0, AllowanceCall.MaxAllowance);
        var newest = PoolFraction.Of(spent, state.Pool.Dynamics.Smoothing);
        return before is { } past ? newest + PoolFraction.Of(past, 1 - state.Pool.Dynamics.Smoothing) : spent;
    }
}
