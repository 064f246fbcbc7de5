namespace BudgetFirewall.Conformance;

/// <summary>What a reservation has set aside in one counter.</summary>
public sealed record ModelHold(Budget Budget, BudgetScope Scope, ModelCounter Counter, decimal Amount);
