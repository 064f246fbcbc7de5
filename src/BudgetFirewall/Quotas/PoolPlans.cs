using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Works out the states of a pool: what its members are to have, and what they can have by what is spent and held. Pure functions.</summary>
internal static class PoolPlans
{
    /// <summary>The state of a pool that has not been there, to be divided for the first time.</summary>
    public static PoolState Begin(QuotaPool pool, PeriodWindow period)
    {
        var count = pool.Members.Count;
        var since = new long[count];
        Array.Fill(since, period.Start.Ticks);
        var state = new PoolState
        {
            Definition = PoolData.Of(pool),
            Period = period.Start.Ticks,
            FirstPeriod = period.Start.Ticks,
            Amounts = new long[count],
            Base = new long[count],
            Used = new long?[count],
            Since = since,
            RolledOver = new long[count],
        };
        return ToBase(state);
    }

    /// <summary>The state of a pool with another definition. Members that are gone leave with what they have used of the present period.</summary>
    public static PoolState Redefine(PoolState state, QuotaPool pool)
    {
        var before = Places(state.Pool);
        int? PlaceOf(QuotaMember member) => before.TryGetValue(member.Scope, out var place) ? place : null;
        T[] Mapped<T>(T[] values, T ofNew) => [.. pool.Members.Select(member => PlaceOf(member) is { } place ? values[place] : ofNew)];
        var members = pool.Members.Select(member => member.Scope).ToHashSet();
        var redefined = new PoolState
        {
            Definition = PoolData.Of(pool),
            Period = state.Period,
            FirstPeriod = state.FirstPeriod,
            Amounts = Mapped(state.Amounts, 0),
            Base = Mapped(state.Base, 0),
            Used = Mapped(state.Used, null),
            Since = Mapped(state.Since, state.Period),
            RolledOver = Mapped(state.RolledOver, 0),
            Taken = state.Taken,
            Retired = state.Retired,
            Retiring = [.. before.Where(member => !members.Contains(member.Key)).Select(member => new RetiringMember { Scope = member.Key.ToString(), Amount = state.Amounts[member.Value] })],
        };
        return ToBase(redefined);
    }

    /// <summary>The state on its way to the limits that the strategy gives.</summary>
    public static PoolState ToBase(PoolState state)
    {
        var shares = Divide(state, new Dictionary<BudgetScope, QuotaNeed>());
        return Towards(state with { Base = shares }, shares);
    }

    /// <summary>The state on its way to the limits that members in need get from what others leave.</summary>
    public static PoolState ToNeed(PoolState state, PoolReadings readings, IReadOnlySet<BudgetScope> inNeed)
    {
        var pool = state.Pool;
        var needs = new Dictionary<BudgetScope, QuotaNeed>(pool.Members.Count);
        for (var i = 0; i < pool.Members.Count; i++)
        {
            var member = pool.Members[i];
            var kept = KeptOf(readings.Readings[i]);
            var lent = Math.Max(pool.AmountOf(member.Minimum, nameof(member.Minimum)), Math.Min(Projected(kept, readings), state.Amounts[i]));
            needs[member.Scope] = new() { Kept = pool.ToDecimal(Math.Min(kept, state.Amounts[i])), Wanted = inNeed.Contains(member.Scope) ? null : pool.ToDecimal(lent) };
        }
        var shares = Divide(state, needs);
        // What those in need may not have, the others keep.
        return Towards(state, Divide(state, Keeping(state, shares)));
    }

    /// <summary>
    /// The state with the limits that can be had now: those that were lowered keep what is spent and held, and the others are raised by what is free then. Where the pool has become too small for that, others
    /// are to be lowered further first.
    /// </summary>
    /// <param name="state">The state, while limits are lowered.</param>
    /// <param name="kept">What each member has spent and holds of its limit; 0 for those that were not read.</param>
    /// <param name="keptOfRetiring">The same of those that leave.</param>
    public static PoolState Settle(PoolState state, long[] kept, long[] keptOfRetiring)
    {
        var grain = state.Pool.Grain;
        var retired = state.Retiring.Select((member, i) => Up(Math.Min(member.Amount, keptOfRetiring[i]), grain)).Sum();
        var settled = state with { Retired = state.Retired + retired };
        long[] used = [.. state.Amounts.Select((amount, i) => Up(Math.Min(amount, kept[i]), grain))];
        var least = state.Target.Select((target, i) => Math.Min(target, state.Amounts[i])).ToArray();
        var free = Math.Max(0, settled.Divisible - least.Sum());
        long[] lacking = [.. least.Select((amount, i) => Math.Max(0, used[i] - amount))];
        if (lacking.Sum() > free && least.Where((amount, i) => amount > used[i]).Any())
            return state with { Target = Divide(settled, Keeping(settled, used)) };
        var keeping = Fill(ref free, lacking, grain);
        var raised = Fill(ref free, [.. least.Select((amount, i) => Math.Max(0, state.Target[i] - amount - keeping[i]))], grain);
        return settled with { Stage = PoolStage.Raising, Amounts = [.. least.Select((amount, i) => amount + keeping[i] + raised[i])], Target = [] };
    }

    /// <summary>What is spent and held of a limit; allowances are used first.</summary>
    public static long KeptOf(LimitReading? reading) => reading is { } found ? (long)Int128.Clamp((Int128)found.Spent + found.Held - found.Allowance, 0, long.MaxValue) : 0;

    /// <summary>The members that are to have less than they have.</summary>
    public static IEnumerable<int> Lowered(PoolState state) => Enumerable.Range(0, state.Target.Length).Where(i => state.Target[i] < state.Amounts[i]);

    /// <summary>True when the pool has become smaller than what its members have, so that it must be known of all of them what is spent and held.</summary>
    public static bool Shrinks(PoolState state) => state.Divisible < state.Amounts.Sum() + state.Retiring.Sum(member => member.Amount);

    private static PoolState Towards(PoolState state, long[] target)
    {
        // Where nothing shrinks, what is free is known: nobody need be asked what is spent.
        var shrinks = state.Retiring.Length > 0 || target.Where((amount, i) => amount < state.Amounts[i]).Any();
        return shrinks
            ? state with { Stage = PoolStage.Lowering, Target = target }
            : state with { Stage = PoolStage.Raising, Amounts = target, Target = [] };
    }

    private static long[] Divide(PoolState state, Dictionary<BudgetScope, QuotaNeed> needs)
    {
        var pool = state.Pool;
        for (var i = 0; i < pool.Members.Count; i++)
        {
            var scope = pool.Members[i].Scope;
            needs[scope] = needs.GetValueOrDefault(scope) with { Used = state.Used[i] is { } used ? pool.ToDecimal(used) : null };
        }
        var divisible = pool.ToDecimal(state.Divisible / pool.Grain * pool.Grain);
        return [.. QuotaDivision.Of(pool, divisible, needs).Allocations.Select(share => pool.AmountOf(share.Amount, nameof(share.Amount)))];
    }

    private static Dictionary<BudgetScope, QuotaNeed> Keeping(PoolState state, long[] kept) =>
        state.Pool.Members.Select((member, i) => (member.Scope, Need: new QuotaNeed { Kept = state.Pool.ToDecimal(kept[i]) })).ToDictionary(pair => pair.Scope, pair => pair.Need);

    /// <summary>What a member will have used at the end of the period if it goes on as until now, rounded up.</summary>
    private static long Projected(long kept, PoolReadings readings)
    {
        var elapsed = Math.Max(1, (readings.Now.UtcDateTime - readings.Period.Start).Ticks);
        var length = (readings.Period.End - readings.Period.Start).Ticks;
        return (long)Int128.Min(long.MaxValue, (((Int128)kept * length) + elapsed - 1) / elapsed);
    }

    /// <summary>Shares out what is free by what is wanted, in whole grains.</summary>
    private static long[] Fill(ref long free, long[] wanted, long grain)
    {
        var filled = new long[wanted.Length];
        long[] grains = [.. wanted.Select(amount => amount / grain)];
        free = (WaterFilling.Fill(free / grain, filled, grains, grains) * grain) + (free % grain);
        return [.. filled.Select(amount => amount * grain)];
    }

    private static long Up(long amount, long grain) => amount % grain == 0 ? amount : checked(amount - (amount % grain) + grain);

    private static Dictionary<BudgetScope, int> Places(QuotaPool pool) => pool.Members.Select((member, i) => (member.Scope, i)).ToDictionary(pair => pair.Scope, pair => pair.i);
}
