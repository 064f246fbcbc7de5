using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>Adaptive limits in whole numbers: the values that they are given, and the rules at a part of their ceiling.</summary>
public sealed class AdaptedRuleTests
{
    private const long One = 1_000_000;

    private static readonly AdaptiveRate Rate = new() { Floor = 1, GrowthPerSecond = 0 };

    [Theory]
    [InlineData("7", "3", "2", 428_571_429, 285_714_285)]
    [InlineData("9000000000", "0.000001", "0.000001", 1_000, 1)]
    [InlineData("2", "2", "3", 1_000_000_000, 1_000_000_000)]
    [InlineData("2", "1", "0", 500_000_000, 0)]
    public void Floor_and_growth_are_parts_of_the_ceiling_the_floor_rounded_up_and_growth_down(string ceiling, string floor, string growth, long floorBillionths, long growthBillionths)
    {
        var limit = RateLimit.SlidingWindow(BudgetScope.Global, Exactly.Parse(ceiling), TimeSpan.FromMinutes(1)) with { Adaptive = new() { Floor = Exactly.Parse(floor), GrowthPerSecond = Exactly.Parse(growth) } };

        var rule = RateLimitRules.Of(limit).Adaptive!;

        (rule.FloorBillionths, rule.GrowthBillionthsPerSecond).Should().Be((floorBillionths, growthBillionths));
        (rule.FactorMillionths, rule.CooldownMicroseconds, rule.LongestPauseMicroseconds).Should().Be((700_000, 1_000_000, 60_000_000));
    }

    [Fact]
    public void Values_of_adaptive_limits_are_taken_at_both_ends_of_their_ranges_and_not_beyond()
    {
        var (least, most) = (Rate with { DecreaseFactor = 0.000001m, Cooldown = TimeSpan.FromMilliseconds(10), LongestPause = TimeSpan.Zero }, Rate with { DecreaseFactor = 0.999999m, Cooldown = TimeSpan.FromHours(1), LongestPause = TimeSpan.FromDays(1) });

        (least.DecreaseFactor, most.DecreaseFactor, least.Cooldown, most.Cooldown, least.LongestPause, most.LongestPause)
            .Should().Be((0.000001m, 0.999999m, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1), TimeSpan.Zero, TimeSpan.FromDays(1)));
        foreach (var factor in new[] { 0m, 1m, 0.5000001m, -0.5m })
            FluentActions.Invoking(() => Rate with { DecreaseFactor = factor }).Should().ThrowExactly<ArgumentOutOfRangeException>()
                .WithMessage("DecreaseFactor must be above 0 and below 1, in steps of 0.000001.*").WithParameterName("DecreaseFactor");
        foreach (var milliseconds in new[] { 9.0, 10.5, 3_600_001 })
            FluentActions.Invoking(() => Rate with { Cooldown = TimeSpan.FromMilliseconds(milliseconds) }).Should().ThrowExactly<ArgumentOutOfRangeException>()
                .WithMessage("Cooldown must be from 10 milliseconds to 1 hour in whole milliseconds.*").WithParameterName("Cooldown");
        foreach (var milliseconds in new[] { -1.0, 0.5, 86_400_001 })
            FluentActions.Invoking(() => Rate with { LongestPause = TimeSpan.FromMilliseconds(milliseconds) }).Should().ThrowExactly<ArgumentOutOfRangeException>()
                .WithMessage("LongestPause must be from 0 to 24 hours in whole milliseconds.*").WithParameterName("LongestPause");
        FluentActions.Invoking(() => Rate with { Floor = 0 }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Floor");
        FluentActions.Invoking(() => Rate with { GrowthPerSecond = -1 }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("GrowthPerSecond");
    }

    [Fact]
    public void A_limit_at_a_part_of_its_ceiling_rounds_what_it_admits_up_and_its_queue_down()
    {
        Of(RateLimit.TokenBucket(BudgetScope.Global, 10.000003m, 1.000001m)).At(500_000).ValuesAt(default).Should().Be(new RateLimitNumbers((5 * One) + 2, 500_001, 0));
        Of(RateLimit.FixedWindow(BudgetScope.Global, 10.000003m, TimeSpan.FromHours(1))).At(500_000).LimitMicros.Should().Be((5 * One) + 2);
        Of(RateLimit.SlidingWindow(BudgetScope.Global, 10.000003m, TimeSpan.FromHours(1))).At(500_000).LimitMicros.Should().Be((5 * One) + 2);
        Of(RateLimit.LeakyBucket(BudgetScope.Global, 2.000001m, 9.000003m)).At(500_000).ValuesAt(default)
            .Should().Be(new RateLimitNumbers((4 * One) + 500_001, One + 1, (10 * One) + 3));
        Of(RateLimit.TokenBucket(BudgetScope.Global, 9_000_000_000m, 9_000_000_000m)).At(1).ValuesAt(default).Should().Be(new RateLimitNumbers(9_000_000_000, 9_000_000_000, 0));
    }

    [Fact]
    public void A_slower_queue_is_shorter_so_that_nobody_waits_longer()
    {
        var half = Of(RateLimit.LeakyBucket(BudgetScope.Global, 2, 9)).At(500_000);

        half.ValuesAt(default, new(half, "", One, One), TimeSpan.FromSeconds(3)).First.Should().Be(3 * One);
        half.ValuesAt(default, new(half, "", 6 * One, One) { Headroom = 5 * One }, TimeSpan.FromSeconds(3)).First.Should().Be(2 * One);
        half.Window.Should().Be(TimeSpan.FromSeconds(5.5));
    }

    [Fact]
    public void A_rule_at_the_whole_of_its_ceiling_is_the_ceiling_and_the_last_part_is_kept()
    {
        var rule = Of(RateLimit.TokenBucket(BudgetScope.Global, 10, 1));
        var half = rule.At(500_000);

        rule.At(1_000_000).Should().BeSameAs(rule);
        half.At(1_000_000).Should().BeSameAs(rule);
        half.At(500_000).Should().BeSameAs(half);
        rule.At(500_000).Should().BeSameAs(half);
        half.At(250_000).LimitMicros.Should().Be(2_500_000);
        (half.Scale, half.Ceiling, rule.Scale, rule.Ceiling).Should().Be((500_000, rule, 1_000_000, rule));
    }

    [Fact]
    public void A_limit_that_replaces_another_keeps_its_own_parts()
    {
        var (one, other) = (Of(RateLimit.TokenBucket(BudgetScope.Global, 10, 1)), Of(RateLimit.TokenBucket(BudgetScope.Global, 20, 1)));

        (one.At(500_000).LimitMicros, other.At(500_000).LimitMicros, one.At(500_000).LimitMicros).Should().Be((5 * One, 10 * One, 5 * One));
    }

    [Theory]
    [InlineData(3, 0, 3, 0)]
    [InlineData(5, 0, 5, 0)]
    [InlineData(8, 0, 5, 0)]
    [InlineData(10, 0, 5, 0)]
    [InlineData(11, 0, 11, 0)]
    [InlineData(4, 2, 3, 1)]
    [InlineData(10, 8, 5, 4)]
    [InlineData(0, 0, 0, 0)]
    public void A_call_is_judged_by_the_same_part_of_what_stays_free_and_never_needs_more_than_the_lowered_limit(long need, long headroom, long scaledNeed, long scaledHeadroom)
    {
        var rule = Of(RateLimit.TokenBucket(BudgetScope.Global, 10, 1));
        var demand = new LimitDemand(rule, "", need * One, One) { Headroom = headroom * One };

        var scaled = rule.At(500_000).InScale(demand);

        (scaled.Need, scaled.Headroom, scaled.Take).Should().Be((scaledNeed * One, scaledHeadroom * One, One));
        rule.InScale(demand).Should().Be(demand);
        Of(RateLimit.LeakyBucket(BudgetScope.Global, 2, 9)).At(500_000).InScale(demand).Should().Be(demand);
    }

    private static RateLimitRule Of(RateLimit limit) => RateLimitRules.Of(limit);
}
