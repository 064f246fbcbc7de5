namespace BudgetFirewall;

/// <summary>The way of a firewall's entries to its ledger: a queue in memory that is written in batches. Thread-safe.</summary>
public interface ILedgerFeed
{
    /// <summary>The present state.</summary>
    LedgerFeedStatus Status { get; }

    /// <summary>Waits until no entry waits for the database. While that is away it takes until it is back.</summary>
    /// <param name="cancellationToken">Ends the waiting, not the delivery.</param>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    Task FlushAsync(CancellationToken cancellationToken = default);
}
