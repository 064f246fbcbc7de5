using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>What a ledger knows of the firewall in memory that has written it. Immutable.</summary>
public sealed class KeptState
{
    /// <summary>Limits, documents and approvals, in the order of their last changes, without what was removed.</summary>
    public required ImmutableArray<StateChange> Changes { get; init; }

    /// <summary>The version of the last change, removals included; 0 when there was none.</summary>
    public required long LastVersion { get; init; }

    /// <summary>The counters that are still needed: what all entries have moved in each.</summary>
    public required ImmutableArray<RestoredCounter> Counters { get; init; }

    /// <summary>The operations that are still remembered: the newest 100,000.</summary>
    public required ImmutableArray<RestoredOperation> Operations { get; init; }
}
