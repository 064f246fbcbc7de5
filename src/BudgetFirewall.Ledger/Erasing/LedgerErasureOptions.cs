using System.Collections.Frozen;

namespace BudgetFirewall;

/// <summary>The options of erasing persons from a ledger. Immutable.</summary>
public sealed record LedgerErasureOptions
{
    /// <summary>The kinds of scopes whose ids belong to persons; the same as in the options of receipts. Default: <c>user</c>.</summary>
    public IReadOnlySet<string> PersonalKinds { get; init; } = FrozenSet.Create("user");

    /// <summary>The dimension that entries are partitioned by, of which nothing is erased: a partition has a log and keys of its own. Null, the default, for none.</summary>
    public string? PartitionBy { get; init; }
}
