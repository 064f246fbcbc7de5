using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// Waits for the ends of approvals. While somebody waits it reads the store once a second: the approvals of one partition at a time. Ends that this process makes are heard at once. Thread-safe.
/// </summary>
internal sealed class ApprovalWatcher(StoreCaller storeCaller, EventReporter events, TimeProvider timeProvider) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _disposing = new();
    // The ids that are watched, in the order in which they are read next.
    private readonly LinkedList<Watched> _order = new();
    private readonly Dictionary<(string Partition, string Id), Watched> _watched = [];
    private bool _isReading;
    private bool _isDisposed;

    /// <summary>Waits until one of several approvals has ended.</summary>
    /// <returns>Its state; null when none has ended in time.</returns>
    public async ValueTask<ApprovalState?> WaitAsync(string? partition, ImmutableArray<string> ids, TimeSpan wait, CancellationToken cancellationToken)
    {
        var watched = ids.Select(id => Watch(partition, id)).ToArray();
        try
        {
            var ended = await Task.WhenAny(watched.Select(one => one.Ended.Task)).WaitAsync(wait, timeProvider, cancellationToken).ConfigureAwait(false);
            return await ended.ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            foreach (var one in watched)
                Leave(one);
        }
    }

    /// <summary>Tells those who wait that an approval has ended.</summary>
    public void Tell(string? partition, string id, ApprovalState state)
    {
        lock (_lock)
        {
            if (_watched.GetValueOrDefault((partition ?? "", id)) is { } one)
                one.Ended.TrySetResult(state);
        }
    }

    /// <summary>Ends all waiting, as if its time were over.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            foreach (var one in _watched.Values)
                one.Ended.TrySetResult(null);
        }
        _disposing.Cancel();
        _disposing.Dispose();
    }

    private Watched Watch(string? partition, string id)
    {
        lock (_lock)
        {
            if (!_watched.TryGetValue((partition ?? "", id), out var one))
            {
                _watched[(partition ?? "", id)] = one = new(partition, id);
                _order.AddLast(one);
            }
            one.Waiters++;
            if (_isDisposed)
                one.Ended.TrySetResult(null);
            else if (!_isReading)
            {
                _isReading = true;
                _ = ReadAsync(_disposing.Token);
            }
            return one;
        }
    }

    private void Leave(Watched one)
    {
        lock (_lock)
        {
            if (--one.Waiters > 0)
                return;
            _watched.Remove((one.Partition ?? "", one.Id));
            _order.Remove(one);
        }
    }

    private async Task ReadAsync(CancellationToken disposing)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, timeProvider, disposing).ConfigureAwait(false);
                if (Next() is not { } call)
                    return;
                await ReadAsync(call, disposing).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody waits any more.
        }
    }

    private async ValueTask ReadAsync(ReadApprovalsCall call, CancellationToken disposing)
    {
        try
        {
            var answer = await storeCaller.CallAsync("approvals", static (store, read) => store.ReadApprovalsAsync(read), call, storeCaller.Begin(disposing)).ConfigureAwait(false);
            var found = answer.Approvals.ToDictionary(record => record.Id, record => record.State, StringComparer.Ordinal);
            foreach (var id in call.Ids)
            {
                // One that is gone is as good as expired: its request has to be decided anew.
                if (found.GetValueOrDefault(id, ApprovalState.Expired) is var state and not ApprovalState.Pending)
                    Tell(call.Partition, id, state);
            }
        }
        catch (BudgetStoreException e)
        {
            events.ApprovalsUnread(e);
        }
    }

    /// <summary>The next reading: of the partition whose turn it is, as many as one call may read. Null when nobody waits any more, and then the reading ends.</summary>
    private ReadApprovalsCall? Next()
    {
        lock (_lock)
        {
            if (_order.First is not { Value.Partition: var partition })
            {
                _isReading = false;
                return null;
            }
            List<Watched> read = [.. _order.Where(one => one.Partition == partition).Take(ReadApprovalsCall.MaxIds)];
            foreach (var one in read)
            {
                _order.Remove(one);
                _order.AddLast(one);
            }
            return new() { Partition = partition, Ids = [.. read.Select(one => one.Id)] };
        }
    }

    /// <summary>One approval that somebody waits for.</summary>
    private sealed class Watched(string? partition, string id)
    {
        public string? Partition => partition;

        public string Id => id;

        public int Waiters { get; set; }

        public TaskCompletionSource<ApprovalState?> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
