using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;

namespace BudgetFirewall.Benchmarks.Memory;

/// <summary>What one decision takes beside the rate limiters of the platform.</summary>
[QuickRun]
[SuppressMessage("Design", "CA1001", Justification = "The clean-up disposes what it owns; benchmarks are made by inheritance.")]
public class DecisionBenchmark
{
    private readonly BudgetRequest _request = FiveLimits.Request;
    private PartitionedRateLimiter<BudgetRequest> _chained = null!;
    private TokenBucketRateLimiter _bucket = null!;
    private IBudgetFirewall _firewall = null!;

    [GlobalSetup]
    public void Build()
    {
        _chained = FiveLimits.ChainedLimiter();
        _bucket = new(FiveLimits.Bucket());
        _firewall = FiveLimits.Firewall();
    }

    [GlobalCleanup]
    public async Task DisposeAsync()
    {
        await _chained.DisposeAsync();
        await _bucket.DisposeAsync();
        await _firewall.DisposeAsync();
    }

    [Benchmark(Baseline = true)]
    public bool ChainedLimiter()
    {
        using var lease = _chained.AttemptAcquire(_request);
        return lease.IsAcquired;
    }

    [Benchmark]
    public bool TokenBucketLimiter()
    {
        using var lease = _bucket.AttemptAcquire();
        return lease.IsAcquired;
    }

    [Benchmark]
    public bool Check() => _firewall.TryCheckAsync(_request).AtOnce().IsAllowed;

    [Benchmark]
    public bool Spend() => _firewall.TrySpendAsync(_request).AtOnce().IsAllowed;

    [Benchmark]
    public decimal ReserveAndCommit() => _firewall.TryReserveAsync(_request).AtOnce().CommitAsync().AtOnce().Cost;
}
