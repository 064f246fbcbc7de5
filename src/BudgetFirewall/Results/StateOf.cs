using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Makes the states that the API shows from the readings of a store.</summary>
internal static class StateOf
{
    public static BudgetState Budget(LimitStep step, LimitReading reading, DateTimeOffset now)
    {
        var rule = (CounterRule)step.Rule;
        return Budget(rule, step.ScopeId, PeriodWindow.At(rule.Family.Period, now), reading, now);
    }

    public static BudgetState Budget(HeldCounter held, LimitReading reading, DateTimeOffset now) =>
        Budget(held.Rule, held.ScopeId, PeriodWindow.At(held.Rule.Family.Period, new(held.PeriodStart, TimeSpan.Zero)), reading, now);

    private static BudgetState Budget(CounterRule rule, string scopeId, PeriodWindow period, LimitReading reading, DateTimeOffset now) => new()
    {
        BudgetId = rule.Id,
        Scope = new(rule.ScopeKind, scopeId),
        Period = rule.Family.Period,
        Unit = rule.Unit,
        Enforcement = rule.Budget.Enforcement,
        Limit = rule.Budget.Limit,
        Spent = rule.ToDecimal(reading.Spent),
        Held = rule.ToDecimal(reading.Held),
        PeriodStart = period.IsBounded ? period.Start : null,
        ResetsAt = period.IsBounded ? period.End : null,
        AsOf = now,
        IsForEach = rule.Budget.Scope.IsEach,
    };

    public static RateLimitState RateLimit(LimitStep step, LimitReading reading, Judgement judgement)
    {
        var rule = (TokenBucketRule)step.Rule;
        var rateLimit = rule.RateLimit;
        return new()
        {
            RateLimitId = step.Rule.Id,
            Scope = new(step.Rule.ScopeKind, step.ScopeId),
            Unit = rateLimit.Unit,
            Enforcement = rateLimit.Enforcement,
            Capacity = rateLimit.Capacity,
            RefillPerSecond = rateLimit.RefillPerSecond,
            Level = step.Rule.ToDecimal(reading.Available),
            FullIn = rule.FullIn(reading),
            RetryAfter = judgement.IsRefusal ? judgement.Wait : null,
        };
    }
}
