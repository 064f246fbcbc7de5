using System.Collections.Frozen;

namespace BudgetFirewall;

/// <summary>A question for entries, answered page by page. Immutable.</summary>
/// <example><code>
/// var page = await ledger.ReadEntriesAsync(new LedgerQuery { From = monday, Scopes = new Dictionary&lt;string, string&gt; { ["user"] = "alice" } });
/// </code></example>
public sealed record LedgerQuery
{
    /// <summary>The most entries of one page.</summary>
    public const int MaxLimit = 1_000;

    /// <summary>The first moment of the entries; null for all that came before.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The first moment after the entries; null for all that have come since.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>
    /// The scopes that each entry must have, id by kind: <c>provider</c>, <c>user</c>, <c>project</c>, <c>model</c>, <c>operation</c>, or a dimension. Empty for all entries.
    /// </summary>
    public IReadOnlyDictionary<string, string> Scopes { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The partition of the entries; null for all partitions, and for entries without one.</summary>
    public string? Partition { get; init; }

    /// <summary>The kinds of entries; empty for all.</summary>
    public IReadOnlyList<LedgerEntryKind> Kinds { get; init; } = [];

    /// <summary>The id of the operation; null for any.</summary>
    public string? OperationId { get; init; }

    /// <summary>True for the oldest entries first. Default false: the newest first. Entries of one millisecond are in the order in which they were written.</summary>
    public bool IsOldestFirst { get; init; }

    /// <summary>The most entries of the page, 1 to <see cref="MaxLimit"/>. Default 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int Limit
    {
        get;
        init => field = value is >= 1 and <= MaxLimit ? value : throw new ArgumentOutOfRangeException(nameof(Limit), value, $"Limit must be from 1 to {MaxLimit:N0}.");
    } = 100;

    /// <summary>The place where the page begins: <see cref="LedgerPage.NextCursor"/> of the page before, of the same query. Null for the first page.</summary>
    public string? Cursor { get; init; }
}
