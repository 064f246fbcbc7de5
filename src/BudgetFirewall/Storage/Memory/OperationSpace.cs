namespace BudgetFirewall.Storage;

/// <summary>The spaces that ids of operations are unique in.</summary>
internal enum OperationSpace
{
    /// <summary>Reservations, spends and charges.</summary>
    Shared,

    Check,

    CheckRateLimits,

    Allowance,

    Correction,
}
