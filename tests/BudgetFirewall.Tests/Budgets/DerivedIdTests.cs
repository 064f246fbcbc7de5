using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>Names are data: whatever is in them, different limits have different ids and counters.</summary>
public sealed class DerivedIdTests
{
    private static readonly Budget EachUser = new() { Scope = BudgetScope.Each("user"), Limit = 1m };

    public static TheoryData<Budget, Budget> Pairs => new()
    {
        { EachUser with { Operations = ["a,b"] }, EachUser with { Operations = ["a", "b"] } },
        { EachUser with { Providers = ["p;models=m"] }, EachUser with { Providers = ["p"], Models = ["m"] } },
        { EachUser with { Unit = "record[models=m]" }, EachUser with { Unit = "record", Models = ["m"] } },
        { EachUser with { Operations = ["a%2Cb"] }, EachUser with { Operations = ["a,b"] } },
        { EachUser with { Dimensions = One("operations", "a") }, EachUser with { Operations = ["a"] } },
        { EachUser with { Dimensions = One("tier", "a,b") }, EachUser with { Dimensions = One("tier", "a", "b") } },
        { EachUser with { Dimensions = One("tier", "a;dimensions.x=b") }, EachUser with { Dimensions = new Dictionary<string, IReadOnlyList<string>> { ["tier"] = ["a"], ["x"] = ["b"] } } },
        { EachUser with { Models = ["no_model"] }, EachUser with { Models = ["no_model"], CountsRequestsWithoutModel = true } },
    };

    [Fact]
    public void A_filter_by_dimension_can_be_read_in_the_id()
    {
        var budget = EachUser with { Models = ["gpt"], CountsRequestsWithoutModel = true, Dimensions = new Dictionary<string, IReadOnlyList<string>> { ["tier"] = ["trial", "free"], ["region"] = ["eu"] } };

        budget.Id.Should().Be("each:user/day[models=gpt;no_model;dimensions.region=eu;dimensions.tier=free,trial]");
    }

    [Fact]
    public void The_order_of_dimensions_makes_no_other_budget()
    {
        var one = EachUser with { Dimensions = new Dictionary<string, IReadOnlyList<string>> { ["tier"] = ["trial", "free"], ["region"] = ["eu"] } };
        var other = EachUser with { Dimensions = new Dictionary<string, IReadOnlyList<string>> { ["region"] = ["eu"], ["tier"] = ["free", "trial", "free"] } };

        other.Should().Be(one);
        other.GetHashCode().Should().Be(one.GetHashCode());
        other.Dimensions.GetHashCode().Should().Be(one.Dimensions.GetHashCode());
        one.Should().NotBe(EachUser with { Dimensions = One("tier", "free") });
        one.Dimensions.ToString().Should().Be("region=eu; tier=free,trial");
    }

    [Theory]
    [InlineData("user", "must not name the well-known kind 'user'")]
    [InlineData("model", "must not name the well-known kind 'model'")]
    [InlineData("global", "must not name the well-known kind 'global'")]
    [InlineData("a=b", "must not contain '=': 'a=b'")]
    [InlineData("", "must not be empty")]
    public void A_kind_that_no_dimension_can_have_is_refused(string kind, string problem)
    {
        var act = () => EachUser with { Dimensions = One(kind, "x") };

        act.Should().Throw<ArgumentException>().WithMessage($"Dimensions {problem}*");
    }

    [Fact]
    public void A_dimension_needs_an_id()
    {
        var none = () => EachUser with { Dimensions = One("tier") };
        var empty = () => EachUser with { Dimensions = One("tier", "") };
        var missing = () => EachUser with { Dimensions = null! };

        none.Should().Throw<ArgumentException>().WithMessage("Dimensions must name at least one id of the kind 'tier'.*");
        empty.Should().Throw<ArgumentException>().WithMessage("Dimensions?tier? must not be empty.*");
        missing.Should().Throw<ArgumentNullException>();
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_separator_inside_a_name_separates_nothing(Budget one, Budget other)
    {
        one.Id.Should().NotBe(other.Id);
        new CounterRule(one).Name.Should().NotBe(new CounterRule(other).Name);
    }

    private static Dictionary<string, IReadOnlyList<string>> One(string kind, params string[] ids) => new() { [kind] = ids };
}
