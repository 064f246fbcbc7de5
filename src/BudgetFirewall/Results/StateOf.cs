using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Makes the states that the API shows from the readings of a store.</summary>
internal static class StateOf
{
    /// <summary>The state of a budget.</summary>
    /// <param name="demand">The demand on the budget.</param>
    /// <param name="reading">The budget's reading.</param>
    /// <param name="queue">The reading of a throttled budget's queue; null for other budgets, or where it is not known.</param>
    /// <param name="now">The store's time of both.</param>
    public static BudgetState Budget(LimitDemand demand, LimitReading reading, LimitReading? queue, DateTimeOffset now)
    {
        var rule = (CounterRule)demand.Rule;
        var state = Budget(rule, demand.ScopeId, rule.Family.Calendar.At(now), reading, now);
        return rule.Throttle is { } throttle && queue is { } waiting
            ? state with { QueueLength = throttle.ToDecimal(throttle.LimitMicros - waiting.Available), NextTurnIn = throttle.FullIn(waiting) }
            : state;
    }

    public static BudgetState Budget(HeldCounter held, LimitReading reading, DateTimeOffset now) =>
        Budget(held.Rule, held.ScopeId, held.Period, reading, now);

    private static BudgetState Budget(CounterRule rule, string scopeId, PeriodWindow period, LimitReading reading, DateTimeOffset now) => new()
    {
        BudgetId = rule.Id,
        Name = rule.Budget.Name,
        Scope = new(rule.ScopeKind, scopeId),
        Period = rule.Budget.Period,
        TimeZone = rule.Budget.TimeZone,
        Source = rule.Source,
        ReplacedId = rule.ReplacedId,
        Unit = rule.Unit,
        Enforcement = rule.Budget.Enforcement,
        Throttle = rule.Budget.Throttle,
        Limit = rule.Budget.Limit,
        Allowance = rule.ToDecimal(reading.Allowance),
        Spent = rule.ToDecimal(reading.Spent),
        Held = rule.ToDecimal(reading.Held),
        PeriodStart = period.IsBounded ? period.Start : null,
        ResetsAt = period.IsBounded && rule.Family.Calendar.Recurs ? period.End : null,
        AsOf = now,
        IsForEach = rule.Budget.Scope.IsEach,
        WarnedAt = WarnedAt(rule, reading),
    };

    /// <summary>The warning of a fraction at an amount that would be spent.</summary>
    public static BudgetWarning Warning(LimitDemand demand, WarnThreshold threshold, long spent, long allowance, DateTimeOffset now, string operationId)
    {
        var rule = (CounterRule)demand.Rule;
        var period = rule.Family.Calendar.At(now);
        return new()
        {
            BudgetId = rule.Id,
            Name = rule.Budget.Name,
            Scope = new(rule.ScopeKind, demand.ScopeId),
            Period = rule.Budget.Period,
            Unit = rule.Unit,
            Threshold = threshold.FractionMicros / 1_000_000m,
            Limit = rule.Budget.Limit,
            Allowance = rule.ToDecimal(allowance),
            Spent = rule.ToDecimal(spent),
            PeriodStart = period.IsBounded ? period.Start : null,
            OperationId = operationId,
        };
    }

    private static decimal? WarnedAt(CounterRule rule, LimitReading reading)
    {
        long? reached = null;
        foreach (var threshold in rule.Thresholds)
        {
            if (!rule.HasReached(threshold, reading.Spent, reading.Allowance))
                break;
            reached = threshold.FractionMicros;
        }
        return reached is { } micros ? micros / 1_000_000m : null;
    }

    public static RateLimitState RateLimit(LimitDemand demand, LimitReading reading, Judgement judgement)
    {
        var rule = ((RateLimitRule)demand.Rule).At(reading.Scale);
        var rateLimit = rule.RateLimit;
        return new()
        {
            RateLimitId = demand.Rule.Id,
            Name = rateLimit.Name,
            Scope = new(demand.Rule.ScopeKind, demand.ScopeId),
            Source = demand.Rule.Source,
            ReplacedId = demand.Rule.ReplacedId,
            Unit = rateLimit.Unit,
            Enforcement = rateLimit.Enforcement,
            Algorithm = rateLimit.Algorithm,
            Limit = rule.ToDecimal(rule.LimitMicros),
            Window = rule.Window,
            RefillPerSecond = rateLimit.RefillPerSecond is null ? null : rule.ToDecimal(rule.AdaptedMicros),
            RatePerSecond = rateLimit.RatePerSecond is null ? null : rule.ToDecimal(rule.AdaptedMicros),
            Ceiling = rule.Adaptive is null ? null : rule.ToDecimal(rule.Ceiling.AdaptedMicros),
            PausedFor = reading.PausedFor > TimeSpan.Zero ? reading.PausedFor : null,
            QueueLength = rule.IsQueue ? rule.ToDecimal(rule.LimitMicros - reading.Available) : null,
            IsForEach = rateLimit.Scope.IsEach,
            Level = demand.Rule.ToDecimal(reading.Available),
            FullIn = rule.FullIn(reading) is { } full ? full > reading.PausedFor ? full : reading.PausedFor : null,
            RetryAfter = judgement.IsRefusal ? judgement.Wait : null,
        };
    }
}
