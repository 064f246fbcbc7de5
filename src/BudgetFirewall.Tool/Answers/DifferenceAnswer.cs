namespace BudgetFirewall.Tool;

/// <summary>A counter of which the ledger has another sum than the store.</summary>
internal sealed record DifferenceAnswer(string? Partition, string Family, string Scope, DateTimeOffset? PeriodStart, string? Unit, string Recorded, string Spent)
{
    public static DifferenceAnswer Of(LedgerDifference difference) => new(
        difference.Partition, difference.Counter.Family, difference.Counter.Scope.ToString(), difference.Counter.PeriodStart, difference.Counter.Unit,
        Texts.Of(difference.Counter.Amount), Texts.Of((difference.Counter with { Moved = difference.Spent }).Amount));
}
