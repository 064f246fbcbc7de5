using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>What an entry has moved in one counter, as JSON.</summary>
[Description("What was moved in one counter.")]
internal sealed record EntryCounterReply
{
    [Description("The family of the counter, as user/day.")]
    public required string Family { get; init; }

    public required string Scope { get; init; }

    [Description("The start of its period; absent: it has none.")]
    public DateTimeOffset? PeriodStart { get; init; }

    [Description("The usage unit; absent: money.")]
    public string? Unit { get; init; }

    [Description("The amount, in currency units or units of usage; below 0 where the counter went down.")]
    public required string Amount { get; init; }

    public static EntryCounterReply Of(LedgerCounter counter) => new()
    {
        Family = counter.Family,
        Scope = counter.Scope.ToString(),
        PeriodStart = counter.PeriodStart,
        Unit = counter.Unit,
        Amount = Amounts.Text(counter.Amount),
    };

    public static EntryCounterReply Of(CorrectedAmount counter) => new()
    {
        Family = counter.Family,
        Scope = counter.Scope.ToString(),
        PeriodStart = counter.PeriodStart,
        Unit = counter.Unit,
        Amount = Amounts.Text(counter.Amount),
    };
}
