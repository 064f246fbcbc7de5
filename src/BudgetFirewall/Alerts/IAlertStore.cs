namespace BudgetFirewall.Storage;

/// <summary>A place where the alerts of one firewall are kept, and what is known there of the scopes that spend. A ledger brings its own; without one it is <see cref="MemoryAlertStore"/>. Thread-safe.</summary>
public interface IAlertStore
{
    /// <summary>Changes alerts, all that is written or nothing of it, while nobody else writes.</summary>
    /// <param name="change">Reads and writes. It may run again where the store has failed.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask ChangeAsync(Func<IAlertChanges, CancellationToken, ValueTask> change, CancellationToken cancellationToken);

    /// <summary>Reads alerts, the latest first.</summary>
    /// <param name="state">The state of those that are read; null for all.</param>
    /// <param name="before">The number before which the page begins; the maximum for the first.</param>
    /// <param name="count">The most that is read.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask<IReadOnlyList<AlertRecord>> ReadAsync(AlertState? state, long before, int count, CancellationToken cancellationToken);

    /// <summary>Reads alerts that are not resolved, by their numbers.</summary>
    /// <param name="after">The number after which the page begins; 0 for the first.</param>
    /// <param name="count">The most that is read.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask<IReadOnlyList<AlertRecord>> ReadOpenAsync(long after, int count, CancellationToken cancellationToken);

    /// <summary>Finds an alert; null when there is none.</summary>
    /// <param name="alertId">The id.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask<AlertRecord?> FindAsync(string alertId, CancellationToken cancellationToken);

    /// <summary>Removes resolved alerts whose last event was before a time.</summary>
    /// <param name="before">The time.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask RemoveOldAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Takes the lease of something that one process at a time does, or prolongs it.</summary>
    /// <param name="name">The name of what is done.</param>
    /// <param name="owner">The process that wants to do it.</param>
    /// <param name="now">The time now.</param>
    /// <param name="until">The time at which another one may take it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>False while another process holds it.</returns>
    ValueTask<bool> TryHoldAsync(string name, string owner, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Gives a lease back.</summary>
    /// <param name="name">The name of what was done.</param>
    /// <param name="owner">The process that has done it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask ReleaseAsync(string name, string owner, CancellationToken cancellationToken);

    /// <summary>Finds the scopes that have spent most in a period, as far as it is known; none where nothing is.</summary>
    /// <param name="spenders">The counters, and what they have to have spent.</param>
    /// <param name="count">The most that is read.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The ids of the scopes.</returns>
    ValueTask<IReadOnlyList<string>> FindSpendersAsync(AlertSpenders spenders, int count, CancellationToken cancellationToken);

    /// <summary>Finds the partitions in which something was spent in a period that is not over, in the order of their names; none where nothing is known.</summary>
    /// <param name="now">The time now.</param>
    /// <param name="after">The partition after which the page begins; null for the first.</param>
    /// <param name="count">The most that is read.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask<IReadOnlyList<string>> FindPartitionsAsync(DateTimeOffset now, string? after, int count, CancellationToken cancellationToken);
}
