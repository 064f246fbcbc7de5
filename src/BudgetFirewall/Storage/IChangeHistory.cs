namespace BudgetFirewall.Storage;

/// <summary>Tells what a ledger has of changes, for what a store does not keep any more. A store that <c>WrapStore</c> of the builders puts around another one is asked if it implements this. Thread-safe.</summary>
public interface IChangeHistory
{
    /// <summary>Reads changes, the latest first, each with its time and its number where it was told in parts. What has just been told may be missing.</summary>
    /// <param name="change">The kind, the id and the partition of the changes; the rest of it does not count.</param>
    /// <param name="from">The time of the first of them.</param>
    /// <param name="upTo">The time of the last of them.</param>
    /// <param name="count">The most changes to give, 1 to 1,000. Where there are fewer, they are all.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="BudgetStoreException">The ledger cannot be read.</exception>
    ValueTask<IReadOnlyList<LimitChange>> ReadChangesAsync(LimitChange change, DateTimeOffset from, DateTimeOffset upTo, int count, CancellationToken cancellationToken);
}
