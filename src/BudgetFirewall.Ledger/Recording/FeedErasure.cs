namespace BudgetFirewall;

/// <summary>The erasure of persons from the ledger of a firewall, which knows what is on its way there: it reports entries that wait and copies of journals that were damaged, and makes the journal forget what is delivered. Thread-safe.</summary>
/// <param name="erasure">The erasure from the ledger.</param>
/// <param name="feeds">The ways of the firewall's entries to it.</param>
internal sealed class FeedErasure(ILedgerErasure erasure, LedgerFeeds feeds) : ILedgerErasure
{
    public async ValueTask<LedgerErasureResult> EraseAsync(BudgetScope scope, string by, string? reason = null, CancellationToken cancellationToken = default)
    {
        // What waits now may be written behind the erasure. What comes later is of a person who is there anew.
        var waiting = await feeds.CountWaitingAsync().ConfigureAwait(false);
        var result = await erasure.EraseAsync(scope, by, reason, cancellationToken).ConfigureAwait(false);
        List<LedgerErasureRemainder> onTheWay = [];
        if (waiting > 0)
            onTheWay.Add(new(LedgerErasurePlace.Waiting, waiting));
        if (!feeds.TryForgetDelivered())
            onTheWay.Add(new(LedgerErasurePlace.Journal, 1));
        if (feeds.Options.JournalPath is { } journal && Damaged(journal) is { } damaged)
            onTheWay.Add(damaged);
        return result with { Remainders = [.. result.Remainders, .. onTheWay] };
    }

    public ValueTask<IReadOnlyList<LedgerErasureRecord>> ListAsync(CancellationToken cancellationToken = default) => erasure.ListAsync(cancellationToken);

    /// <summary>The copies of a journal, which nobody reads any more and which may name anybody; null where there is none.</summary>
    private static LedgerErasureRemainder? Damaged(string journal)
    {
        try
        {
            return LedgerJournal.CopiesOf(journal) is { Count: > 0 } files ? new(LedgerErasurePlace.DamagedJournal, files.Count) { Files = [.. files] } : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whether there is one is not known.
            return new(LedgerErasurePlace.DamagedJournal, 1);
        }
    }
}
