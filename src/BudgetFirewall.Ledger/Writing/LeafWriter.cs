namespace BudgetFirewall.Storage;

/// <summary>Gives the entries of a batch their leaves in the Merkle trees of their partitions. Not thread-safe.</summary>
/// <param name="personalKinds">The kinds of scopes whose ids belong to persons.</param>
internal sealed class LeafWriter(IReadOnlySet<string> personalKinds)
{
    private bool _isBegun;

    /// <summary>Reads the trees of the partitions of some entries.</summary>
    /// <param name="session">The session, beside which nobody writes.</param>
    /// <param name="partitions">The ids of the partitions.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The rows of the leaves, none yet; entries are added to them.</returns>
    public async ValueTask<LeafRows> BeginAsync(LedgerSession session, IEnumerable<long> partitions, CancellationToken cancellationToken)
    {
        if (!_isBegun)
            await BeginLogAsync(session, cancellationToken).ConfigureAwait(false);
        return new(await StoredTree.EdgesAsync(session, [.. partitions.Distinct()], cancellationToken).ConfigureAwait(false), personalKinds);
    }

    /// <summary>Remembers that the session is committed which has written leaves.</summary>
    public void Keep() => _isBegun = true;

    /// <summary>Notes the last entry without a leaf, where these are the first leaves.</summary>
    private static async ValueTask BeginLogAsync(LedgerSession session, CancellationToken cancellationToken)
    {
        var command = session.Command("begin_log");
        await using var _ = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
