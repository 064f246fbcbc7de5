using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;

namespace BudgetFirewall.Benchmarks.Memory;

/// <summary>A check of one rate limit of each algorithm, which never refuses.</summary>
[QuickRun]
[SuppressMessage("Design", "CA1001", Justification = "The clean-up disposes what it owns; benchmarks are made by inheritance.")]
public class RateLimitBenchmark
{
    private readonly BudgetRequest _request = new() { Provider = "openai", Cost = 0 };
    private IBudgetFirewall _bucket = null!;
    private IBudgetFirewall _leaky = null!;
    private IBudgetFirewall _fixed = null!;
    private IBudgetFirewall _sliding = null!;

    [GlobalSetup]
    public void Build()
    {
        _bucket = RateLimited.Firewall(RateLimited.TokenBucket);
        _leaky = RateLimited.Firewall(RateLimited.LeakyBucket);
        _fixed = RateLimited.Firewall(RateLimited.FixedWindow);
        _sliding = RateLimited.Firewall(RateLimited.SlidingWindow(TimeSpan.FromSeconds(1)));
    }

    [GlobalCleanup]
    public async Task DisposeAsync()
    {
        await _bucket.DisposeAsync();
        await _leaky.DisposeAsync();
        await _fixed.DisposeAsync();
        await _sliding.DisposeAsync();
    }

    [Benchmark(Baseline = true)]
    public bool TokenBucket() => _bucket.TryCheckAsync(_request).AtOnce().IsAllowed;

    [Benchmark]
    public bool LeakyBucket() => _leaky.TryCheckAsync(_request).AtOnce().IsAllowed;

    [Benchmark]
    public bool FixedWindow() => _fixed.TryCheckAsync(_request).AtOnce().IsAllowed;

    /// <summary>At this rate about two thousand takes are kept.</summary>
    [Benchmark]
    public bool SlidingWindow() => _sliding.TryCheckAsync(_request).AtOnce().IsAllowed;
}
