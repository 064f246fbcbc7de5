using System.Diagnostics;

namespace BudgetFirewall.Reliability;

/// <summary>Does a job: callers that decide, settle, try again under the same id, and write down what they see.</summary>
public sealed class Workload : IAsyncDisposable
{
    private readonly WorkJob _job;
    private readonly IBudgetFirewall _firewall;
    private readonly DataLossCounter _losses = new();
    private readonly Trace _trace;
    private readonly Tally _tally = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ProviderCalls? _provider;
    private readonly ApprovalCalls _approvals;
    private long _begun;
    private long _turns;
    private long _taken;

    public Workload(WorkJob job)
    {
        _job = job;
        _trace = new(job.TracePath);
        _firewall = FirewallOf(job, new WrongClock(TimeSpan.FromSeconds(job.ClockErrorSeconds)), _losses);
        _approvals = new(_firewall, _tally);
        _provider = job.Provider is { } address ? new(address, _firewall, _tally) : null;
    }

    /// <summary>Meets the server.</summary>
    public async Task WarmUpAsync()
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                _ = await _firewall.GetStatusAsync(BudgetScope.Global);
                return;
            }
            catch (BudgetFirewallException) when (tries < 40)
            {
                await Task.Delay(250);
            }
        }
    }

    public void Stop() => _stop.Cancel();

    public async Task<WorkResult> RunAsync()
    {
        _begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, _job.Callers).Select(caller => Task.Run(() => CallAsync(caller))));
        return _tally.Result(_losses.Count);
    }

    public async ValueTask DisposeAsync()
    {
        _provider?.Dispose();
        await _firewall.DisposeAsync();
        _trace.Dispose();
        _stop.Dispose();
    }

    private static IBudgetFirewall FirewallOf(WorkJob job, TimeProvider clock, DataLossCounter losses) => LedgerJob.Use(job, new BudgetFirewallBuilder())
        .Configure(options =>
        {
            options.Budgets.Add(job.Kind == WorkKind.Approve ? ApprovalCalls.BudgetOf(job) : new Budget { Scope = BudgetScope.Global, Limit = job.Limit, Period = job.Period });
            options.Approvals.AskAgainAfter = TimeSpan.Zero;
            if (job.Users > 0)
                options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = job.UserLimit, Period = job.Period });
            if (job.Provider is not null)
                options.RateLimits.Add(ProviderCalls.LimitOf(job));
            foreach (var limit in WorkLimits.Of(job))
                options.RateLimits.Add(limit);
            options.KeyPrefix = job.Prefix;
            options.OperationIdRetention = TimeSpan.FromSeconds(job.RetentionSeconds);
            options.StoreTimeout = TimeSpan.FromSeconds(job.StoreTimeoutSeconds);
            options.ReservationLease = TimeSpan.FromSeconds(job.LeaseSeconds);
        })
        .UseTimeProvider(clock)
        .UseLoggerFactory(losses)
        .UseRedis(job.Address + ",connectTimeout=1000", redis =>
        {
            redis.WaitForReplicas = job.WaitForReplicas;
            redis.OnDataLoss = job.DeniesOnDataLoss ? DataLossReaction.Deny : DataLossReaction.Report;
        })
        .Build();

    private async Task CallAsync(int caller)
    {
        var random = new Random(unchecked((_job.Seed * 397) ^ (caller * 7919)));
        for (var i = 0; Interlocked.Increment(ref _taken) <= _job.Calls && await MayGoOnAsync(); i++)
        {
            var user = _job.Users > 0 ? $"user-{random.Next(_job.Users)}" : null;
            var request = new BudgetRequest { Provider = "load", Cost = 1m, UserId = user, OperationId = $"{_job.Name}-{caller}-{i}" };
            if (_job.Kind == WorkKind.Follow)
                await _provider!.CallAsync(random);
            else if (_job.Kind == WorkKind.Approve)
                await _approvals.CallAsync(random);
            else if (_job.Kind == WorkKind.Take)
                await TakeAsync(request, random);
            else
                await DoAsync(new CallSeries(_job, _firewall, _trace, _tally, request, random));
        }
    }

    // Half of them leave the id to the library, which gives back by itself what was granted too late.
    private Task TakeAsync(BudgetRequest request, Random random)
    {
        var take = request with { OperationId = random.Next(2) == 0 ? request.OperationId : null, Permits = _job.HasWindows ? random.Next(1, 4) : 1 };
        return new TakeSeries(_job, _firewall, _trace, _tally, take, request.OperationId!, random).TakeAsync();
    }

    private Task DoAsync(CallSeries series) => _job.Kind switch
    {
        WorkKind.Reserve => series.ReserveAsync(),
        WorkKind.Commit => series.ReserveAndCommitAsync(),
        WorkKind.Mixed => series.ReserveAndSettleAsync(),
        WorkKind.Spend => series.SpendAsync(),
        _ => series.ChargeAsync(),
    };

    private async ValueTask<bool> MayGoOnAsync()
    {
        if (_job.PerSecond < double.MaxValue)
        {
            var turn = Interlocked.Increment(ref _turns);
            var wait = TimeSpan.FromSeconds(turn / _job.PerSecond) - Stopwatch.GetElapsedTime(_begun);
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait);
        }
        return !_stop.IsCancellationRequested && Stopwatch.GetElapsedTime(_begun).TotalSeconds < _job.Seconds;
    }
}
