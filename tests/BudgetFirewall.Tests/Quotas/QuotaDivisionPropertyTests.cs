using FsCheck;
using FsCheck.Fluent;

namespace BudgetFirewall.Tests;

/// <summary>For any pool, amount and needs.</summary>
public sealed class QuotaDivisionPropertyTests
{
    private static readonly Gen<AnyDivision> KeepingNothing = AnyDivision.Any.Select(given => given with { Members = [.. given.Members.Select(member => member with { Kept = 0 })] });

    private static readonly Gen<AnyDivision> Fair = KeepingNothing.Select(given => given with { Strategy = QuotaStrategy.FairShare });

    [Fact]
    public void The_shares_and_the_rest_add_up_to_the_amount_exactly() => ForAll(AnyDivision.Any, given =>
    {
        var division = QuotaDivision.Of(given.Pool, given.Amount, given.Needs);

        (division.Allocations.Sum(share => share.Amount) + division.Undivided).Should().Be(given.Amount);
        division.Undivided.Should().BeGreaterThanOrEqualTo(0m);
        division.Allocations.Should().OnlyContain(share => share.Amount >= 0m && share.Amount == decimal.Truncate(share.Amount));
    });

    [Fact]
    public void Nobody_gets_more_than_it_wants_apart_from_what_it_keeps() => ForAll(AnyDivision.Any, given =>
    {
        var shares = given.Shares();

        for (var i = 0; i < shares.Length; i++)
            shares[i].Should().BeLessThanOrEqualTo(Math.Max(given.MostOf(given.Members[i]), given.Members[i].Kept));
    });

    [Fact]
    public void What_members_keep_is_theirs_while_the_amount_has_it() => ForAll(AnyDivision.Any, given =>
    {
        var kept = given.Members.Sum(member => (decimal)member.Kept);
        var shares = given.Shares();

        for (var i = 0; i < shares.Length; i++)
            (kept <= given.Amount ? shares[i] >= given.Members[i].Kept : shares[i] <= given.Members[i].Kept).Should().BeTrue();
    });

    [Fact]
    public void Minima_are_given_to_all_who_want_them_while_the_amount_has_them() => ForAll(KeepingNothing, given =>
    {
        var minima = given.Members.Select(member => Math.Min(given.MinimumOf(member), given.MostOf(member))).ToArray();
        var shares = given.Shares();

        for (var i = 0; i < shares.Length; i++)
            (minima.Sum() <= given.Amount ? shares[i] >= minima[i] : shares[i] <= minima[i]).Should().BeTrue();
    });

    [Fact]
    public void The_order_of_the_members_does_not_matter() => ForAll(AnyDivision.Any, given =>
    {
        var pool = given.Pool;

        var reversed = QuotaDivision.Of(pool with { Members = [.. pool.Members.Reverse()] }, given.Amount, given.Needs.Reverse().ToDictionary(need => need.Key, need => need.Value));

        reversed.Allocations.Should().Equal(QuotaDivision.Of(pool, given.Amount, given.Needs).Allocations);
    });

    [Fact]
    public void Fair_shares_are_the_exact_ones_rounded_down_or_up() => ForAll(Fair, given =>
    {
        var exact = given.ExactFairShares(given.Amount);
        var shares = given.Shares();

        for (var i = 0; i < shares.Length; i++)
        {
            var floor = exact[i].Share / exact[i].Of;
            (shares[i] == floor || (shares[i] == floor + 1 && !(exact[i].Share % exact[i].Of).IsZero)).Should().BeTrue($"{shares[i]} is not {exact[i].Share}/{exact[i].Of} rounded, of {given}");
        }
    });

    [Fact]
    public void With_a_larger_amount_no_exact_share_is_smaller() => ForAll(from given in Fair from more in Gen.Choose(1, 1_000) select (given, more), pair =>
    {
        var (less, more) = (pair.given.ExactFairShares(pair.given.Amount), pair.given.ExactFairShares(pair.given.Amount + pair.more));

        for (var i = 0; i < less.Length; i++)
            (less[i].Share * more[i].Of <= more[i].Share * less[i].Of).Should().BeTrue();
    });

    [Fact]
    public void With_a_larger_amount_nobody_loses_more_than_one_unit_of_rounding() => ForAll(from given in KeepingNothing from more in Gen.Choose(1, 1_000) select (given, more), pair =>
    {
        var grains = pair.given.Strategy == QuotaStrategy.Dynamic ? pair.given.Members.Length : 1;
        var (less, more) = (pair.given.Shares(pair.given.Amount - Math.Min(pair.more, pair.given.Amount)), pair.given.Shares());

        for (var i = 0; i < less.Length; i++)
            more[i].Should().BeGreaterThanOrEqualTo(less[i] - grains);
    });

    [Fact]
    public void Nobody_who_wants_more_has_less_than_another_by_weight_with_fair_shares() => ForAll(Fair, given =>
    {
        var shares = given.Shares();

        for (var i = 0; i < shares.Length; i++)
        {
            if (shares[i] == given.MostOf(given.Members[i]))
                continue;
            for (var j = 0; j < shares.Length; j++)
                ((shares[j] - 1) * given.Members[i].Weight).Should().BeLessThanOrEqualTo((shares[i] + 1) * given.Members[j].Weight);
        }
    });

    [Fact]
    public void Nobody_of_a_later_tier_gets_anything_before_the_earlier_ones_have_all_they_want() => ForAll(KeepingNothing.Select(given => given with { Strategy = QuotaStrategy.Priority }), given =>
    {
        var shares = given.Shares();
        var first = given.Members.Zip(shares).Where(pair => pair.Second > 0).Select(pair => pair.First.Priority).DefaultIfEmpty().Max();

        given.Members.Zip(shares).Where(pair => pair.First.Priority < first).All(pair => pair.Second == given.MostOf(pair.First)).Should().BeTrue();
    });

    private static void ForAll<T>(Gen<T> cases, Action<T> holds) =>
        Prop.ForAll(cases.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
}
