namespace BudgetFirewall;

/// <summary>
/// The way of a firewall's entries to its ledger: with the memory store a queue in memory, with Redis streams that all processes fill and empty. It is written in batches. Thread-safe.
/// </summary>
public interface ILedgerFeed
{
    /// <summary>The present state.</summary>
    LedgerFeedStatus Status { get; }

    /// <summary>
    /// Waits until no entry waits for the database that was there before the call, with Redis of whatever process. While the database is away it takes until it is back.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting, not the delivery.</param>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    Task FlushAsync(CancellationToken cancellationToken = default);
}
