using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>
/// The entries of a ledger that a store has appended and that are not delivered yet, of all processes, by partitions. An entry that a process has read is its own until it removes it or another process takes it
/// over. Entries may be read twice, and are read at least once. Thread-safe.
/// </summary>
public interface IStreamedEntries
{
    /// <summary>
    /// Reads the id of the store: all processes that share it read the same, and no other store has it. It is kept as long as the store's data is; one that is lost is replaced by the one that a process has read before.
    /// </summary>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<string> ReadStoreIdAsync();

    /// <summary>Reads the partitions that may have entries, all of them, each once or more; null stands for firewalls without partitions.</summary>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    IAsyncEnumerable<string?> ReadPartitionsAsync();

    /// <summary>Reads entries that no process has read yet, oldest first.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="process">The name of the process that reads.</param>
    /// <param name="count">The most entries to read.</param>
    /// <param name="isAgain">True to read those that the process has read already and not removed, as after a failure.</param>
    /// <exception cref="BudgetStoreException">The store could not answer, or too few replicas have confirmed the entries. They may have been read all the same.</exception>
    ValueTask<ImmutableArray<StreamedEntry>> ReadAsync(string? partition, string process, int count, bool isAgain);

    /// <summary>Takes entries over that some process has read and not removed for a time, and reads them.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="process">The name of the process that takes over.</param>
    /// <param name="count">The most entries to take over.</param>
    /// <param name="after">The time.</param>
    /// <exception cref="BudgetStoreException">The store could not answer, or too few replicas have confirmed the entries. They may have been taken over all the same.</exception>
    ValueTask<ImmutableArray<StreamedEntry>> TakeOverAsync(string? partition, string process, int count, TimeSpan after);

    /// <summary>Removes entries that are delivered. Those that are not there are passed over.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="ids">Their ids.</param>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask RemoveAsync(string? partition, ImmutableArray<string> ids);

    /// <summary>Puts an entry aside that cannot be read, so that a person may look at it. A bounded number is kept, for a bounded time.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="entry">The entry.</param>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask SetAsideAsync(string? partition, StreamedEntry entry);

    /// <summary>Counts the entries of a partition.</summary>
    /// <param name="partition">The partition.</param>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<StreamedCount> CountAsync(string? partition);
}
