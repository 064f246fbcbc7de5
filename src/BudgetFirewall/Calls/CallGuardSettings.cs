namespace BudgetFirewall;

/// <summary>The options of a guard, checked and frozen.</summary>
internal sealed record CallGuardSettings(TimeSpan Lease, TimeSpan MaxHold, bool ThrowsUnconfirmed, Action<SettledCall>? OnSettled, TimeProvider TimeProvider);
