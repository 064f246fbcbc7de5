using BudgetFirewall.Storage;
using FsCheck;
using FsCheck.Fluent;

namespace BudgetFirewall.Ledger.Tests.Allocations;

/// <summary>For any amount and any weights.</summary>
public sealed class AmountSharesTests
{
    private static readonly Gen<long> AnyWeight = Gen.OneOf(
        Gen.Choose(0, 5).Select(weight => (long)weight), Gen.Choose(1, int.MaxValue).Select(weight => (long)weight), Gen.Choose(1, int.MaxValue).Select(weight => weight * 4_294_967_296L), Gen.Constant(9_000_000_000_000_000_000L));

    private static readonly Gen<long> AnyAmount = Gen.OneOf(Gen.Choose(0, 30).Select(amount => (long)amount), Gen.Choose(0, int.MaxValue).Select(amount => amount * 4_000_000_007L), Gen.Constant(9_000_000_000_000_000_000L));

    private static readonly Gen<(long Amount, long[] Weights)> Any =
        from amount in AnyAmount
        from count in Gen.Choose(1, 12)
        from weights in AnyWeight.ArrayOf(count)
        where weights.Any(weight => weight > 0)
        select (amount, weights);

    [Fact]
    public void The_shares_add_up_exactly_and_none_is_negative() => ForAll(given =>
    {
        var shares = AmountShares.Of(given.Amount, given.Weights);

        shares.Aggregate((Int128)0, (sum, share) => sum + share).Should().Be((Int128)given.Amount);
        shares.Should().HaveCount(given.Weights.Length).And.OnlyContain(share => share >= 0);
    });

    [Fact]
    public void Each_share_is_its_quota_rounded_down_or_up_and_nobody_without_weight_gets_any() => ForAll(given =>
    {
        var shares = AmountShares.Of(given.Amount, given.Weights);

        var all = given.Weights.Aggregate((Int128)0, (sum, weight) => sum + weight);
        for (var i = 0; i < shares.Length; i++)
        {
            var (down, fraction) = System.Numerics.BigInteger.DivRem((System.Numerics.BigInteger)given.Amount * given.Weights[i], (System.Numerics.BigInteger)all, out var rest) is var quotient ? (quotient, rest) : default;
            ((System.Numerics.BigInteger)shares[i] - down).Should().BeInRange(0, fraction.IsZero ? 0 : 1);
        }
    });

    [Fact]
    public void Whoever_loses_a_larger_fraction_is_filled_up_first_and_of_equal_ones_the_first() => ForAll(given =>
    {
        var shares = AmountShares.Of(given.Amount, given.Weights);

        var all = given.Weights.Aggregate(System.Numerics.BigInteger.Zero, (sum, weight) => sum + weight);
        var exact = given.Weights.Select(weight => (System.Numerics.BigInteger)given.Amount * weight).ToArray();
        var expected = exact.Select(product => (long)(product / all)).ToArray();
        var left = (int)(given.Amount - expected.Aggregate((Int128)0, (sum, share) => sum + share));
        foreach (var i in Enumerable.Range(0, exact.Length).OrderByDescending(i => exact[i] % all).Take(left))
            expected[i]++;
        shares.Should().Equal(expected);
    });

    [Fact]
    public void Reversed_weights_give_reversed_shares_apart_from_ties() => ForAll(given =>
    {
        var distinct = given with { Weights = [.. given.Weights.Distinct().Where(weight => weight > 0)] };

        var reversed = AmountShares.Of(distinct.Amount, [.. distinct.Weights.Reverse()]);

        // Different weights may lose equal fractions; then one nano is elsewhere.
        reversed.Reverse().Zip(AmountShares.Of(distinct.Amount, distinct.Weights)).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) <= 1);
    });

    [Fact]
    public void Three_thirds_of_one_are_one()
    {
        AmountShares.Of(1_000_000_000, [1, 1, 1]).Should().Equal(333_333_334, 333_333_333, 333_333_333);
        AmountShares.Of(5, [0, 3, 0]).Should().Equal(0, 5, 0);
        AmountShares.Of(0, [1, 2]).Should().Equal(0, 0);
    }

    [Fact]
    public void Nothing_can_be_divided_by_no_weight_or_by_one_below_zero()
    {
        FluentActions.Invoking(() => AmountShares.Of(1, [0, 0])).Should().Throw<ArgumentException>().WithMessage("No weight is above 0.*").WithParameterName("weights");
        FluentActions.Invoking(() => AmountShares.Of(1, [])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => AmountShares.Of(1, [1, -1])).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("weights");
        FluentActions.Invoking(() => AmountShares.Of(-1, [1])).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("amount");
    }

    private static void ForAll(Action<(long Amount, long[] Weights)> check) => Prop.ForAll(Any.ToArbitrary(), check).QuickCheckThrowOnFailure();
}
