namespace BudgetFirewall.Storage;

/// <summary>An hour by the clock of a time zone, in quarters of an hour counted from 1970.</summary>
/// <param name="First">Its first quarter.</param>
/// <param name="End">The first quarter after it.</param>
internal readonly record struct HourSpan(long First, long End)
{
    public DateTimeOffset StartsAt => LedgerTime.StartOfQuarter(First);

    public DateTimeOffset EndsAt => LedgerTime.StartOfQuarter(End);
}
