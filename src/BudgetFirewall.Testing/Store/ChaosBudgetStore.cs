using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Testing;

/// <summary>
/// A store around another that makes its calls fail or wait: the store cannot be reached, connections break, answers are lost after the write, and calls are slow.
/// Without a fault every call passes. Thread-safe; disposing it disposes the store inside.
/// </summary>
/// <remarks>
/// Random faults follow the seed in the order of the calls: a single caller sees the same faults in every run; among several callers, the order of their calls
/// decides who gets which.
/// </remarks>
public sealed class ChaosBudgetStore : IBudgetStore
{
    private readonly IBudgetStore _inner;
    private readonly TimeProvider _timeProvider;
    private readonly FaultPlan _plan;
    private int _calls;

    /// <summary>A store around another.</summary>
    /// <param name="inner">The store that does the calls.</param>
    /// <param name="timeProvider">The clock by which latency passes; null: the system's.</param>
    /// <param name="seed">The seed of the random faults and latencies.</param>
    /// <exception cref="ArgumentNullException"><paramref name="inner"/> is null.</exception>
    public ChaosBudgetStore(IBudgetStore inner, TimeProvider? timeProvider = null, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _plan = new(seed);
    }

    /// <summary>The number of calls so far, struck ones included.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Strikes the next such call, once. Several wait in line, and go before lasting faults.</summary>
    /// <param name="calls">The calls that it may strike.</param>
    /// <param name="fault">The fault; null lets the call pass.</param>
    public void StrikeNext(StoreCalls calls, IStoreFault? fault) => _plan.Next(calls, fault);

    /// <summary>Strikes every such call until <see cref="Heal"/>, in place of earlier lasting faults.</summary>
    /// <param name="calls">The calls that it strikes.</param>
    /// <param name="fault">The fault.</param>
    /// <exception cref="ArgumentNullException"><paramref name="fault"/> is null.</exception>
    public void Strike(StoreCalls calls, IStoreFault fault) => Strike(calls, fault, share: 1);

    /// <summary>Strikes a share of such calls by chance until <see cref="Heal"/>. Where several faults would strike a call, the one set latest does.</summary>
    /// <param name="calls">The calls that it may strike.</param>
    /// <param name="fault">The fault.</param>
    /// <param name="share">The share of calls, 0 to 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="fault"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is not from 0 to 1.</exception>
    public void Strike(StoreCalls calls, IStoreFault fault, double share)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (share is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share must be from 0 to 1.");
        _plan.Add(calls, share, fault);
    }

    /// <summary>Chooses the fault of each call by a delegate, until <see cref="Heal"/>.</summary>
    /// <param name="chooser">Gives the fault for a call of one kind; null lets it pass. Called one call at a time.</param>
    /// <exception cref="ArgumentNullException"><paramref name="chooser"/> is null.</exception>
    public void Strike(Func<StoreCalls, IStoreFault?> chooser)
    {
        ArgumentNullException.ThrowIfNull(chooser);
        _plan.Choose(chooser);
    }

    /// <summary>Lets such calls take time before they are made, until <see cref="Heal"/>.</summary>
    /// <param name="calls">The calls that are slow.</param>
    /// <param name="least">The least time.</param>
    /// <param name="most">The most time.</param>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative, or the least is more than the most.</exception>
    public void Slow(StoreCalls calls, TimeSpan least, TimeSpan most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(least, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, least);
        _plan.Slow(calls, least, most);
    }

    /// <summary>Ends every fault and latency. Calls that hang in a <see cref="StoreStall"/> go on hanging.</summary>
    public void Heal() => _plan.Clear();

    /// <inheritdoc/>
    public ValueTask<DecisionAnswer> DecideAsync(DecisionCall call) => PassAsync(StoreCalls.Decide, () => _inner.DecideAsync(call));

    /// <inheritdoc/>
    public ValueTask<bool> UndoAsync(DecisionCall call, DecisionAnswer answer) => PassAsync(StoreCalls.Settle, () => _inner.UndoAsync(call, answer));

    /// <inheritdoc/>
    public ValueTask<DecisionAnswer> ExplainAsync(DecisionCall call) => PassAsync(StoreCalls.Status, () => _inner.ExplainAsync(call));

    /// <inheritdoc/>
    public ValueTask<SettleAnswer> SettleAsync(SettleCall call) => PassAsync(StoreCalls.Settle, () => _inner.SettleAsync(call));

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> ExtendAsync(HeldReservation reservation, TimeSpan lease) =>
        PassAsync(StoreCalls.Extend, () => _inner.ExtendAsync(reservation, lease));

    /// <inheritdoc/>
    public ValueTask<HeldReservation?> FindReservationAsync(string? partition, string? operationScope, string operationId) =>
        PassAsync(StoreCalls.Find, () => _inner.FindReservationAsync(partition, operationScope, operationId));

    /// <summary>The secret of the store inside; no fault strikes it.</summary>
    /// <inheritdoc/>
    public ReadOnlyMemory<byte> ReservationSecret(string? partition) => _inner.ReservationSecret(partition);

    /// <inheritdoc/>
    public ValueTask<StatusAnswer> ReadStatusAsync(StatusCall call) => PassAsync(StoreCalls.Status, () => _inner.ReadStatusAsync(call));

    /// <inheritdoc/>
    public ValueTask<AdaptAnswer> AdaptAsync(AdaptCall call) => PassAsync(StoreCalls.Adapt, () => _inner.AdaptAsync(call));

    /// <inheritdoc/>
    public ValueTask<FrozenLimit> FreezeLimitAsync(string? partition, CounterRule rule, string scopeId) =>
        PassAsync(StoreCalls.Limit, () => _inner.FreezeLimitAsync(partition, rule, scopeId));

    /// <inheritdoc/>
    public ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion) =>
        PassAsync(StoreCalls.Catalog, () => _inner.ReadCatalogAsync(partition, knownVersion));

    /// <inheritdoc/>
    public ValueTask<string?> SetLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitDefinition> limits, ImmutableArray<LimitChange> changes = default) =>
        PassAsync(StoreCalls.Catalog, () => _inner.SetLimitsAsync(partition, expectedVersion, limits, changes));

    /// <inheritdoc/>
    public ValueTask<bool> RemoveLimitAsync(string? partition, LimitKey limit) =>
        PassAsync(StoreCalls.Catalog, () => _inner.RemoveLimitAsync(partition, limit));

    /// <inheritdoc/>
    public ValueTask<string?> RemoveLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitKey> limits, ImmutableArray<LimitChange> changes = default) =>
        PassAsync(StoreCalls.Catalog, () => _inner.RemoveLimitsAsync(partition, expectedVersion, limits, changes));

    /// <inheritdoc/>
    public ValueTask<CounterReset?> ResetAsync(string? partition, CounterFamily family, string scopeId) =>
        PassAsync(StoreCalls.Catalog, () => _inner.ResetAsync(partition, family, scopeId));

    /// <inheritdoc/>
    public ValueTask<CountersAnswer> ReadCountersAsync(string? partition, ImmutableArray<CounterName> counters) =>
        PassAsync(StoreCalls.Status, () => _inner.ReadCountersAsync(partition, counters));

    /// <inheritdoc/>
    public ValueTask<StoreDocument?> ReadDocumentAsync(string? partition, string name, string? knownVersion) =>
        PassAsync(StoreCalls.Document, () => _inner.ReadDocumentAsync(partition, name, knownVersion));

    /// <inheritdoc/>
    public ValueTask<string?> WriteDocumentAsync(
        string? partition, string name, string expectedVersion, ReadOnlyMemory<byte>? content, DateTimeOffset? expiresAt, ImmutableArray<LimitChange> changes = default) =>
        PassAsync(StoreCalls.Document, () => _inner.WriteDocumentAsync(partition, name, expectedVersion, content, expiresAt, changes));

    /// <inheritdoc/>
    public ValueTask<AllowanceAnswer> GrantAsync(AllowanceCall call) => PassAsync(StoreCalls.Allowance, () => _inner.GrantAsync(call));

    /// <inheritdoc/>
    public ValueTask<CorrectionAnswer> CorrectAsync(CorrectionCall call) => PassAsync(StoreCalls.Correction, () => _inner.CorrectAsync(call));

    /// <inheritdoc/>
    public ValueTask<AskApprovalAnswer> AskApprovalAsync(AskApprovalCall call) => PassAsync(StoreCalls.Approval, () => _inner.AskApprovalAsync(call));

    /// <inheritdoc/>
    public ValueTask<DecideApprovalAnswer> DecideApprovalAsync(DecideApprovalCall call) => PassAsync(StoreCalls.Approval, () => _inner.DecideApprovalAsync(call));

    /// <inheritdoc/>
    public ValueTask<ReadApprovalsAnswer> ReadApprovalsAsync(ReadApprovalsCall call) => PassAsync(StoreCalls.Approval, () => _inner.ReadApprovalsAsync(call));

    /// <summary>Disposes the store inside.</summary>
    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private ValueTask<T> PassAsync<T>(StoreCalls kind, Func<ValueTask<T>> call)
    {
        Interlocked.Increment(ref _calls);
        var (fault, latency) = _plan.For(kind);
        if (latency > TimeSpan.Zero)
            return DelayAsync(fault, latency, call);
        return fault is null ? call() : fault.ApplyAsync(call);
    }

    private async ValueTask<T> DelayAsync<T>(IStoreFault? fault, TimeSpan latency, Func<ValueTask<T>> call)
    {
        await Task.Delay(latency, _timeProvider).ConfigureAwait(false);
        return fault is null ? await call().ConfigureAwait(false) : await fault.ApplyAsync(call).ConfigureAwait(false);
    }
}
