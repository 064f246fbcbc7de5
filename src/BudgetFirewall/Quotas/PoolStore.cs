using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Reads and writes what the store keeps of pools: their documents, their ended periods, and their members' counters.</summary>
internal sealed class PoolStore(StoreCaller storeCaller, TimeProvider timeProvider, ChangeReporter changes)
{
    private const string Operation = "quotas";
    private const int CountersPerRead = 256;
    private const int MaxAttempts = 8;

    /// <summary>The pool; null when there is none.</summary>
    public async ValueTask<StoredPool?> ReadAsync(string? partition, string poolId, CancellationToken cancellationToken) =>
        await ReadAsync(partition, NameOf(poolId), knownVersion: null, cancellationToken).ConfigureAwait(false) is { } document
            ? new(partition, document.Version, Read(document, PoolJsonContext.Default.PoolState, poolId, state => state.IsOf(poolId)))
            : null;

    /// <summary>False when others have changed the pool since it was read.</summary>
    public async ValueTask<bool> IsStillAsync(StoredPool pool, CancellationToken cancellationToken) =>
        await ReadAsync(pool.Partition, NameOf(pool.Pool.Id), pool.Version, cancellationToken).ConfigureAwait(false) is { } document && document.Version == pool.Version;

    /// <summary>Writes another state of a pool; null when others have changed it since it was read.</summary>
    public ValueTask<StoredPool?> WriteAsync(StoredPool pool, PoolState state, CancellationToken cancellationToken) => WriteAsync(pool, state, [], cancellationToken);

    /// <summary>Writes another state of a pool, and tells a ledger of it in the same step; null when others have changed the pool since it was read.</summary>
    public async ValueTask<StoredPool?> WriteAsync(StoredPool pool, PoolState state, ImmutableArray<LimitChange> recorded, CancellationToken cancellationToken)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(state, PoolJsonContext.Default.PoolState);
        var version = await WriteAsync(pool.Partition, NameOf(state.Pool.Id), pool.Version, content, expiresAt: null, recorded, cancellationToken).ConfigureAwait(false);
        if (version is null)
            return null;
        changes.Confirmed(recorded.RemoveAll(static change => change.Kind != LimitChangeKind.Pool));
        return pool with { Version = version, State = state };
    }

    /// <summary>Writes the state of a pool that is divided, and tells a ledger of it where members borrow by that.</summary>
    /// <returns>Null when others have changed the pool since it was read.</returns>
    public ValueTask<StoredPool?> WriteDividedAsync(StoredPool pool, CancellationToken cancellationToken) => WriteAsync(
        pool,
        pool.State with { Stage = PoolStage.Divided, Retiring = [], Reallocation = null },
        changes.IsRecorded && pool.State.Reallocation is { } reallocation ? PoolUsage.OfReallocation(pool, reallocation) : [],
        cancellationToken);

    /// <summary>Removes a pool, unless others have changed it since it was read.</summary>
    public async ValueTask RemoveAsync(StoredPool pool, CancellationToken cancellationToken) =>
        await WriteAsync(pool.Partition, NameOf(pool.Pool.Id), pool.Version, content: null, expiresAt: null, [], cancellationToken).ConfigureAwait(false);

    /// <summary>Records an ended period, unless it is recorded, and tells a ledger of it in the same step.</summary>
    public async ValueTask RecordAsync(StoredPool pool, PeriodData ended, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(ended, PoolJsonContext.Default.PeriodData);
        await WriteAsync(pool.Partition, HistoryNameOf(pool.Pool.Id, ended.Start, ended.End), expectedVersion: "", content, expiresAt, changes.IsRecorded ? PoolUsage.OfPeriod(pool, ended) : [], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An ended period; null when it is not recorded or not kept any more.</summary>
    public async ValueTask<PeriodData?> ReadPeriodAsync(string? partition, string poolId, PeriodWindow period, CancellationToken cancellationToken) =>
        await ReadAsync(partition, HistoryNameOf(poolId, period.Start.Ticks, period.End.Ticks), knownVersion: null, cancellationToken).ConfigureAwait(false) is { } document
            ? Read(document, PoolJsonContext.Default.PeriodData, poolId, data => data.IsOf(period))
            : null;

    /// <summary>The counters of scopes in one period, and the store's time of the last answer.</summary>
    public async ValueTask<PoolReadings> ReadCountersAsync(StoredPool pool, IReadOnlyList<BudgetScope> scopes, PeriodWindow period, CancellationToken cancellationToken)
    {
        var readings = new List<LimitReading?>(scopes.Count);
        var now = default(DateTimeOffset);
        foreach (var part in scopes.Chunk(CountersPerRead))
        {
            ImmutableArray<CounterName> names = [.. part.Select(scope => new CounterName(new CounterRule(PoolBudgets.Of(pool.Pool, scope, amount: 0)), scope.Id, period.Start))];
            var answer = await storeCaller.CallAsync(
                Operation, static (store, read) => store.ReadCountersAsync(read.Partition, read.names), (pool.Partition, names), storeCaller.Begin(cancellationToken)).ConfigureAwait(false);
            readings.AddRange(answer.Readings);
            now = answer.Now;
        }
        return new(period, now, readings);
    }

    /// <summary>The counters of scopes, at least one, in the period that is the present one for all of them.</summary>
    public async ValueTask<PoolReadings> ReadPresentAsync(StoredPool pool, IReadOnlyList<BudgetScope> scopes, CancellationToken cancellationToken)
    {
        var calendar = pool.Pool.Calendar;
        var period = calendar.At(timeProvider.GetUtcNow());
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            // The last answer is in the period, and so were the earlier ones: in the one before it they would have been read anew.
            var first = await ReadCountersAsync(pool, [scopes[0]], period, cancellationToken).ConfigureAwait(false);
            if (!period.Contains(first.Now))
            {
                period = calendar.At(first.Now);
                continue;
            }
            var all = scopes.Count == 1 ? first : await ReadCountersAsync(pool, scopes, period, cancellationToken).ConfigureAwait(false);
            if (period.Contains(all.Now))
                return all;
            period = calendar.At(all.Now);
        }
        throw new BudgetStoreException("Periods ended faster than the members of a pool could be read.") { MayHaveHappened = false };
    }

    // Ids are data: what follows the first colon is the pool's id, whatever is in it.
    private static string NameOf(string poolId) => "pool:" + poolId;

    // A pool that was deleted and allocated again with another period may have one that began at the same time.
    private static string HistoryNameOf(string poolId, long start, long end) => FormattableString.Invariant($"pool-period:{start}-{end}:{poolId}");

    private static T Read<T>(StoreDocument document, JsonTypeInfo<T> typeInfo, string poolId, Func<T, bool> isWhole) where T : class
    {
        try
        {
            var read = JsonSerializer.Deserialize(document.Content.Span, typeInfo);
            return read is not null && isWhole(read) ? read : throw new JsonException("It is not that of this pool, or not whole.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException)
        {
            throw new BudgetStoreException(DisplayText.Escape($"What the store keeps of the pool '{poolId}' cannot be read: {e.Message}"), e) { IsNeverAllowed = true, MayHaveHappened = false };
        }
    }

    private ValueTask<StoreDocument?> ReadAsync(string? partition, string name, string? knownVersion, CancellationToken cancellationToken) => storeCaller.CallAsync(
        Operation, static (store, read) => store.ReadDocumentAsync(read.partition, read.name, read.knownVersion), (partition, name, knownVersion), storeCaller.Begin(cancellationToken));

    private ValueTask<string?> WriteAsync(
        string? partition, string name, string expectedVersion, byte[]? content, DateTimeOffset? expiresAt, ImmutableArray<LimitChange> recorded, CancellationToken cancellationToken) => storeCaller.CallAsync(
        Operation,
        static (store, write) => store.WriteDocumentAsync(write.partition, write.name, write.expectedVersion, write.content is { } content ? content : default(ReadOnlyMemory<byte>?), write.expiresAt, write.recorded),
        (partition, name, expectedVersion, content, expiresAt, recorded),
        storeCaller.Begin(cancellationToken));
}
