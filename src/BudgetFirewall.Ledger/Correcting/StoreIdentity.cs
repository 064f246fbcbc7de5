using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The id of the store that a firewall counts in. A correction is noted with it, so that firewalls of other stores on the same ledger leave it alone. Thread-safe.</summary>
internal sealed class StoreIdentity
{
    private readonly IStreamedEntries? _stream;
    private volatile string? _last;

    // The ids of stores in memory that end with their process begin so.
    private const string MemoryPrefix = "memory:";

    private StoreIdentity(IStreamedEntries? stream, string? id) => (_stream, _last) = (stream, id);

    /// <summary>Makes the identity of a store that processes share and that keeps its id with its data.</summary>
    public static StoreIdentity Of(IStreamedEntries stream) => new(stream, id: null);

    /// <summary>Makes the identity of a store in memory: the same for every process that restores it from the ledger, else one of its own.</summary>
    public static StoreIdentity OfMemory(bool isRestored) => new(stream: null, isRestored ? "memory" : $"{MemoryPrefix}{Guid.NewGuid():N}");

    /// <summary>True when the store that has noted a correction is gone with its process, and its counters with it: a process that runs makes what it has noted within minutes.</summary>
    public static bool IsGone(NotedCorrection noted, DateTimeOffset now) => noted.StoreId?.StartsWith(MemoryPrefix, StringComparison.Ordinal) == true && now - noted.NotedAt >= NotedCorrection.GoneAfter;

    /// <summary>The id. It is asked for each time, as a store may have lost its data; where the store cannot answer it is the last one.</summary>
    /// <exception cref="BudgetStoreException">The store cannot answer, and never has.</exception>
    /// <exception cref="TimeoutException">It has not answered in time, and never has.</exception>
    public async ValueTask<string> ReadAsync(BudgetStoreContext context, CancellationToken cancellationToken)
    {
        if (_stream is null)
            return _last!;
        try
        {
            return _last = await _stream.ReadStoreIdAsync().AsTask().WaitAsync(context.StoreTimeout, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is BudgetStoreException or TimeoutException && _last is not null)
        {
            return _last;
        }
    }
}
