using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>The changes of a partition's runtime budgets and rate limits since a version, or the next part of them. A limit is named once. Immutable.</summary>
public sealed record CatalogChanges
{
    /// <summary>
    /// The version that the catalog has with these changes, to be given to the next read: an opaque text that changes with every change of the catalog and is
    /// never used twice; empty while a partition has no catalog. While <see cref="HasMore"/> is true it is a place on the way, which no catalog has as its version.
    /// </summary>
    public required string Version { get; init; }

    /// <summary>True when the changes since the version that was asked for are not known any more: all limits follow, and what was known before is void.</summary>
    public bool StartsOver { get; init; }

    /// <summary>True when there are more changes, which the next read gives.</summary>
    public bool HasMore { get; init; }

    /// <summary>The budgets and rate limits that were set, as they are now, inactive ones included.</summary>
    public ImmutableArray<LimitDefinition> Set { get; init; } = [];

    /// <summary>The limits that were removed. They may name some that the reader does not know.</summary>
    public ImmutableArray<LimitKey> Removed { get; init; } = [];

    /// <summary>The limits that were set but cannot be read. The others are in force nevertheless.</summary>
    public ImmutableArray<UnreadableLimit> Unreadable { get; init; } = [];

    /// <summary>The number of runtime budgets and rate limits at this version, unreadable ones included, by which a reader finds out that it has missed some; null when it is not known.</summary>
    public int? Count { get; init; }
}
