namespace BudgetFirewall;

/// <summary>A question for anomalies, answered page by page, those found last first. Immutable.</summary>
public sealed record LedgerAnomalyQuery
{
    /// <summary>The most anomalies of one page.</summary>
    public const int MaxLimit = 1_000;

    /// <summary>The first moment of the hours; null for all that came before.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The first moment after which hours do not begin any more; null for all that have come since.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The scope; null for any.</summary>
    /// <exception cref="ArgumentException">The value is a scope of every id of a kind, or none.</exception>
    public BudgetScope? Scope
    {
        get;
        init => field = value is null or { Kind: not null, IsEach: false } ? value : throw new ArgumentException("Scope must be that of one id.", nameof(Scope));
    }

    /// <summary>The kind of what was found; null for any.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kind.</exception>
    public AnomalyKind? Kind
    {
        get;
        init => field = value is null || Enum.IsDefined(value.Value) ? value : throw new ArgumentOutOfRangeException(nameof(Kind), value, "There is no such kind.");
    }

    /// <summary>The most anomalies of the page, 1 to <see cref="MaxLimit"/>. Default 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int Limit
    {
        get;
        init => field = value is >= 1 and <= MaxLimit ? value : throw new ArgumentOutOfRangeException(nameof(Limit), value, $"Limit must be from 1 to {MaxLimit:N0}.");
    } = 100;

    /// <summary>The place where the page begins: <see cref="LedgerAnomalyPage.NextCursor"/> of the page before, of the same query. Null for the first page.</summary>
    public string? Cursor { get; init; }
}
