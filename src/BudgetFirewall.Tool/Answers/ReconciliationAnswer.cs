namespace BudgetFirewall.Tool;

/// <summary>The comparison of a ledger with its store.</summary>
internal sealed record ReconciliationAnswer(bool IsValid, int Counters, IReadOnlyList<DifferenceAnswer> Differences)
{
    public static ReconciliationAnswer Of(LedgerReconciliationResult result) => new(result.Differences.IsEmpty, result.Counters, [.. result.Differences.Select(DifferenceAnswer.Of)]);
}
