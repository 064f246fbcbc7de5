using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace BudgetFirewall.Tests;

/// <summary>A pool of any strategy, an amount and the needs of its members, in whole units.</summary>
internal sealed record AnyDivision(QuotaStrategy Strategy, long Amount, AnyMember[] Members)
{
    private static readonly Gen<long> AmountGen = Gen.Frequency(
        (4, Gen.Choose(0, 1_000).Select(amount => (long)amount)),
        (2, Gen.Choose(0, int.MaxValue).Select(amount => (long)amount * 4_000)),
        (1, Gen.Elements(0L, 1L, 9_000_000_000_000L)));

    private static readonly Gen<decimal> Weight = Gen.Frequency(
        (4, Gen.Choose(1, 9).Select(weight => (decimal)weight)),
        (2, Gen.Choose(1, int.MaxValue).Select(weight => weight / 1_000_000m)),
        (1, Gen.Elements(0.000001m, 1_000_000m)));

    private static readonly Gen<AnyMember> Member =
        from weight in Weight
        from priority in Gen.Choose(0, 3)
        from minimum in Gen.Choose(0, 200)
        from maximum in AmountGen
        from wanted in AmountGen
        from kept in AmountGen
        from used in AmountGen
        from given in Gen.Elements(true, false).ArrayOf(5)
        select new AnyMember(weight, priority, given[0] ? minimum : 0, given[1] ? maximum : null, given[2] ? wanted : null, given[3] ? kept : 0, given[4] ? used : null);

    public static Gen<AnyDivision> Any { get; } =
        from strategy in Gen.Elements(Enum.GetValues<QuotaStrategy>())
        from amount in AmountGen
        from count in Gen.Choose(1, 12)
        from members in Member.ArrayOf(count)
        select new AnyDivision(strategy, amount, members);

    public bool HasMinima => Strategy is QuotaStrategy.Reserved or QuotaStrategy.Dynamic;

    public QuotaPool Pool => new()
    {
        Id = "p",
        Unit = "record",
        // Minima are checked against the limit, and amounts below it are divided too.
        Limit = 9_000_000_000_000m,
        Strategy = Strategy,
        Dynamics = new() { Floor = 0.25m, Ceiling = 0.5m },
        Members = [.. Members.Select((member, i) => new QuotaMember
        {
            Scope = ScopeOf(i),
            Weight = member.Weight,
            Priority = Strategy == QuotaStrategy.Priority ? member.Priority : 0,
            Minimum = MinimumOf(member),
            Maximum = member.Maximum is { } maximum ? Math.Max(maximum, MinimumOf(member)) : null,
        })],
    };

    public Dictionary<BudgetScope, QuotaNeed> Needs => Members
        .Select((member, i) => (Scope: ScopeOf(i), Need: new QuotaNeed { Kept = member.Kept, Wanted = member.Wanted, Used = member.Used }))
        .ToDictionary(pair => pair.Scope, pair => pair.Need);

    public long MinimumOf(AnyMember member) => HasMinima ? member.Minimum : 0;

    /// <summary>The most that a member may get, apart from what it keeps.</summary>
    public long MostOf(AnyMember member) => Math.Min(member.Wanted ?? long.MaxValue, member.Maximum is { } maximum ? Math.Max(maximum, MinimumOf(member)) : long.MaxValue);

    public long[] Shares() => Shares(Amount);

    public long[] Shares(long amount) => [.. QuotaDivision.Of(Pool, amount, Needs).Allocations.OrderBy(share => share.Scope.Id, StringComparer.Ordinal).Select(share => (long)share.Amount)];

    /// <summary>The exact weighted max-min shares of members that keep nothing, as fractions: by giving all their part, again and again, and settling those that want less.</summary>
    public (BigInteger Share, BigInteger Of)[] ExactFairShares(long amount)
    {
        var shares = new (BigInteger Share, BigInteger Of)[Members.Length];
        var open = Enumerable.Range(0, Members.Length).ToList();
        var rest = (BigInteger)amount;
        while (open.Count > 0)
        {
            var weight = open.Aggregate(BigInteger.Zero, (sum, i) => sum + WeightOf(i));
            var settled = open.Where(i => MostOf(Members[i]) * weight <= WeightOf(i) * rest).ToList();
            foreach (var i in settled.Count > 0 ? settled : open)
                shares[i] = settled.Count > 0 ? (MostOf(Members[i]), 1) : (WeightOf(i) * rest, weight);
            if (settled.Count == 0)
                break;
            rest -= settled.Aggregate(BigInteger.Zero, (sum, i) => sum + MostOf(Members[i]));
            open.RemoveAll(settled.Contains);
        }
        return shares;
    }

    public override string ToString() => $"{Strategy} {Amount}: {string.Join(", ", Members.Select(member => member.ToString()))}";

    private static BudgetScope ScopeOf(int i) => BudgetScope.Project($"m{i:00}");

    private BigInteger WeightOf(int i) => new(Members[i].Weight * 1_000_000m);
}

/// <summary>A member of a pool and its needs.</summary>
internal sealed record AnyMember(decimal Weight, int Priority, long Minimum, long? Maximum, long? Wanted, long Kept, long? Used);
