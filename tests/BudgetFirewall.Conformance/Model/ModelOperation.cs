namespace BudgetFirewall.Conformance;

/// <summary>An operation that was done under an id that the caller gave.</summary>
public sealed record ModelOperation(OperationKind Kind, BudgetRequest Request, ModelEffects Effects, ModelReservation? Reservation);
