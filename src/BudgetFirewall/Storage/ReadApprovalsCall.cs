using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>Reads approvals: those of some ids, or a part of the list of all. Immutable.</summary>
public sealed class ReadApprovalsCall
{
    /// <summary>The most ids of one call.</summary>
    public const int MaxIds = 200;

    /// <summary>The partition; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The ids, at most <see cref="MaxIds"/>; default: the list is read.</summary>
    public ImmutableArray<string> Ids { get; init; }

    /// <summary>The state of the approvals that are listed; null: all.</summary>
    public ApprovalState? State { get; init; }

    /// <summary>The most approvals that are listed, 1 or more. A store may list fewer, and says where it goes on.</summary>
    public int Count { get; init; }

    /// <summary>The place behind which the list begins; null: with the first.</summary>
    public ApprovalPlace? After { get; init; }
}
