namespace BudgetFirewall;

/// <summary>
/// A ledger that also keeps what a firewall in memory has besides amounts, so that the next process begins where the last one has stopped. A ledger that is none records, and nothing is restored from it.
/// </summary>
public interface IStateLedger : ILedger
{
    /// <summary>Writes entries, as <see cref="ILedger.AppendAsync"/> does, and changes of state in the transaction of the last of them. A change with an earlier version than the one that is there is passed over.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="changes">The changes.</param>
    /// <param name="cancellationToken">Ends the waiting; whole transactions may have been written.</param>
    /// <returns>The number of entries that were not there before.</returns>
    /// <exception cref="LedgerException">The database cannot be reached or refuses, or a later version has written it.</exception>
    ValueTask<int> AppendAsync(IReadOnlyList<LedgerEntry> entries, IReadOnlyList<StateChange> changes, CancellationToken cancellationToken = default);

    /// <summary>Reads what is to be restored. What has expired is forgotten.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="operationIdRetention">The time that ids of operations are remembered.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="LedgerException">The database cannot be reached or read.</exception>
    ValueTask<KeptState> ReadStateAsync(DateTimeOffset now, TimeSpan operationIdRetention, CancellationToken cancellationToken = default);
}
