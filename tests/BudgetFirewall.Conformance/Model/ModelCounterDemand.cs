namespace BudgetFirewall.Conformance;

/// <summary>What a request asks of one counter.</summary>
public sealed record ModelCounterDemand(Budget Budget, BudgetScope Scope, ModelCounter Counter, decimal Amount, bool IsUnknown)
{
    private decimal Needed => IsUnknown ? Math.Max(Amount, Budget.Unit is null ? ModelWorld.Nano : 0.000001m) : Amount;

    /// <summary>Whether the counter refuses for sure, and whether it may, as long as a hold past its end may still be counted.</summary>
    public (bool Surely, bool Maybe) RefusesAt(DateTimeOffset now)
    {
        if (Budget.Enforcement != Enforcement.Hard || Needed == 0)
            return (false, false);
        var (least, most) = Counter.HeldAt(now);
        var limit = Budget.Limit + Counter.Allowance;
        return (Counter.Spent + least + Needed > limit, Counter.Spent + most + Needed > limit);
    }

    /// <summary>How long until a new period would admit it; null when none would.</summary>
    public TimeSpan? WaitAt(DateTimeOffset now) =>
        Needed > Budget.Limit || Budget.Period == BudgetPeriod.None ? null : PeriodWindow.At(Budget.Period, now).End - now.UtcDateTime;
}
