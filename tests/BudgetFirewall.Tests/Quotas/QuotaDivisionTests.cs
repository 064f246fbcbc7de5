using static System.FormattableString;

namespace BudgetFirewall.Tests;

/// <summary>Who gets what of a pool, by each strategy.</summary>
public sealed class QuotaDivisionTests
{
    [Fact]
    public void Equal_members_get_equal_parts_and_the_first_by_name_what_is_left_over()
    {
        var division = QuotaDivision.Of(Pool(1m, ["a", "b", "c"]), 1m);

        Amounts(division).Should().Equal(0.333333334m, 0.333333333m, 0.333333333m);
        division.Undivided.Should().Be(0m);
    }

    [Fact]
    public void Of_many_equal_members_those_get_one_more_that_are_first_by_name()
    {
        var division = QuotaDivision.Of(Pool(1m, [.. Enumerable.Range(0, 40).Select(i => Invariant($"m{i:00}"))]), 0.000000060m);

        Amounts(division).Should().Equal([.. Enumerable.Repeat(0.000000002m, 20), .. Enumerable.Repeat(0.000000001m, 20)]);
    }

    [Fact]
    public void Weights_share_in_proportion_and_the_largest_fractions_are_rounded_up()
    {
        var pool = Pool(10m, [Member("a", weight: 6m), Member("b", weight: 6m), Member("c", weight: 2m)]) with { Unit = "request" };

        Amounts(QuotaDivision.Of(pool, 10m)).Should().Equal(4m, 4m, 2m);
    }

    [Fact]
    public void A_larger_amount_may_cost_a_member_one_unit_of_rounding_and_no_more()
    {
        var pool = Pool(10m, [Member("a", weight: 6m), Member("b", weight: 6m), Member("c", weight: 2m)]) with { Unit = "request" };

        Amounts(QuotaDivision.Of(pool, 11m)).Should().Equal(5m, 5m, 1m);
    }

    [Fact]
    public void What_one_does_not_want_others_get_as_in_Doormans_fair_share()
    {
        var pool = Pool(120m, ["a", "b", "c"]);

        var division = QuotaDivision.Of(pool, 120m, Wanting(("a", 1_000m), ("b", 50m), ("c", 10m)));

        Amounts(division).Should().Equal(60m, 50m, 10m);
    }

    [Fact]
    public void Maxima_are_wants()
    {
        var pool = Pool(120m, [Member("a", maximum: 1_000m), Member("b", maximum: 50m), Member("c", maximum: 10m)]);

        Amounts(QuotaDivision.Of(pool, 120m)).Should().Equal(60m, 50m, 10m);
    }

    [Fact]
    public void What_nobody_wants_stays_undivided()
    {
        var division = QuotaDivision.Of(Pool(120m, [Member("a", maximum: 30m), Member("b", maximum: 50m)]), 120m);

        Amounts(division).Should().Equal(30m, 50m);
        division.Undivided.Should().Be(40m);
    }

    [Fact]
    public void Tiers_are_filled_in_order_and_fairly_within_each()
    {
        var pool = Pool(100m, [Member("a", priority: 1, maximum: 30m), Member("b", priority: 1, maximum: 90m), Member("c", priority: 0, maximum: 20m), Member("d", priority: 2)])
            with
        { Strategy = QuotaStrategy.Priority };

        Amounts(QuotaDivision.Of(pool, 100m)).Should().Equal(30m, 50m, 20m, 0m);
        Amounts(QuotaDivision.Of(pool, 200m)).Should().Equal(30m, 90m, 20m, 60m);
    }

    [Fact]
    public void Reserved_minima_come_first_and_the_rest_is_shared_beside_them()
    {
        var pool = Pool(100m, [Member("a", minimum: 40m), Member("b", weight: 3m), Member("c", minimum: 20m, maximum: 25m)]) with { Strategy = QuotaStrategy.Reserved };

        Amounts(QuotaDivision.Of(pool, 100m)).Should().Equal(48.75m, 26.25m, 25m);
        Amounts(QuotaDivision.Of(pool, 60m)).Should().Equal(40m, 0m, 20m);
    }

    [Fact]
    public void A_member_that_wants_little_lends_the_rest_of_its_share()
    {
        var pool = Pool(90m, [Member("a", minimum: 10m), Member("b", minimum: 10m), Member("c", minimum: 10m)]) with { Strategy = QuotaStrategy.Reserved };

        var division = QuotaDivision.Of(pool, 90m, new Dictionary<BudgetScope, QuotaNeed>
        {
            [Scope("a")] = new() { Kept = 30m },
            [Scope("b")] = new() { Kept = 5m, Wanted = 5m },
            [Scope("c")] = new() { Kept = 12m, Wanted = 12m },
        });

        Amounts(division).Should().Equal(73m, 5m, 12m);
    }

    [Fact]
    public void What_a_member_keeps_above_its_minimum_is_part_of_what_it_gets_beside_it()
    {
        var pool = Pool(90m, [Member("a", minimum: 10m), Member("b", minimum: 10m), Member("c", minimum: 10m)]) with { Strategy = QuotaStrategy.Reserved };

        Amounts(QuotaDivision.Of(pool, 90m, new Dictionary<BudgetScope, QuotaNeed> { [Scope("a")] = new() { Kept = 30m } })).Should().Equal(30m, 30m, 30m);
    }

    [Fact]
    public void Dynamic_shares_follow_use_between_floor_and_ceiling()
    {
        var pool = Pool(100m, ["a", "b", "c", "d"]) with { Strategy = QuotaStrategy.Dynamic, Dynamics = new() { Floor = 0.2m, Ceiling = 0.5m } };

        var division = QuotaDivision.Of(pool, 100m, Used(("a", 900m), ("b", 60m), ("c", 40m), ("d", 0m)));

        // a is at its ceiling and d at its floor, a fifth of a quarter; b and c share the other 45 as 60 to 40.
        Amounts(division).Should().Equal(50m, 27m, 18m, 5m);
    }

    [Fact]
    public void A_member_without_a_past_counts_as_the_average_of_the_others()
    {
        var pool = Pool(100m, [Member("a"), Member("b"), Member("c", weight: 2m)]) with { Strategy = QuotaStrategy.Dynamic };

        Amounts(QuotaDivision.Of(pool, 100m, Used(("a", 30m), ("b", 10m)))).Should().Equal(37.5m, 12.5m, 50m);
        Amounts(QuotaDivision.Of(pool with { Members = [Member("a"), Member("b"), Member("c", weight: 3m)] }, 100m, Used(("a", 30m), ("b", 10m)))).Should().Equal(30m, 10m, 60m);
        Amounts(QuotaDivision.Of(pool, 100m)).Should().Equal(25m, 25m, 50m);
        Amounts(QuotaDivision.Of(pool, 100m, Used(("a", 0m), ("b", 0m), ("c", 0m)))).Should().Equal(25m, 25m, 50m);
    }

    [Fact]
    public void Where_nobody_who_used_something_may_have_more_the_rest_goes_by_weight()
    {
        var pool = Pool(100m, ["a", "b", "c"]) with { Strategy = QuotaStrategy.Dynamic, Dynamics = new() { Floor = 0m, Ceiling = 0.5m } };

        Amounts(QuotaDivision.Of(pool, 100m, Used(("a", 10m), ("b", 0m), ("c", 0m)))).Should().Equal(50m, 25m, 25m);
    }

    [Fact]
    public void What_was_spent_and_is_held_is_kept_as_far_as_the_amount_goes()
    {
        var pool = Pool(100m, ["a", "b", "c"]);
        var needs = new Dictionary<BudgetScope, QuotaNeed> { [Scope("a")] = new() { Kept = 70m, Wanted = 10m }, [Scope("b")] = new() { Kept = 10m } };

        Amounts(QuotaDivision.Of(pool, 100m, needs)).Should().Equal(70m, 15m, 15m);
        Amounts(QuotaDivision.Of(pool, 60m, needs)).Should().Equal(50m, 10m, 0m);
    }

    [Fact]
    public void Units_are_divided_as_whole_ones()
    {
        var pool = Pool(10m, ["a", "b", "c"]) with { Unit = "request" };
        var needs = new Dictionary<BudgetScope, QuotaNeed> { [Scope("c")] = new() { Kept = 4.000001m } };

        Amounts(QuotaDivision.Of(pool, 10m)).Should().Equal(4m, 3m, 3m);
        Amounts(QuotaDivision.Of(pool, 10m, needs)).Should().Equal(3m, 2m, 5m);
        QuotaDivision.Of(Pool(10m, [Member("a", maximum: 3m), Member("b", maximum: 4m)]) with { Unit = "request" }, 10m).Undivided.Should().Be(3m);
    }

    [Fact]
    public void The_ends_of_the_ranges_are_divided_exactly()
    {
        var members = Enumerable.Range(0, 1_000).Select(i => Member(Invariant($"m{i:0000}"), weight: i == 0 ? 0.000001m : 1_000_000m)).ToArray();

        foreach (var (pool, amount) in new[] { (Pool(1m, members), 9_000_000_000m), (Pool(1m, members) with { Unit = "record" }, 9_000_000_000_000m) })
        {
            var division = QuotaDivision.Of(pool, amount);

            (Amounts(division).Sum() + division.Undivided).Should().Be(amount);
            Amounts(division)[1..].Distinct().Count().Should().BeLessThanOrEqualTo(2);
        }
    }

    [Fact]
    public void The_use_of_ten_thousand_members_at_the_end_of_its_range_is_divided_exactly()
    {
        var members = Enumerable.Range(0, QuotaPool.MaxMembers).Select(i => Member(Invariant($"m{i:00000}"), weight: 1 + (i % 7))).ToArray();
        var pool = Pool(1m, members) with { Strategy = QuotaStrategy.Dynamic };

        var division = QuotaDivision.Of(pool, 9_000_000_000m, members.ToDictionary(member => member.Scope, _ => new QuotaNeed { Used = 9_000_000_000m }));

        (Amounts(division).Sum() + division.Undivided).Should().Be(9_000_000_000m);
        Amounts(division).Distinct().Count().Should().BeLessThanOrEqualTo(2);
    }

    [Fact]
    public void Use_that_adds_up_to_more_than_any_amount_may_be_is_followed_exactly()
    {
        var members = Enumerable.Range(0, 40).Select(i => Member(Invariant($"m{i:00}"))).ToArray();
        var pool = Pool(1m, members) with { Strategy = QuotaStrategy.Dynamic };

        var division = QuotaDivision.Of(pool, 9_000_000_000m, members.Select((member, i) => (member.Scope, i)).ToDictionary(pair => pair.Scope, pair => new QuotaNeed { Used = pair.i < 20 ? 9_000_000_000m : 4_500_000_000m }));

        Amounts(division)[..20].Should().OnlyContain(amount => amount == 300_000_000m);
        Amounts(division)[20..].Should().OnlyContain(amount => amount == 150_000_000m);
    }

    [Fact]
    public void Needs_of_a_stranger_and_amounts_out_of_range_are_refused_by_name()
    {
        var pool = Pool(10m, ["a", "b"]);

        FluentActions.Invoking(() => QuotaDivision.Of(pool, 10m, Wanting(("z", 1m)))).Should().ThrowExactly<ArgumentException>().WithMessage("*project=z*no member of the pool 'p'*");
        FluentActions.Invoking(() => QuotaDivision.Of(pool, -1m)).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("amount");
        FluentActions.Invoking(() => QuotaDivision.Of(pool, 9_000_000_001m)).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("amount");
        FluentActions.Invoking(() => QuotaDivision.Of(pool with { Unit = "request" }, 1.5m)).Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage("amount must be whole*");
        FluentActions.Invoking(() => QuotaDivision.Of(null!, 1m)).Should().ThrowExactly<ArgumentNullException>();
    }

    private static QuotaPool Pool(decimal limit, string[] members) => Pool(limit, [.. members.Select(id => Member(id))]);

    private static QuotaPool Pool(decimal limit, QuotaMember[] members) => new() { Id = "p", Limit = limit, Members = members };

    private static QuotaMember Member(string id, decimal weight = 1m, int priority = 0, decimal minimum = 0m, decimal? maximum = null) =>
        new() { Scope = Scope(id), Weight = weight, Priority = priority, Minimum = minimum, Maximum = maximum };

    private static BudgetScope Scope(string id) => BudgetScope.Project(id);

    private static Dictionary<BudgetScope, QuotaNeed> Wanting(params (string Id, decimal Amount)[] wants) => wants.ToDictionary(want => Scope(want.Id), want => new QuotaNeed { Wanted = want.Amount });

    private static Dictionary<BudgetScope, QuotaNeed> Used(params (string Id, decimal Amount)[] uses) => uses.ToDictionary(use => Scope(use.Id), use => new QuotaNeed { Used = use.Amount });

    private static decimal[] Amounts(QuotaDivision division) => [.. division.Allocations.Select(allocation => allocation.Amount)];
}
