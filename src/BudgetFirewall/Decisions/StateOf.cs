using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The states that the API shows, from what a store has read.</summary>
internal static class StateOf
{
    public static BudgetState Counter(CounterStep step, CounterReading reading, DateTimeOffset now) =>
        Counter(step.Rule, step.ScopeId, PeriodWindow.At(step.Rule.Family.Period, now), reading, now);

    public static BudgetState Counter(HeldCounter held, CounterReading reading, DateTimeOffset now) =>
        Counter(held.Rule, held.ScopeId, PeriodWindow.At(held.Rule.Family.Period, new(held.PeriodStart, TimeSpan.Zero)), reading, now);

    private static BudgetState Counter(CounterRule rule, string scopeId, PeriodWindow period, CounterReading reading, DateTimeOffset now) => new()
    {
        BudgetId = rule.BudgetId,
        Scope = new(rule.Family.Kind, scopeId),
        Period = rule.Family.Period,
        Unit = rule.Family.Unit,
        Enforcement = rule.Budget.Enforcement,
        Limit = rule.Budget.Limit,
        Spent = rule.ToDecimal(reading.Spent),
        Held = rule.ToDecimal(reading.Held),
        PeriodStart = period.IsBounded ? period.Start : null,
        ResetsAt = period.IsBounded ? period.End : null,
        AsOf = now,
        IsForEach = rule.Budget.Scope.IsEach,
    };

    public static RateLimitState Bucket(BucketStep step, BucketLevel level)
    {
        var rule = step.Rule;
        return new()
        {
            RateLimitId = rule.RateLimitId,
            Scope = new(rule.Kind, step.ScopeId),
            Unit = rule.RateLimit.Unit,
            Capacity = rule.RateLimit.Capacity,
            RefillPerSecond = rule.RateLimit.RefillPerSecond,
            Level = UnitAmount.FromMicros(level.Micros),
            FullIn = Microseconds(level.MicrosecondsUntil(rule.CapacityMicros, rule.CapacityMicros, rule.RefillMicrosPerSecond)),
            RetryAfter = step.Refuses(level) ? Wait(step, level) : null,
        };
    }

    /// <summary>The wait until a refusing bucket has what it needs; null when it never will.</summary>
    public static TimeSpan? Wait(BucketStep step, BucketLevel level) =>
        Microseconds(level.MicrosecondsUntil(step.NeedMicros, step.Rule.CapacityMicros, step.Rule.RefillMicrosPerSecond));

    private static TimeSpan? Microseconds(long? microseconds) => microseconds is { } wait ? TimeSpan.FromTicks(wait * TimeSpan.TicksPerMicrosecond) : null;
}
