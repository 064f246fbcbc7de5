namespace BudgetFirewall.Tests;

public sealed class RateLimitTests
{
    private static readonly RateLimit Limit = new() { Scope = BudgetScope.Global, Capacity = 10, RefillPerSecond = 1, Id = "limit" };

    private static readonly Dictionary<string, RateLimit> Changes = new()
    {
        ["Scope"] = Limit with { Scope = BudgetScope.User("alice") },
        ["Capacity"] = Limit with { Capacity = 11 },
        ["RefillPerSecond"] = Limit with { RefillPerSecond = 2 },
        ["Unit"] = Limit with { Unit = "record" },
        ["Enforcement"] = Limit with { Enforcement = Enforcement.Shadow },
        ["Providers"] = Limit with { Providers = ["p"] },
        ["Models"] = Limit with { Models = ["m"] },
        ["Operations"] = Limit with { Operations = ["o"] },
        ["Id"] = Limit with { Id = "another" },
    };

    public static TheoryData<string> Properties { get; } = [.. typeof(RateLimit).GetProperties().Select(property => property.Name).Except([nameof(RateLimit.Algorithm)])];

    [Theory]
    [MemberData(nameof(Properties))]
    public void Limits_that_differ_in_one_property_are_not_equal(string property)
    {
        var changed = Changes[property];

        changed.Should().NotBe(Limit);
        (changed with { Providers = [.. changed.Providers], Models = [.. changed.Models], Operations = [.. changed.Operations] }).Should().Be(changed);
        (changed with { Capacity = changed.Capacity + 0.00m }).GetHashCode().Should().Be(changed.GetHashCode());
    }

    [Fact]
    public void A_limit_keeps_a_copy_of_its_names()
    {
        string[] names = ["m"];
        var limit = Limit with { Models = names };

        names[0] = "n";

        limit.Models.Should().Equal("m");
    }

    [Theory]
    [InlineData("0.000001")]
    [InlineData("9000000000")]
    [InlineData("8999999999.999999")]
    public void A_rate_at_the_edge_of_its_range_is_kept_as_given(string text)
    {
        var limit = Limit with { Capacity = Exactly.Parse(text), RefillPerSecond = Exactly.Parse(text) };

        (limit.Capacity, limit.RefillPerSecond).Should().Be((Exactly.Parse(text), Exactly.Parse(text)));
    }

    [Theory]
    [InlineData("-0.000001")]
    [InlineData("0.0000001")]
    [InlineData("8999999999.9999999")]
    [InlineData("9000000000.000001")]
    public void A_rate_outside_its_range_or_finer_than_its_step_is_refused_by_name_and_value(string text)
    {
        var rate = Exactly.Parse(text);

        FluentActions.Invoking(() => Limit with { Capacity = rate }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Capacity").Which.ActualValue.Should().Be(rate);
        FluentActions.Invoking(() => Limit with { RefillPerSecond = rate }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("RefillPerSecond").Which.ActualValue.Should().Be(rate);
    }

    [Fact]
    public void Only_a_refill_may_be_zero()
    {
        (Limit with { RefillPerSecond = 0 }).RefillPerSecond.Should().Be(0);
        FluentActions.Invoking(() => Limit with { Capacity = 0 }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Capacity");
    }

    [Theory]
    [InlineData("-5", "0")]
    [InlineData("0", "0")]
    [InlineData("2.5", "2.5")]
    public void What_remains_of_a_bucket_is_its_level_and_nothing_below_zero(string level, string remaining)
    {
        var state = new RateLimitState { RateLimitId = "limit", Scope = BudgetScope.Global, Limit = 10, RefillPerSecond = 1, Level = Exactly.Parse(level) };

        state.Remaining.Should().Be(Exactly.Parse(remaining));
    }
}
