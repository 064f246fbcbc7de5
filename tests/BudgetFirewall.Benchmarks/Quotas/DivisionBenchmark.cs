using BenchmarkDotNet.Attributes;
using BudgetFirewall.Benchmarks.Memory;

namespace BudgetFirewall.Benchmarks.Quotas;

/// <summary>The division of a pool among ten thousand members of different weights, half of whom want little, by each strategy.</summary>
[QuickRun]
public class DivisionBenchmark
{
    private QuotaPool _pool = null!;
    private Dictionary<BudgetScope, QuotaNeed> _needs = null!;

    [ParamsAllValues]
    public QuotaStrategy Strategy { get; set; }

    [GlobalSetup]
    public void Build()
    {
        var hasMinima = Strategy is QuotaStrategy.Reserved or QuotaStrategy.Dynamic;
        _pool = new()
        {
            Id = "all",
            Limit = 1_000_000m,
            Strategy = Strategy,
            Members = [.. Enumerable.Range(0, QuotaPool.MaxMembers).Select(i => new QuotaMember
            {
                Scope = BudgetScope.User($"user-{i:00000}"),
                Weight = 1 + (i * 7_919 % 1_000 / 1_000m),
                Priority = Strategy == QuotaStrategy.Priority ? i % 5 : 0,
                Minimum = hasMinima ? i * 31 % 50 : 0,
                Maximum = i % 3 == 0 ? 60 + (i * 17 % 100) : null,
            })],
        };
        _needs = _pool.Members.Select((member, i) => (member.Scope, i)).ToDictionary(
            pair => pair.Scope, pair => new QuotaNeed { Kept = pair.i * 13 % 40, Wanted = pair.i % 2 == 0 ? 20 + (pair.i % 77) : null, Used = pair.i * 101 % 5_000 });
    }

    [Benchmark]
    public QuotaDivision TenThousandMembers() => QuotaDivision.Of(_pool, _pool.Limit, _needs);
}
