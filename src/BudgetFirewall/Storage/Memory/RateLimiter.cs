namespace BudgetFirewall.Storage;

/// <summary>
/// The state of one rate limit for one scope, whatever its algorithm. A transaction that has entered it calls <see cref="Look"/> first. Judgements and readings are of
/// the situation found then, less what was taken since.
/// </summary>
internal abstract class RateLimiter(in LimitStateKey key, long order) : LimitState(key, order)
{
    /// <summary>A new rate limiter, of which nothing is used.</summary>
    public static RateLimiter Of(LimitRule rule, in LimitStateKey key, long order) => ((RateLimitRule)rule).Remember(new Maker(key, order));

    /// <summary>Finds the situation at a time, without changing what is taken.</summary>
    public abstract void Look(LimitRule rule, in StoreTime time);

    /// <summary>Finds the situation at a time that has passed, as it counted by the part of the ceiling that was in force then.</summary>
    public abstract void LookBack(LimitRule rule, int scale, in StoreTime time);

    public abstract Judgement Judge(LimitRule rule, in LimitDemand demand, TimeSpan maxWait);

    /// <summary>The judgement on a demand of a call. The queue of a throttled budget is asked only where the budget has no room within its limit.</summary>
    /// <param name="call">The call.</param>
    /// <param name="index">The limit's place in the call.</param>
    /// <param name="readings">The readings of the call's budgets, as they are before the call.</param>
    /// <param name="time">The time of the call.</param>
    public Judgement Judge(DecisionCall call, int index, ReadOnlySpan<LimitReading> readings, in StoreTime time)
    {
        ref readonly var demand = ref call.Limits.ItemRef(index);
        var budget = call.ThrottledBudget(index);
        if (budget < 0)
            return Judge(demand.Rule, demand, call.MaxWait);
        ref readonly var counted = ref call.Limits.ItemRef(budget);
        var rule = (CounterRule)counted.Rule;
        return rule.HasRoom(readings[budget], counted.Need)
            ? Judgement.PassedOver
            : rule.Throttled(Judge(demand.Rule, demand, call.MaxWait), counted, time.Now.UtcDateTime, time.PeriodOf(rule.Family.Calendar).End);
    }

    /// <summary>Takes an amount, even if the level falls below zero.</summary>
    public abstract void Take(LimitRule rule, long take, in StoreTime time);

    /// <summary>Takes more than was taken at an earlier time, or gives a part of that back where the difference is negative.</summary>
    public abstract void Settle(LimitRule rule, long difference, long takenAtTicks, in StoreTime time);

    public abstract LimitReading Read(LimitRule rule);

    /// <summary>Takes up what the provider has said.</summary>
    public abstract AdaptiveChange Adapt(in RateLimitReport report, in StoreTime time);

    private readonly struct Maker(in LimitStateKey key, long order) : IRateLimitMemoryMaker<RateLimiter>
    {
        private readonly LimitStateKey _key = key;

        public RateLimiter Make<TMemory>(TMemory memory) where TMemory : struct, IRateLimitMemory => new StatefulRateLimiter<TMemory>(_key, order, memory);
    }
}
