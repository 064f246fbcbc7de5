namespace BudgetFirewall;

/// <summary>
/// Erases persons from a ledger: something like <c>(erased 17)</c> takes the place of an id wherever the ledger has it. No sum changes, receipts stay true, and a log says who asked for it and when. It cannot be undone.
/// Thread-safe.
/// </summary>
public interface ILedgerErasure
{
    /// <summary>
    /// Erases a person, in all partitions, in one transaction that no entry is written beside. Repeated, it erases what has come since. Entries that wait to be written, as in a journal or in Redis, are written afterwards with
    /// the person's id: erase when none waits. The erasure of a firewall tells of those of its own feed, and takes what is delivered out of its journal.
    /// </summary>
    /// <param name="scope">The person, as <c>user=alice</c>.</param>
    /// <param name="by">The person or program that asks for it, 1 to 256 characters. It is kept in the log.</param>
    /// <param name="reason">The reason, for the log; null for none.</param>
    /// <param name="cancellationToken">Ends the waiting; nothing is erased then, or everything.</param>
    /// <exception cref="ArgumentException">The scope is of a kind that belongs to no persons, is that of a partition, or was erased before; leaves hold its id in clear, because its kind was no personal one then; or a text is empty or too long.</exception>
    /// <exception cref="LedgerException">The database cannot be reached or refuses.</exception>
    ValueTask<LedgerErasureResult> EraseAsync(BudgetScope scope, string by, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>The log of all erasures, the earliest first. It never has the id that was erased.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="LedgerException">The database cannot be read.</exception>
    ValueTask<IReadOnlyList<LedgerErasureRecord>> ListAsync(CancellationToken cancellationToken = default);
}
