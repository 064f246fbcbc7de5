using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>
/// The entries that this process has read from the store's streams. They are written to the ledger in batches and then removed from the streams, in that order, so that whichever process dies between leaves
/// entries that are written a second time, which changes nothing. While a batch is refused it is halved, and an entry that is refused alone goes behind the others. Used by one loop.
/// </summary>
internal sealed class ClaimedEntries(ILedger ledger, IStreamedEntries stream, LedgerOptions options, TimeProvider timeProvider, ILogger logger, LedgerMetrics metrics)
{
    private const int MostInOneBatch = 1_000;

    private readonly Queue<Claimed> _queue = new();
    private readonly HashSet<(string Partition, string Id)> _held = [];
    private readonly List<Claimed> _written = [];
    private int _batchSize = MostInOneBatch;
    private volatile LedgerFailure? _failure;

    /// <summary>The number of entries that are not written.</summary>
    public int Count => _queue.Count;

    /// <summary>The failure of the last writing; null when it did not fail.</summary>
    public LedgerFailure? Failure => _failure;

    /// <summary>Adds what was read from a partition. What cannot be understood is put aside in the store.</summary>
    public async Task AddAsync(string? partition, IReadOnlyList<StreamedEntry> streamed)
    {
        foreach (var entry in streamed)
        {
            if (!_held.Add((partition ?? "", entry.Id)))
                continue;
            try
            {
                _queue.Enqueue(new(partition, entry.Id, StreamedContent.Read(entry)));
            }
            catch (InvalidDataException e)
            {
                _held.Remove((partition ?? "", entry.Id));
                LedgerLog.SetAside(logger, partition ?? "default", entry.Id, e);
                await stream.SetAsideAsync(partition, entry).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes the entries to the ledger, for as long as it takes; returns too when each of those that are left was refused by itself.</summary>
    /// <exception cref="BudgetStoreException">What was written could not be removed from the store; it is tried again at the next call.</exception>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        await RemoveWrittenAsync().ConfigureAwait(false);
        for (var refused = 0; _queue.Count > 0 && refused < _queue.Count;)
        {
            Claimed[] batch = [.. _queue.Take(_batchSize)];
            if (await TryAppendAsync(batch, cancellationToken).ConfigureAwait(false))
            {
                refused = 0;
                await RemoveWrittenAsync().ConfigureAwait(false);
            }
            else
            {
                refused = batch.Length == 1 ? refused + 1 : 0;
                await Task.Delay(options.RetryAfter, timeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> TryAppendAsync(Claimed[] batch, CancellationToken cancellationToken)
    {
        try
        {
            await ledger.AppendAsync([.. batch.Select(claimed => claimed.Entry)], cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (_failure is null)
                LedgerLog.NotWritten(logger, _queue.Count, e);
            _failure = new(e.Message, _failure?.Since ?? timeProvider.GetUtcNow());
            metrics.Failed();
            _batchSize = Math.Max(batch.Length / 2, 1);
            if (batch.Length == 1)
                _queue.Enqueue(_queue.Dequeue());
            return false;
        }
        metrics.Written(batch.Length);
        for (var i = 0; i < batch.Length; i++)
            _written.Add(_queue.Dequeue());
        if (_failure is not null)
            LedgerLog.WrittenAgain(logger, _queue.Count);
        _failure = null;
        // An entry that is refused by itself is met again by small batches first.
        _batchSize = Math.Min(_batchSize * 2, MostInOneBatch);
        return true;
    }

    private async Task RemoveWrittenAsync()
    {
        foreach (var part in _written.GroupBy(claimed => claimed.Partition ?? "", StringComparer.Ordinal).ToList())
        {
            List<Claimed> removed = [.. part];
            await stream.RemoveAsync(removed[0].Partition, [.. removed.Select(claimed => claimed.Id)]).ConfigureAwait(false);
            foreach (var claimed in removed)
                _held.Remove((part.Key, claimed.Id));
            _written.RemoveAll(claimed => (claimed.Partition ?? "") == part.Key);
        }
    }

    private sealed record Claimed(string? Partition, string Id, LedgerEntry Entry);
}
