namespace BudgetFirewall.Storage;

/// <summary>The newest quarters of an hour that a ledger has sums of, by kinds of scopes and of attributions. Sums of later ones are new, as long as nobody else writes. Immutable.</summary>
internal sealed class NewestQuarters
{
    // No kind of scope has the id 0.
    private const long Attributions = 0;

    private readonly Dictionary<long, long> _quarters = [];

    public long OfAttributions => OfScopes(Attributions);

    /// <summary>The newest quarter of a kind; where there is none, one before all.</summary>
    public long OfScopes(long kind) => _quarters.GetValueOrDefault(kind, long.MinValue);

    /// <summary>Reads those of the kinds of a session's sums.</summary>
    public static async ValueTask<NewestQuarters> ReadAsync(LedgerSession session, IReadOnlyList<long> kinds, CancellationToken cancellationToken)
    {
        var newest = new NewestQuarters();
        if (kinds.Count == 0)
            return newest;
        var command = session.Command("read_newest_quarters", kinds);
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader.OptionalNumber(1) is { } quarter)
                newest._quarters[reader.GetInt64(0)] = quarter;
        }
        return newest;
    }
}
