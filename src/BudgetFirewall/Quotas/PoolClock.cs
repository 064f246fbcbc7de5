using System.Collections.Concurrent;
using System.Collections.Immutable;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>
/// Renews the pools that this process has heard of when their period ends, lets members in need borrow, and allocates the pools of the configuration. All of it happens in the background, one thing
/// after the other; no decision waits for it. Where there are no pools there is no timer.
/// </summary>
internal sealed class PoolClock : IAsyncDisposable
{
    private const int MaxPools = 10_000;

    // A pool is looked at soon after it is first heard of, since its period may have ended while no process was there; not at once, since whoever has made it is still at work.
    private static readonly TimeSpan FirstLook = WatchedPool.FirstLook;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    private readonly PoolWorker _worker;
    private readonly IQuotas _quotas;
    private readonly SettingsSource _settings;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<PoolName, WatchedPool> _pools = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private Task _running = Task.CompletedTask;
    private bool _isRunning;
    private bool _isWanted;
    private FirewallSettings? _allocated;
    private volatile FirewallSettings _seen;

    // The end of the first period to end, by the store's clock; the maximum while there is none, and while what has ended is being looked at.
    private long _endTicks = long.MaxValue;

    public PoolClock(PoolWorker worker, IQuotas quotas, SettingsSource settings, TimeProvider timeProvider, ILogger logger)
    {
        (_worker, _quotas, _settings, _timeProvider, _logger, _seen) = (worker, quotas, settings, timeProvider, logger, settings.Current);
        if (settings.Current.Quotas.Count > 0)
            Schedule(FirstLook);
    }

    /// <summary>Takes note of the pools whose budgets are among limits that this process has learnt.</summary>
    public void Learn(string? partition, ImmutableArray<LimitDefinition> limits)
    {
        foreach (var limit in limits)
        {
            if (limit.Budget is { PoolId: { } poolId } budget && IsNews(new(partition, poolId), budget))
            {
                NoticeEnds();
                Schedule(FirstLook);
            }
        }
    }

    /// <summary>True when a pool is to be looked at because of a budget of its: it was not known, or was looked at before and may be another one by now.</summary>
    private bool IsNews(PoolName name, Budget budget)
    {
        var now = _timeProvider.GetUtcNow();
        if (!_pools.TryGetValue(name, out var known))
            return _pools.Count < MaxPools && _pools.TryAdd(name, new(budget.Calendar, now));
        // A pool that was deleted may have been allocated again with another period.
        if (known.Calendar.Name != budget.CalendarName)
            return _pools.TryUpdate(name, new(budget.Calendar, now), known);
        if (known.DueAt <= now + FirstLook)
            return false;
        known.DueAt = now + FirstLook;
        return true;
    }

    /// <summary>Takes note of a decision: of the store's time, by which a period may have ended, and of budgets of pools that have refused, whose members are in need.</summary>
    public void Decided(DecisionCall call, DecisionAnswer answer)
    {
        if (!ReferenceEquals(_seen, _settings.Current))
        {
            _seen = _settings.Current;
            Schedule(FirstLook);
        }
        var end = Volatile.Read(ref _endTicks);
        if (end == long.MaxValue)
            return;
        if (answer.Now.UtcTicks >= end && Interlocked.CompareExchange(ref _endTicks, long.MaxValue, end) == end)
        {
            foreach (var watched in _pools.Values.Where(watched => !watched.IsFailing && watched.Period.End <= answer.Now.UtcDateTime))
                watched.DueAt = DateTimeOffset.MinValue;
            Schedule(TimeSpan.Zero);
        }
        if (answer.Status == DecisionStatus.Denied)
            Refused(call, answer);
    }

    private void Refused(DecisionCall call, DecisionAnswer answer)
    {
        for (var i = 0; i < call.Limits.Length; i++)
        {
            var demand = call.Limits[i];
            if (!answer.JudgementAt(i).IsRefusal || demand.Rule is not CounterRule { Budget.PoolId: { } poolId } rule || !_pools.TryGetValue(new(call.Partition, poolId), out var pool))
                continue;
            if (pool.Need(new(rule.Budget.Scope.Kind, demand.ScopeId), answer.Now, _timeProvider.GetUtcNow(), _settings.Current.QuotaReallocation))
                Schedule(TimeSpan.Zero);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task running;
        lock (_lock)
        {
            _stop.Cancel();
            _timer?.Dispose();
            running = _running;
        }
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private void Schedule(TimeSpan due)
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested)
                return;
            _timer ??= _timeProvider.CreateTimer(static clock => ((PoolClock)clock!).Run(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            if (due == TimeSpan.Zero)
                _isWanted = true;
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    private void Run()
    {
        lock (_lock)
        {
            _isWanted = true;
            if (_isRunning || _stop.IsCancellationRequested)
                return;
            _isRunning = true;
            _running = RunApart();
        }
    }

    // It must not run in the span or ambient context of the request that happens to start it.
    private Task RunApart()
    {
        if (ExecutionContext.IsFlowSuppressed())
            return Task.Run(RunAsync);
        using (ExecutionContext.SuppressFlow())
            return Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        while (IsWanted())
        {
            await AllocateConfiguredAsync().ConfigureAwait(false);
            foreach (var (name, pool) in _pools)
            {
                if (_stop.IsCancellationRequested)
                    return;
                if (pool.DueAt <= _timeProvider.GetUtcNow() || (pool.IsInNeed && !pool.IsFailing))
                    await WorkAsync(name, pool).ConfigureAwait(false);
            }
            NoticeEnds();
        }
    }

    private bool IsWanted()
    {
        lock (_lock)
        {
            _isRunning = _isWanted && !_stop.IsCancellationRequested;
            _isWanted = false;
            if (!_isRunning)
                ScheduleNext();
            return _isRunning;
        }
    }

    private void ScheduleNext()
    {
        if (_stop.IsCancellationRequested || (_pools.IsEmpty && _allocated == _settings.Current))
            return;
        var now = _timeProvider.GetUtcNow();
        var next = _pools.Values.Select(pool => pool.DueAt - now).Append(TimeSpan.FromHours(1)).Min();
        if (_allocated != _settings.Current)
            next = Retry;
        // A timer takes no more than some 49 days, and clocks may be set: an hour is soon enough to look again. Where the store's clock is behind this one, its period has not ended yet.
        _timer!.Change(next > TimeSpan.Zero ? next : FirstLook, Timeout.InfiniteTimeSpan);
    }

    // A pool that could not be renewed is tried again in time, and not at every decision.
    private void NoticeEnds() =>
        Volatile.Write(ref _endTicks, _pools.Values.Where(watched => !watched.IsFailing).Select(watched => watched.Period.End.Ticks).DefaultIfEmpty(long.MaxValue).Min());

    private async Task WorkAsync(PoolName name, WatchedPool watched)
    {
        try
        {
            if (await _worker.ReadyAsync(name.Partition, name.PoolId, _stop.Token).ConfigureAwait(false) is not { } pool)
            {
                _pools.TryRemove(KeyValuePair.Create(name, watched));
                return;
            }
            watched.Renewed(watched.Calendar.At(new(pool.State.Period, TimeSpan.Zero)), _timeProvider.GetUtcNow());
            var inNeed = watched.TakeNeed(_timeProvider.GetUtcNow());
            watched.Borrows = pool.Pool.Strategy is QuotaStrategy.Reserved or QuotaStrategy.Dynamic;
            HashSet<BudgetScope> members = [.. pool.Pool.Members.Select(member => member.Scope).Where(inNeed.Contains)];
            if (watched.Borrows && members.Count > 0)
                await _quotas.ReallocateAsync(name.PoolId, members, name.Partition, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // Whatever goes wrong, the next try may not.
        catch (Exception e)
#pragma warning restore CA1031
        {
            watched.Failed(_timeProvider.GetUtcNow() + Retry);
            QuotaLog.WorkFailed(_logger, name.PoolId, Retry, e);
        }
    }

    /// <summary>Allocates the pools of the configuration, once for each configuration.</summary>
    private async Task AllocateConfiguredAsync()
    {
        var settings = _settings.Current;
        if (settings == _allocated)
            return;
        var areAllDone = true;
        foreach (var pool in settings.Quotas)
        {
            try
            {
                if (await _quotas.AllocateAsync(pool, partition: null, _stop.Token).ConfigureAwait(false) is null)
                    await _quotas.UpdateAsync(pool, partition: null, _stop.Token).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever goes wrong, the next try may not.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (_stop.IsCancellationRequested)
                    return;
                QuotaLog.WorkFailed(_logger, pool.Id, Retry, e);
                areAllDone = false;
            }
        }
        if (areAllDone)
            _allocated = settings;
    }

    private readonly record struct PoolName(string? Partition, string PoolId);
}
