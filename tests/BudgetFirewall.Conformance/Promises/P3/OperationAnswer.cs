namespace BudgetFirewall.Conformance;

/// <summary>What the answers to all kinds of operation have in common.</summary>
public sealed record OperationAnswer(
    string OperationId,
    DecisionOutcome Outcome,
    decimal Cost,
    bool IsReplay,
    IReadOnlyList<BudgetState> Budgets,
    IReadOnlyList<BudgetWarning> Warnings)
{
    public string? ReservationId { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }
}
