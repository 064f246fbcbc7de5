namespace BudgetFirewall;

/// <summary>The store could not answer a call, or not in time. Immutable.</summary>
public sealed record StoreTrouble
{
    /// <summary>The name of the operation that failed: check, reserve, spend, charge, commit, release, extend, status, catalog, adapt, limit, approval (asking for one, or ending it) or approvals (reading them).</summary>
    public required string Operation { get; init; }

    /// <summary>The operation's id; null where there is none.</summary>
    public string? OperationId { get; init; }

    /// <summary>The exception of the failure; a <see cref="TimeoutException"/> when the store did not answer in time.</summary>
    public required Exception Exception { get; init; }

    /// <summary>True when the request was allowed without a decision of the store.</summary>
    public bool IsDegraded { get; init; }
}
