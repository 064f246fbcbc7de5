using System.Diagnostics.CodeAnalysis;

namespace BudgetFirewall.Storage;

/// <summary>Alerts in the memory of one process, where they are gone with it. It keeps the latest 10,000 that are resolved. Thread-safe.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A semaphore whose wait handle nobody asks for holds nothing.")]
public sealed class MemoryAlertStore : IAlertStore, IAlertChanges
{
    private const int MostResolved = 10_000;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _changing = new(1);
    private readonly SortedDictionary<long, AlertRecord> _records = [];
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Rule, string Group), long> _latest = [];
    private long _last;
    private int _resolved;

    /// <inheritdoc/>
    public async ValueTask ChangeAsync(Func<IAlertChanges, CancellationToken, ValueTask> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await change(this, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AlertRecord>> ReadAsync(AlertState? state, long before, int count, CancellationToken cancellationToken)
    {
        lock (_lock)
            return new([.. _records.Values.Reverse().Where(record => record.Number < before && (state is null || record.Alert.State == state)).Take(count)]);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AlertRecord>> ReadOpenAsync(long after, int count, CancellationToken cancellationToken) => Open(_ => true, after, count);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AlertRecord>> ReadOpenAsync(AlertCauseKind kinds, long after, int count, CancellationToken cancellationToken) => Open(record => (record.Kinds & kinds) != 0, after, count);

    /// <inheritdoc/>
    public ValueTask<AlertRecord?> FindAsync(string alertId, CancellationToken cancellationToken)
    {
        lock (_lock)
            return new(_numbers.TryGetValue(alertId, out var number) ? _records[number] : null);
    }

    /// <inheritdoc/>
    public ValueTask<AlertRecord?> FindLatestAsync(string rule, string group, CancellationToken cancellationToken)
    {
        lock (_lock)
            return new(_latest.TryGetValue((rule, group), out var number) ? _records[number] : null);
    }

    /// <inheritdoc/>
    public ValueTask<long> CountOpenAsync(string rule, CancellationToken cancellationToken)
    {
        lock (_lock)
            return new(_records.Values.LongCount(record => record.Alert.Rule == rule && record.Alert.State != AlertState.Resolved));
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(AlertRecord record, BudgetEvent? notice, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        lock (_lock)
        {
            var isKnown = _numbers.TryGetValue(record.Alert.Id, out var number);
            number = isKnown ? number : ++_last;
            _resolved += (record.Alert.State == AlertState.Resolved ? 1 : 0) - (isKnown && _records[number].Alert.State == AlertState.Resolved ? 1 : 0);
            _records[number] = record with { Number = number };
            _numbers[record.Alert.Id] = number;
            _latest[(record.Alert.Rule, record.Group)] = number;
            if (_resolved > MostResolved)
                Remove(_records.Values.First(old => old.Alert.State == AlertState.Resolved));
        }
        return default;
    }

    /// <inheritdoc/>
    public ValueTask RemoveOldAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var record in _records.Values.Where(record => record.Alert.State == AlertState.Resolved && (record.Alert.ResolvedAt ?? record.Alert.LastAt) < before).ToList())
                Remove(record);
        }
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryHoldAsync(string name, string owner, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) => new(true);

    /// <inheritdoc/>
    public ValueTask ReleaseAsync(string name, string owner, CancellationToken cancellationToken) => default;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> FindSpendersAsync(AlertSpenders spenders, int count, CancellationToken cancellationToken) => new([]);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> FindPartitionsAsync(DateTimeOffset now, string? after, int count, CancellationToken cancellationToken) => new([]);

    private ValueTask<IReadOnlyList<AlertRecord>> Open(Func<AlertRecord, bool> isWanted, long after, int count)
    {
        lock (_lock)
            return new([.. _records.Values.Where(record => record.Number > after && record.Alert.State != AlertState.Resolved && isWanted(record)).Take(count)]);
    }

    private void Remove(AlertRecord record)
    {
        _records.Remove(record.Number);
        _numbers.Remove(record.Alert.Id);
        if (_latest.TryGetValue((record.Alert.Rule, record.Group), out var latest) && latest == record.Number)
            _latest.Remove((record.Alert.Rule, record.Group));
        _resolved--;
    }
}
