namespace BudgetFirewall;

/// <summary>The way of entries that move amounts, of which none may be missing.</summary>
internal interface IChangeFeed : ILedgerFeed, IAsyncDisposable
{
    /// <summary>True while decisions are to be refused because too many entries wait.</summary>
    bool IsRefusing { get; }

    /// <summary>Counts the entries that are not in the ledger, those of other processes too where they share a store, and those that were set aside; at least 1 where the store cannot tell.</summary>
    ValueTask<long> CountWaitingAsync();

    /// <summary>Takes what is delivered out of the file that keeps entries, where there is one; false where that fails.</summary>
    bool TryForgetDelivered();
}
