namespace BudgetFirewall;

/// <summary>The store could not answer a call, or not in time. Immutable.</summary>
public sealed record StoreTrouble
{
    /// <summary>What was being done: check, reserve, spend, charge, commit, release, extend, status or catalog.</summary>
    public required string Operation { get; init; }

    /// <summary>The operation's id; null where there is none.</summary>
    public string? OperationId { get; init; }

    /// <summary>What went wrong; a <see cref="TimeoutException"/> when the store did not answer in time.</summary>
    public required Exception Exception { get; init; }

    /// <summary>True when the request was let through unseen.</summary>
    public bool IsDegraded { get; init; }
}
