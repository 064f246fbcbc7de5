namespace BudgetFirewall.Storage;

/// <summary>A counter that has refused a request and for which an approval is asked.</summary>
/// <param name="Rule">The budget, with the limit that it has.</param>
/// <param name="ScopeId">The scope's id.</param>
/// <param name="PeriodStart">The start, UTC, of the period in which it has refused.</param>
/// <param name="Reading">The counter's amounts by which it has refused.</param>
/// <param name="Need">The amount that there was no room for.</param>
/// <param name="ApprovalId">The id of the approval that is made where none is pending.</param>
public readonly record struct AskedCounter(CounterRule Rule, string ScopeId, DateTime PeriodStart, LimitReading Reading, long Need, string ApprovalId)
{
    /// <summary>The period in which the counter has refused.</summary>
    public PeriodWindow Period => Rule.Family.Calendar.At(new(PeriodStart, TimeSpan.Zero));

    /// <summary>The time, UTC, until which an approval that is made now can be answered: its lifetime, and no longer than the period.</summary>
    /// <param name="now">The store's time, UTC.</param>
    /// <param name="lifetime">The lifetime.</param>
    public DateTimeOffset ExpiresAt(DateTimeOffset now, TimeSpan lifetime) =>
        Period is { IsBounded: true } period && period.End < (now + lifetime).UtcDateTime ? new(period.End, TimeSpan.Zero) : now + lifetime;

    /// <summary>The approval that is made for the counter.</summary>
    /// <param name="now">The store's time, UTC.</param>
    /// <param name="call">The call that asks for it.</param>
    public ApprovalRecord AskedAt(DateTimeOffset now, AskApprovalCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var expiresAt = ExpiresAt(now, call.Lifetime);
        return new()
        {
            Id = ApprovalId,
            State = ApprovalState.Pending,
            Rule = Rule,
            ScopeId = ScopeId,
            PeriodStart = PeriodStart,
            Spent = Reading.Spent,
            Held = Reading.Held,
            Allowance = Reading.Allowance,
            Need = Need,
            Request = call.Request,
            RequestedAt = now,
            ExpiresAt = expiresAt,
            KeptUntil = expiresAt + call.Retention,
        };
    }
}
