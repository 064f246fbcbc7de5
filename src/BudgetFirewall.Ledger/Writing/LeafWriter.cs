namespace BudgetFirewall.Storage;

/// <summary>Gives the entries of a batch their leaves in the Merkle trees of their partitions. Not thread-safe.</summary>
/// <param name="personalKinds">The kinds of scopes whose ids belong to persons.</param>
internal sealed class LeafWriter(IReadOnlySet<string> personalKinds)
{
    private bool _isBegun;

    /// <summary>The rows of the leaves of some entries, which are not inserted yet.</summary>
    /// <param name="session">The session, beside which nobody writes.</param>
    /// <param name="entries">The entries as they will be read, with their keys.</param>
    /// <param name="ids">The ids of what they name.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async ValueTask<IReadOnlyList<LedgerRows>> RowsOfAsync(
        LedgerSession session, IReadOnlyList<(LedgerEntry Entry, long Key)> entries, EntryIds ids, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
            return [];
        if (!_isBegun)
            await BeginAsync(session, cancellationToken).ConfigureAwait(false);
        long[] partitions = [.. entries.Select(entry => ids.Name(entry.Entry.Partition)).Distinct()];
        var rows = new LeafRows(await StoredTree.EdgesAsync(session, partitions, cancellationToken).ConfigureAwait(false), personalKinds);
        foreach (var (entry, key) in entries)
            rows.Add(entry, key, ids);
        return rows.All();
    }

    /// <summary>Remembers that the session is committed which has written leaves.</summary>
    public void Keep() => _isBegun = true;

    /// <summary>Notes the last entry without a leaf, where these are the first leaves.</summary>
    private static async ValueTask BeginAsync(LedgerSession session, CancellationToken cancellationToken)
    {
        var command = session.Command("begin_log");
        await using var _ = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
