using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;

namespace BudgetFirewall.Benchmarks.Memory;

/// <summary>The same number of calls on one core and on all, by users of their own; provider, project and global budget are everybody's.</summary>
[QuickRun]
[SuppressMessage("Design", "CA1001", Justification = "The clean-up disposes what it owns; benchmarks are made by inheritance.")]
public class CoresBenchmark
{
    private const int Calls = 1 << 17;

    private readonly BudgetRequest[] _requests = [.. Enumerable.Range(0, Environment.ProcessorCount)
        .Select(i => FiveLimits.Request with { UserId = $"user-{i:000000}" })];

    private IBudgetFirewall _firewall = null!;

    [GlobalSetup]
    public void Build() => _firewall = FiveLimits.Firewall();

    [GlobalCleanup]
    public ValueTask DisposeAsync() => _firewall.DisposeAsync();

    [Benchmark(OperationsPerInvoke = Calls, Baseline = true)]
    public void ReserveAndCommitOnOne() => Run(1, ReserveAndCommit);

    [Benchmark(OperationsPerInvoke = Calls)]
    public void ReserveAndCommitOnAll() => Run(_requests.Length, ReserveAndCommit);

    [Benchmark(OperationsPerInvoke = Calls)]
    public void CheckOnOne() => Run(1, Check);

    [Benchmark(OperationsPerInvoke = Calls)]
    public void CheckOnAll() => Run(_requests.Length, Check);

    private void Check(BudgetRequest request) => _ = _firewall.TryCheckAsync(request).AtOnce();

    private void ReserveAndCommit(BudgetRequest request) => _ = _firewall.TryReserveAsync(request).AtOnce().CommitAsync().AtOnce();

    private void Run(int cores, Action<BudgetRequest> call)
    {
        var threads = _requests[..cores].Select(request => new Thread(() =>
        {
            for (var i = 0; i < Calls / cores; i++)
                call(request);
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
    }
}
