namespace BudgetFirewall.Storage;

/// <summary>
/// A store that keeps the entries of a ledger itself: with each change of a counter it appends an entry to a stream, both in the same atomic step, so that neither is there without the other, whichever
/// process dies. Charges, commits, corrections, resets and allowances have an entry, and a repeated call has none.
/// </summary>
/// <remarks>With a ledger a counter is kept an hour longer than without one.</remarks>
public interface IStreamingStore
{
    /// <summary>Has the store append entries from now on. Called once, before the store's first call.</summary>
    /// <param name="maker">Makes the entries.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="InvalidOperationException">The store has a maker of entries.</exception>
    IStreamedEntries StreamTo(IEntryMaker maker);
}
