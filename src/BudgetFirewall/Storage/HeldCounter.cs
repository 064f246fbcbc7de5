namespace BudgetFirewall.Storage;

/// <summary>The amount that a reservation has set aside in one counter.</summary>
/// <param name="Rule">The budget as it was when the reservation was made.</param>
/// <param name="ScopeId">The scope's id.</param>
/// <param name="Amount">Nanos or micros set aside, 0 or more.</param>
/// <param name="PeriodStart">The start, UTC, of the period the hold was taken in.</param>
public readonly record struct HeldCounter(CounterRule Rule, string ScopeId, long Amount, DateTime PeriodStart)
{
    /// <summary>The period that the hold was taken in.</summary>
    public PeriodWindow Period => Rule.Family.Calendar.At(new(PeriodStart, TimeSpan.Zero));
}
