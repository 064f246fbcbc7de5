namespace BudgetFirewall;

/// <summary>A delivery that fails. Immutable.</summary>
/// <param name="Reason">The reason of the last failure.</param>
/// <param name="Since">The time of the first, since which it fails.</param>
internal sealed record LedgerFailure(string Reason, DateTimeOffset Since);
