namespace BudgetFirewall.Conformance;

/// <summary>One operation of many at once.</summary>
internal sealed record ConcurrentStep(ConcurrentKind Kind, int User, bool IsOfProject, decimal Amount, string? OperationId, int Process);
