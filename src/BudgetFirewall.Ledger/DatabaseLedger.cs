using System.Data.Common;
using System.Runtime.CompilerServices;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A ledger in a database of some dialect. It is opened, and brought up to date, at the first call. Thread-safe.</summary>
public sealed class DatabaseLedger : IStateLedger, ICorrectionLedger, IAllocationLedger, IDisposable
{
    private readonly LedgerDatabase _database;
    private readonly EntryWriter _writer;
    private readonly EntryReader _entries;
    private readonly ReportReader _reports;
    private readonly CounterTotals _counters;
    private readonly OldEntries _old;
    private readonly StateReader _state;
    private readonly CorrectionNotes _corrections;
    private readonly StoredAllocations _allocations;

    /// <summary>A ledger in a database.</summary>
    /// <param name="dialect">The database; it is disposed with the ledger.</param>
    /// <param name="timeProvider">The clock by which entries grow old; null for the system's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="dialect"/> is null.</exception>
    public DatabaseLedger(LedgerDialect dialect, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        _database = new(dialect);
        _writer = new(_database, timeProvider ?? TimeProvider.System);
        _entries = new(_database);
        _reports = new(_database);
        _state = new(_database);
        _counters = new(_database);
        _corrections = new(_database);
        _allocations = new(_database, _writer, timeProvider ?? TimeProvider.System);
        _old = new(_database, _writer, timeProvider ?? TimeProvider.System);
    }

    /// <summary>The database, for what is kept beside the entries.</summary>
    internal LedgerDatabase Database => _database;

    internal EntryWriter Writer => _writer;

    /// <inheritdoc/>
    public ValueTask<int> AppendAsync(IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default) => AppendAsync(entries, [], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<int> AppendAsync(IReadOnlyList<LedgerEntry> entries, IReadOnlyList<StateChange> changes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(changes);
        return await WriteAsync(_writer.WriteAsync(entries, changes, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<LedgerPage> ReadEntriesAsync(LedgerQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return await ReadAsync(_entries.ReadAsync(query, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerEntry> ReadAllEntriesAsync(LedgerQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var pages = _entries.ReadAllAsync(query, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var _ = pages.ConfigureAwait(false);
        while (await ReadAsync(pages.MoveNextAsync()).ConfigureAwait(false))
        {
            foreach (var entry in pages.Current)
                yield return entry;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<LedgerEntry?> FindEntryAsync(string entryId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entryId);
        return await ReadAsync(_entries.FindAsync(entryId, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<LedgerTotal> GetTotalAsync(LedgerQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return await ReadAsync(_entries.TotalAsync(query, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<LedgerCounterPage> ReadCountersAsync(DateTimeOffset from, string? cursor = null, CancellationToken cancellationToken = default) =>
        ReadAsync(_counters.ReadAsync(from, cursor, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<LedgerReport> ReportAsync(LedgerReportRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return await ReadAsync(_reports.ReadAsync(request, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<LedgerRetentionResult> RemoveOldAsync(LedgerRetention retention, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(retention);
        return await WriteAsync(_old.RemoveAsync(retention, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<KeptState> ReadStateAsync(DateTimeOffset now, TimeSpan operationIdRetention, CancellationToken cancellationToken = default) =>
        await ReadAsync(_state.ReadAsync(now, operationIdRetention, cancellationToken)).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<NotedCorrection> NoteCorrectionAsync(CorrectionOrder order, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        return await WriteAsync(_corrections.NoteAsync(order, now, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask ReportStoreAsync(string storeId, string location, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(storeId);
        ArgumentNullException.ThrowIfNull(location);
        _ = await WriteAsync(_corrections.ReportStoreAsync(new(storeId, location, now), cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<CorrectionPage> ReadPendingCorrectionsAsync(string storeId, DateTimeOffset notedUpTo, int limit, string? cursor = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(storeId);
        if (limit is < 1 or > LedgerQuery.MaxLimit)
            throw new ArgumentOutOfRangeException(nameof(limit), limit, $"limit must be from 1 to {LedgerQuery.MaxLimit:N0}.");
        return ReadAsync(_corrections.ReadPendingAsync(storeId, notedUpTo, limit, cursor, cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<MadeAllocation> AllocateAsync(CostAllocation allocation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(allocation);
        return WriteAsync(_allocations.MakeAsync(allocation, cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<MadeAllocation?> AllocateAgainAsync(string allocationId, string? partition = null, string? by = null, string? reason = null, CancellationToken cancellationToken = default)
    {
        CheckChange(allocationId, by, reason);
        return WriteAsync(_allocations.MakeAgainAsync(allocationId, partition, by, reason, cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<MadeAllocation?> TakeBackAllocationAsync(string allocationId, string? partition = null, string? by = null, string? reason = null, CancellationToken cancellationToken = default)
    {
        CheckChange(allocationId, by, reason);
        return WriteAsync(_allocations.TakeBackAsync(allocationId, partition, by, reason, cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<MadeAllocation?> FindAllocationAsync(string allocationId, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(allocationId);
        return ReadAsync(_allocations.FindAsync(allocationId, partition, cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<AllocationPage> ReadAllocationsAsync(string? partition = null, int limit = 100, string? cursor = null, CancellationToken cancellationToken = default)
    {
        if (limit is < 1 or > LedgerQuery.MaxLimit)
            throw new ArgumentOutOfRangeException(nameof(limit), limit, $"limit must be from 1 to {LedgerQuery.MaxLimit:N0}.");
        return ReadAsync(_allocations.ReadAsync(partition, limit, cursor, cancellationToken));
    }

    /// <summary>Closes the database.</summary>
    public async ValueTask DisposeAsync()
    {
        _writer.Dispose();
        await _database.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Closes the database. For containers that are disposed without awaiting.</summary>
    public void Dispose() => Task.Run(async () => await DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();

    internal async ValueTask<T> ReadAsync<T>(ValueTask<T> reading)
    {
        try
        {
            return await reading.ConfigureAwait(false);
        }
        catch (DbException e)
        {
            throw new LedgerException($"The ledger cannot be read ({_database.Dialect.Description}): {e.Message}", e);
        }
    }

    private static void CheckChange(string allocationId, string? by, string? reason)
    {
        ArgumentNullException.ThrowIfNull(allocationId);
        AllocationCheck.OptionalText(by, nameof(by));
        AllocationCheck.OptionalText(reason, nameof(reason));
    }

    internal async ValueTask<T> WriteAsync<T>(ValueTask<T> writing)
    {
        try
        {
            return await writing.ConfigureAwait(false);
        }
        catch (DbException e)
        {
            throw Refused(e);
        }
    }

    private LedgerException Refused(DbException e) => new($"The ledger cannot be written to ({_database.Dialect.Description}): {e.Message}", e);
}
