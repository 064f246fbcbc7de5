namespace BudgetFirewall.Conformance;

/// <summary>What is done, to its end.</summary>
internal enum ConcurrentKind
{
    Check,
    Spend,
    Charge,
    ReserveAndCommit,
    ReserveAndCommitTwice,
    ReserveAndRelease,
    ReserveAndDispose,
    ReserveAndKeep,
}
