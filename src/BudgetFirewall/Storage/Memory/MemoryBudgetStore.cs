using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace BudgetFirewall.Storage;

/// <summary>
/// The store that lives in the memory of one process. Every call completes at once; time is the given clock's. Thread-safe.
/// </summary>
/// <remarks>
/// A transaction enters the counters and rate limiters it needs in one order, so that transactions on other scopes go on beside it; a check only looks at counters.
/// Ended periods, rate limiters of which nothing is used, and operations past their time are forgotten a few at a time by the calls that come later: there is no thread and no timer.
/// Forgetting goes by the time that has really passed: a clock that is set forward and back again finds what was spent in the period that it returns to.
/// A lease goes by the clock: one that the clock was set past has ended, and setting it back does not bring the hold back; a commit is still recorded in full.
/// </remarks>
public sealed class MemoryBudgetStore : IBudgetStore, IRestorableStore
{
    private const int ShardCount = 1 << LimitStateTable.ShardBits;

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
        _sweep = new(LimitStates, _operations, Approvals, new SteadyClock(timeProvider, now.UtcTicks), now.UtcTicks);
    }

    internal LimitStateTable LimitStates { get; } = new();

    internal MemoryCatalog Catalog { get; } = new();

    internal MemoryApprovals Approvals { get; } = new();

    internal MemoryDocuments Documents { get; } = new();

    /// <summary>Counts the entries that the store keeps now. Walks over all of them; for diagnostics and tests.</summary>
    public MemoryStoreEntries CountEntries()
    {
        long counters = 0, rateLimiters = 0, operations = 0, reservations = 0, limits = 0;
        foreach (var shard in LimitStates.Shards)
        {
            counters += shard.Where(state => state is Counter).Count;
            rateLimiters += shard.Where(state => state is RateLimiter).Count;
            limits += shard.Where(state => state is KeptLimit).Count;
        }
        foreach (var shard in _operations)
        {
            lock (shard.Lock)
                (operations, reservations) = (operations + shard.Count, reservations + shard.Open);
        }
        return new(counters, rateLimiters, operations, reservations, limits, Approvals.Count);
    }

    /// <inheritdoc/>
    public ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var time = ReadClock();
        var isLook = call is { CountsInBudgets: false, Retention: null, IsReplayOnly: false };
        return new((isLook ? TryLook(time, call) : null) ?? Decide(time, call));
    }

    /// <inheritdoc/>
    public ValueTask<bool> UndoAsync(DecisionCall call, DecisionAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(answer);
        return new(new UndoTransaction(this, ReadClock(), call, answer).Run());
    }

    /// <inheritdoc/>
    public ValueTask<DecisionAnswer> ExplainAsync(DecisionCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return new(new DecisionTransaction(this, ReadClock(), call).Explain());
    }

    /// <inheritdoc/>
    public ValueTask<SettleAnswer> SettleAsync(SettleCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return new(new SettleTransaction(this, ReadClock(), call).Run());
    }

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> ExtendAsync(HeldReservation reservation, TimeSpan lease)
    {
        ArgumentNullException.ThrowIfNull(reservation);
        return new(new ExtendTransaction(this, ReadClock(), reservation, lease).Run());
    }

    /// <inheritdoc/>
    public ValueTask<HeldReservation?> FindReservationAsync(string? partition, string? operationScope, string operationId)
    {
        ArgumentNullException.ThrowIfNull(operationId);
        var key = new OperationKey(partition, operationScope, OperationId.Of(operationId), OperationSpace.Shared);
        var time = ReadClock();
        var operations = OperationsOf(key);
        lock (operations.Lock)
            return new((operations.Find(key, time.Ticks) as ReservationRecord)?.Reservation);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> ReservationSecret(string? partition) => _reservationSecret;

    /// <inheritdoc/>
    public ValueTask<StatusAnswer> ReadStatusAsync(StatusCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var time = ReadClock();
        if (Catalog.VersionOf(call.Partition) != call.CatalogVersion)
            return new(new StatusAnswer { Now = time.Now, IsStaleCatalog = true });
        if (call.Validity is { } valid && !valid.Contains(time.Now))
            return new(new StatusAnswer { Now = time.Now, IsOtherTime = true });
        return new(new StatusAnswer { Now = time.Now, Readings = [.. call.Limits.Select(demand => Read(call.Partition, demand, time))] });
    }

    /// <inheritdoc/>
    public ValueTask<AdaptAnswer> AdaptAsync(AdaptCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return new(new AdaptTransaction(this, ReadClock(), call).Run());
    }

    /// <inheritdoc/>
    public ValueTask<FrozenLimit> FreezeLimitAsync(string? partition, CounterRule rule, string scopeId)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(scopeId);
        return new(new FreezeTransaction(this, ReadClock(), partition, rule, scopeId).Run());
    }

    /// <inheritdoc/>
    public ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion)
    {
        ArgumentNullException.ThrowIfNull(knownVersion);
        return new(Catalog.Read(partition, knownVersion));
    }

    /// <inheritdoc/>
    public ValueTask<string?> SetLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitDefinition> limits, ImmutableArray<LimitChange> changes = default)
    {
        ArgumentNullException.ThrowIfNull(expectedVersion);
        foreach (var limit in limits)
            ArgumentNullException.ThrowIfNull(limit, nameof(limits));
        return new(Catalog.Set(partition, expectedVersion, limits));
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveLimitAsync(string? partition, LimitKey limit) => new(Catalog.Remove(partition, limit));

    /// <inheritdoc/>
    public ValueTask<string?> RemoveLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitKey> limits, ImmutableArray<LimitChange> changes = default) => new(Catalog.Remove(partition, expectedVersion, limits));

    /// <inheritdoc/>
    public ValueTask<CounterReset?> ResetAsync(string? partition, CounterFamily family, string scopeId)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentNullException.ThrowIfNull(scopeId);
        var time = ReadClock();
        var start = time.PeriodOf(family.Calendar).Start;
        if (LimitStates.FindCounter(LimitStateKey.Of(family, scopeId, partition, start)) is not { } counter)
            return new((CounterReset?)null);
        counter.Enter();
        var (spent, allowance) = (counter.Spent, counter.Allowance);
        counter.Reset(family.Calendar.IsEndless);
        allowance -= counter.Allowance;
        LimitStates.Leave(counter);
        return new(new CounterReset(time.Now, start, spent, allowance));
    }

    /// <inheritdoc/>
    public ValueTask<AllowanceAnswer> GrantAsync(AllowanceCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return new(new AllowanceTransaction(this, ReadClock(), call).Run());
    }

    /// <inheritdoc/>
    public ValueTask<CorrectionAnswer> CorrectAsync(CorrectionCall call) => new(new CorrectionTransaction(this, ReadClock(), call).Run());

    /// <inheritdoc/>
    public ValueTask<AskApprovalAnswer> AskApprovalAsync(AskApprovalCall call) => new(new ApprovalTransaction(this, ReadClock()).Ask(call));

    /// <inheritdoc/>
    public ValueTask<DecideApprovalAnswer> DecideApprovalAsync(DecideApprovalCall call) => new(new ApprovalTransaction(this, ReadClock()).Decide(call));

    /// <inheritdoc/>
    public ValueTask<ReadApprovalsAnswer> ReadApprovalsAsync(ReadApprovalsCall call) => new(new ApprovalTransaction(this, ReadClock()).Read(call));

    /// <inheritdoc/>
    public ValueTask<CountersAnswer> ReadCountersAsync(string? partition, ImmutableArray<CounterName> counters)
    {
        var time = ReadClock();
        return new(new CountersAnswer { Now = time.Now, Readings = [.. counters.Select(counter => ReadCounter(partition, counter, time))] });
    }

    /// <inheritdoc/>
    public ValueTask<StoreDocument?> ReadDocumentAsync(string? partition, string name, string? knownVersion) => new(Documents.Read(partition, name, knownVersion, ReadClock().Now));

    /// <inheritdoc/>
    public ValueTask<string?> WriteDocumentAsync(
        string? partition, string name, string expectedVersion, ReadOnlyMemory<byte>? content, DateTimeOffset? expiresAt, ImmutableArray<LimitChange> changes = default) =>
        new(Documents.Write(partition, name, expectedVersion, content, expiresAt, ReadClock().Now));

    /// <inheritdoc/>
    public void Restore(StoreImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        new Restoring(this, ReadClock()).Run(image);
    }

    /// <summary>Does nothing: the state is lost with the object.</summary>
    public ValueTask DisposeAsync() => default;

    internal BudgetStoreException TooManyOpen()
    {
        var message = $"The store has {_open.Max:N0} open reservations, as many as MaxOpenReservations allows: commit or release them, or let those that nobody settles be forgotten.";
        return new(message) { MayHaveHappened = false, IsNeverAllowed = true };
    }

    internal OperationShard OperationsOf(in OperationKey key) => _operations[key.GetHashCode() & (ShardCount - 1)];

    // Each transaction in a method of its own, so that its room on the stack is cleared only when it is taken.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private DecisionAnswer? TryLook(in StoreTime time, DecisionCall call) => new CheckTransaction(this, time, call).TryRun();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private DecisionAnswer Decide(in StoreTime time, DecisionCall call) => new DecisionTransaction(this, time, call).Run();

    private LimitReading Read(string? partition, LimitDemand demand, StoreTime time) => demand.Rule is CounterRule rule
        ? ReadCounter(LimitStateKey.Of(rule.Family, demand.ScopeId, partition, time.PeriodOf(rule.Family.Calendar).Start), time)
        : ReadRateLimit(demand.Rule, LimitStateKey.Of(demand.Rule, demand.ScopeId, partition), time);

    private LimitReading ReadCounter(in LimitStateKey key, in StoreTime time)
    {
        if (LimitStates.FindCounter(key) is not { } counter)
            return default;
        counter.Enter();
        counter.PurgeHolds(time.Milliseconds);
        var reading = counter.Reading;
        LimitStates.Leave(counter);
        return reading;
    }

    private LimitReading? ReadCounter(string? partition, CounterName counter, in StoreTime time) =>
        LimitStateKey.Of(counter.Rule.Family, counter.ScopeId, partition, counter.PeriodStart) is var key && LimitStates.FindCounter(key) is not null ? ReadCounter(key, time) : null;

    private LimitReading ReadRateLimit(LimitRule rule, in LimitStateKey key, in StoreTime time)
    {
        if (LimitStates.FindRateLimiter(key) is not { } limiter)
            return RateLimiter.Of(rule, key, order: 0).Read(rule);
        limiter.Enter();
        limiter.Look(rule, time);
        var reading = limiter.Read(rule);
        LimitStates.Leave(limiter);
        return reading;
    }

    private StoreTime ReadClock()
    {
        var now = _timeProvider.GetUtcNow();
        if (now.Offset != TimeSpan.Zero)
            now = now.ToUniversalTime();
        var periods = Volatile.Read(ref _periods);
        if (!periods.Covers(now.UtcTicks))
            Volatile.Write(ref _periods, periods = new(now));
        var time = new StoreTime(now, periods);
        if (_sweep.IsDue(time.Ticks))
            _sweep.SweepSome(time.Ticks);
        return time;
    }
}
