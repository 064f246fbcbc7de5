using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace BudgetFirewall.Storage;

/// <summary>
/// The store that lives in the memory of one process. Every call completes at once; time is the given clock's. Thread-safe.
/// </summary>
/// <remarks>
/// A step enters the counters and buckets it needs in one order, so that steps on other scopes go on beside it; a check only looks at counters.
/// Ended periods, full buckets and operations past their time are forgotten a few at a time by the calls that come later: there is no thread and no timer.
/// Forgetting goes by the time that has really passed: a clock that is set forward and back again finds what was spent in the period that it returns to.
/// A lease goes by the clock: one that the clock was set past has ended, and setting it back does not bring the hold back; a commit is still recorded in full.
/// </remarks>
public sealed class MemoryBudgetStore : IBudgetStore
{
    private const int ShardCount = 1 << MemoryCells.ShardBits;

    private const int DefaultMaxOpenReservations = 1_000_000;

    private readonly TimeProvider _timeProvider;
    private readonly byte[] _reservationSecret = RandomNumberGenerator.GetBytes(32);
    private readonly OpenReservationLimit _open;
    private readonly OperationShard[] _operations;
    private readonly MemorySweep _sweep;
    private PresentPeriods _periods;

    /// <summary>An empty store.</summary>
    /// <param name="timeProvider">The clock that decides periods, leases and refill.</param>
    /// <exception cref="ArgumentNullException"><paramref name="timeProvider"/> is null.</exception>
    public MemoryBudgetStore(TimeProvider timeProvider) : this(timeProvider, DefaultMaxOpenReservations)
    {
    }

    /// <summary>An empty store that keeps no more than a number of open reservations.</summary>
    /// <param name="timeProvider">The clock that decides periods, leases and refill.</param>
    /// <param name="maxOpenReservations">
    /// The most reservations that are neither settled nor forgotten, at least 1. While there are so many, another is a <see cref="BudgetStoreException"/>.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="timeProvider"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxOpenReservations"/> is less than 1.</exception>
    public MemoryBudgetStore(TimeProvider timeProvider, int maxOpenReservations)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxOpenReservations, 1);
        _timeProvider = timeProvider;
        _open = new(maxOpenReservations, () => _operations!);
        var now = timeProvider.GetUtcNow();
        _periods = new(now);
        _operations = [.. Enumerable.Range(0, ShardCount).Select(_ => new OperationShard(this, _open))];
        _sweep = new(Cells, _operations, new SteadyClock(timeProvider, now.UtcTicks), now.UtcTicks);
    }

    internal MemoryCells Cells { get; } = new();

    internal MemoryCatalog Catalog { get; } = new();

    /// <summary>Counts the entries that the store keeps now. Walks over all of them; for diagnostics and tests.</summary>
    public MemoryStoreEntries CountEntries()
    {
        long counters = 0, buckets = 0, operations = 0, reservations = 0;
        foreach (var shard in Cells.Shards)
        {
            var all = shard.Where(_ => true).Count;
            var counted = shard.Where(cell => cell is Counter).Count;
            (counters, buckets) = (counters + counted, buckets + all - counted);
        }
        foreach (var shard in _operations)
        {
            lock (shard.Gate)
                (operations, reservations) = (operations + shard.Count, reservations + shard.Open);
        }
        return new(counters, buckets, operations, reservations);
    }

    /// <inheritdoc/>
    public ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var moment = BeginStep();
        var isLook = call is { Kind: DecisionKind.Check, Retention: null, IsReplayOnly: false };
        return new((isLook ? TryLook(moment, call) : null) ?? Decide(moment, call));
    }

    /// <inheritdoc/>
    public ValueTask<SettleAnswer> SettleAsync(SettleCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return new(new SettleStep(this, BeginStep(), call).Run());
    }

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> ExtendAsync(HeldReservation reservation, TimeSpan lease)
    {
        ArgumentNullException.ThrowIfNull(reservation);
        return new(new ExtendStep(this, BeginStep(), reservation, lease).Run());
    }

    /// <inheritdoc/>
    public ValueTask<HeldReservation?> FindReservationAsync(string? partition, string? operationScope, string operationId)
    {
        ArgumentNullException.ThrowIfNull(operationId);
        var key = new OperationKey(partition, operationScope, OperationId.Of(operationId), IsCheck: false);
        var moment = BeginStep();
        var operations = OperationsOf(key);
        lock (operations.Gate)
            return new((operations.Find(key, moment.Ticks) as ReservationRecord)?.Reservation);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> ReservationSecret(string? partition) => _reservationSecret;

    /// <inheritdoc/>
    public ValueTask<StatusAnswer> ReadStatusAsync(StatusCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var moment = BeginStep();
        if (Catalog.VersionOf(call.Partition) != call.CatalogVersion)
            return new(new StatusAnswer { Now = moment.Now, IsStaleCatalog = true });
        return new(new StatusAnswer
        {
            Now = moment.Now,
            Readings = [.. call.Limits.Select(step => Read(call.Partition, step, moment))],
        });
    }

    /// <inheritdoc/>
    public ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion)
    {
        ArgumentNullException.ThrowIfNull(knownVersion);
        return new(Catalog.Read(partition, knownVersion));
    }

    /// <inheritdoc/>
    public ValueTask<string?> SetBudgetsAsync(string? partition, string expectedVersion, ImmutableArray<Budget> budgets)
    {
        ArgumentNullException.ThrowIfNull(expectedVersion);
        foreach (var budget in budgets)
            ArgumentNullException.ThrowIfNull(budget, nameof(budgets));
        return new(Catalog.Set(partition, expectedVersion, budgets));
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveBudgetAsync(string? partition, string budgetId) => new(Catalog.Remove(partition, budgetId));

    /// <inheritdoc/>
    public ValueTask ResetAsync(string? partition, CounterFamily family, string scopeId)
    {
        ArgumentNullException.ThrowIfNull(family);
        var moment = BeginStep();
        if (Cells.FindCounter(CellKey.Of(family, scopeId, partition, moment.Periods[family.Period].Start)) is not { } counter)
            return default;
        counter.Enter();
        counter.Reset();
        Cells.Leave(counter);
        return default;
    }

    /// <summary>Does nothing: the state is lost with the object.</summary>
    public ValueTask DisposeAsync() => default;

    internal BudgetStoreException TooManyOpen() => new(
        $"The store has {_open.Max:N0} open reservations, as many as MaxOpenReservations allows: commit or release them, or let those that nobody settles be forgotten.")
    {
        MayHaveHappened = false,
        IsNeverAllowed = true,
    };

    internal OperationShard OperationsOf(in OperationKey key) => _operations[key.GetHashCode() & (ShardCount - 1)];

    // Each step in a method of its own, so that its room on the stack is cleared only when it is taken.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private DecisionAnswer? TryLook(in Moment moment, DecisionCall call) => new CheckStep(this, moment, call).TryRun();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private DecisionAnswer Decide(in Moment moment, DecisionCall call) => new DecisionStep(this, moment, call).Run();

    private LimitReading Read(string? partition, LimitStep step, Moment moment) => step.Rule is CounterRule rule
        ? ReadCounter(CellKey.Of(rule.Family, step.ScopeId, partition, moment.Periods[rule.Family.Period].Start), moment)
        : ReadRateLimit(step.Rule, CellKey.Of(step.Rule, step.ScopeId, partition), moment);

    private LimitReading ReadCounter(in CellKey key, in Moment moment)
    {
        if (Cells.FindCounter(key) is not { } counter)
            return default;
        counter.Enter();
        counter.PurgeHolds(moment.Milliseconds);
        var reading = counter.Reading;
        Cells.Leave(counter);
        return reading;
    }

    private LimitReading ReadRateLimit(LimitRule rule, in CellKey key, in Moment moment)
    {
        if (Cells.FindRateLimit(key) is not { } cell)
            return RateLimitCell.Of(rule, key, order: 0).Read(rule);
        cell.Enter();
        cell.Look(rule, moment);
        var reading = cell.Read(rule);
        Cells.Leave(cell);
        return reading;
    }

    private Moment BeginStep()
    {
        var now = _timeProvider.GetUtcNow();
        if (now.Offset != TimeSpan.Zero)
            now = now.ToUniversalTime();
        var periods = Volatile.Read(ref _periods);
        if (!periods.Covers(now.UtcTicks))
            Volatile.Write(ref _periods, periods = new(now));
        var moment = new Moment(now, periods);
        if (_sweep.IsDue(moment.Ticks))
            _sweep.SweepSome(moment.Ticks);
        return moment;
    }
}
