using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;

namespace BudgetFirewall.Benchmarks.Memory;

/// <summary>The same work for few and for many active users, who call in no order.</summary>
[QuickRun]
[SuppressMessage("Design", "CA1001", Justification = "The clean-up disposes what it owns; benchmarks are made by inheritance.")]
public class UsersBenchmark
{
    private const int Few = 1_000;
    private const int Many = 1_000_000;

    private IBudgetFirewall _firewall = null!;
    private string[] _users = null!;
    private uint _next;

    [GlobalSetup(Target = nameof(AThousandUsers))]
    public void BeAThousand() => Build(Few);

    [GlobalSetup(Target = nameof(AMillionUsers))]
    public void BeAMillion() => Build(Many);

    [GlobalCleanup]
    public ValueTask DisposeAsync() => _firewall.DisposeAsync();

    [Benchmark(Baseline = true)]
    public ChargeReceipt AThousandUsers() => ReserveAndCommit();

    [Benchmark]
    public ChargeReceipt AMillionUsers() => ReserveAndCommit();

    private ChargeReceipt ReserveAndCommit()
    {
        // A linear congruence visits the users in no order, and every one of them as often.
        _next = unchecked((_next * 1_664_525) + 1_013_904_223);
        var user = _users[(int)((ulong)_next * (ulong)_users.Length >> 32)];
        return _firewall.TryReserveAsync(FiveLimits.Request with { UserId = user }).AtOnce().CommitAsync().AtOnce();
    }

    private void Build(int users)
    {
        _firewall = FiveLimits.Firewall();
        _users = [.. Enumerable.Range(0, users).Select(i => $"user-{i:000000}")];
        foreach (var user in _users)
            _ = _firewall.TrySpendAsync(FiveLimits.Request with { UserId = user }).AtOnce();
    }
}
