using System.Numerics;
using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>The arithmetic of a token bucket by itself, as every store uses it.</summary>
public sealed class BucketLevelTests
{
    private const long MicrosPerToken = 1_000_000;

    [Theory]
    [MemberData(nameof(TokenBucketVector.Names), MemberType = typeof(TokenBucketVector))]
    public void Every_step_of_the_vectors_takes_leaves_and_waits_exactly(string name)
    {
        var vector = TokenBucketVector.Named(name);
        var (capacity, refill) = ((long)(vector.Capacity * MicrosPerToken), (long)(vector.RefillPerSecond * MicrosPerToken));
        var (level, asOf) = (new TokenBucketLevel(capacity, 0), 0L);
        foreach (var step in vector.Steps)
        {
            level = level.Refill((step.AtMilliseconds - asOf) * 1_000, capacity, refill);
            asOf = Math.Max(asOf, step.AtMilliseconds);
            var need = step.Take * MicrosPerToken;
            var isAllowed = need <= level.Micros;
            var wait = isAllowed ? null : level.MicrosecondsUntil(need, capacity, refill);
            level = isAllowed ? level.Take(need, capacity) : level;

            new TokenBucketStep(step.AtMilliseconds, step.Take, isAllowed, level.Micros / MicrosPerToken, (wait + 999) / 1_000).Should().Be(step);
        }
    }

    [Fact]
    public void The_wait_is_exact_whatever_the_amounts()
    {
        var random = new Random(11);
        for (var i = 0; i < 50_000; i++)
        {
            var (capacity, refill) = (random.NextInt64(1, 1L << random.Next(1, 53)), random.NextInt64(1, 1L << random.Next(1, 53)));
            var level = new TokenBucketLevel(capacity - random.NextInt64(1, 1L << random.Next(1, 53)), random.Next(1_000_000));
            var need = Math.Max(capacity - random.NextInt64(0, 2), level.Micros);
            var missingPicos = (((BigInteger)need - level.Micros) * 1_000_000) - level.Picos;
            var exact = need == level.Micros ? 0 : BigInteger.Min((missingPicos + refill - 1) / refill, long.MaxValue / 10);

            level.MicrosecondsUntil(need, capacity, refill).Should().Be((long)exact, "{0} of {1} at {2} from {3}", need, capacity, refill, level);
        }
    }

    [Theory]
    [InlineData(367_583_929_746_412_960, 6_880)]
    [InlineData(618_306_492_396_077_751, 9_331)]
    [InlineData(733_173_361_735_894_716, 11_508)]
    [InlineData(634_841_481_685_932_600, 207_467)]
    [InlineData(783_734_475_212_314_162, 180_080)]
    [InlineData(360_106_791_884_703_647, 106_874)]
    public void The_wait_is_exact_where_floating_point_falls_short_of_it(long missingPicos, long refill)
    {
        var micros = (missingPicos / 1_000_000) + 1;
        var level = new TokenBucketLevel(0, (micros * 1_000_000) - missingPicos);

        level.MicrosecondsUntil(micros, micros, refill).Should().Be((missingPicos + refill - 1) / refill);
    }

    [Fact]
    public void The_wait_counts_from_when_the_clock_is_there_again_unless_it_was_corrected_by_no_more_than_a_second()
    {
        new TokenBucketLevel(0, 0) { AheadMicroseconds = 1_000_000 }.MicrosecondsUntil(1, 10, 1_000_000).Should().Be(1);
        new TokenBucketLevel(0, 0) { AheadMicroseconds = 1_000_001 }.MicrosecondsUntil(1, 10, 1_000_000).Should().Be(1_000_002);
        new TokenBucketLevel(-2_000_000_000_000, 0) { AheadMicroseconds = 2_000_000 }.MicrosecondsUntil(0, 1, 1_000_000).Should().Be(2_000_002_000_000);
    }

    [Fact]
    public void Refilling_in_many_steps_is_refilling_in_one()
    {
        var random = new Random(7);
        for (var i = 0; i < 2_000; i++)
        {
            var (capacity, refill) = (random.NextInt64(1, 9_000_000_000_000_000), random.NextInt64(0, 9_000_000_000));
            var start = new TokenBucketLevel(random.NextInt64(TokenBucketLevel.FloorMicros, capacity + 1), random.Next(1_000_000));
            var steps = Enumerable.Range(0, 12).Select(_ => random.NextInt64(100_000_000)).ToArray();

            steps.Aggregate(start, (level, step) => level.Refill(step, capacity, refill)).Should().Be(start.Refill(steps.Sum(), capacity, refill));
        }
    }

    [Fact]
    public void After_the_wait_there_is_enough_and_a_microsecond_before_there_is_not()
    {
        var random = new Random(8);
        for (var i = 0; i < 2_000; i++)
        {
            var (capacity, refill) = (random.NextInt64(1_000, 9_000_000_000), random.NextInt64(1, 9_000_000_000));
            var level = new TokenBucketLevel(random.NextInt64(-capacity, capacity), random.Next(1_000_000));
            var need = random.NextInt64(level.Micros + 1, capacity + 1);

            var wait = level.MicrosecondsUntil(need, capacity, refill)!.Value;

            (level.Refill(wait, capacity, refill).Micros >= need).Should().BeTrue();
            (level.Refill(wait - 1, capacity, refill).Micros < need).Should().BeTrue();
        }
    }

    [Fact]
    public void A_level_never_rises_above_the_capacity_nor_falls_below_the_floor()
    {
        new TokenBucketLevel(3, 999_999).Refill(long.MaxValue, 10, 9_000_000_000_000_000).Should().Be(new TokenBucketLevel(10, 0));
        new TokenBucketLevel(3, 5).Take(-8, 10).Should().Be(new TokenBucketLevel(10, 0));
        new TokenBucketLevel(12, 5).Refill(0, 10, 1).Should().Be(new TokenBucketLevel(10, 0));
        new TokenBucketLevel(3, 5).Take(long.MaxValue, 10).Should().Be(new TokenBucketLevel(TokenBucketLevel.FloorMicros, 0));
    }

    [Fact]
    public void A_full_bucket_has_no_part_of_a_micro_beside_its_capacity()
    {
        new TokenBucketLevel(10, 5).Refill(0, 10, 1).Should().Be(new TokenBucketLevel(10, 0));
        new TokenBucketLevel(9, 999_999).Refill(1, 10, 2).Should().Be(new TokenBucketLevel(10, 0));
        new TokenBucketLevel(TokenBucketLevel.FloorMicros, 5).Refill(9_001_000_000, 1_000_000_000_000, 1_000_000_000_000).Should().Be(new TokenBucketLevel(1_000_000_000_000, 0));
        new TokenBucketLevel(9, 5).Take(-1, 10).Should().Be(new TokenBucketLevel(10, 0));
    }

    [Fact]
    public void A_bucket_taken_to_the_floor_keeps_its_part_of_a_micro_and_one_taken_below_it_does_not()
    {
        new TokenBucketLevel(0, 5).Take(-TokenBucketLevel.FloorMicros, 10).Should().Be(new TokenBucketLevel(TokenBucketLevel.FloorMicros, 5));
        new TokenBucketLevel(0, 5).Take(1 - TokenBucketLevel.FloorMicros, 10).Should().Be(new TokenBucketLevel(TokenBucketLevel.FloorMicros, 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void Time_that_stands_still_or_goes_back_leaves_a_level_as_it_is(long elapsed) =>
        new TokenBucketLevel(3, 999_999).Refill(elapsed, 10, 9_000_000_000_000_000).Should().Be(new TokenBucketLevel(3, 999_999));

    [Fact]
    public void A_refill_is_as_exact_where_it_does_not_fit_into_64_bits()
    {
        long[] elapsed = [1, 2, 3, 1_000_003, 1L << 31, 1L << 32, (1L << 32) + 1, 3_037_000_500, 9_000_000_000, long.MaxValue];
        long[] refills = [1, 2, 999_999, 1L << 31, 1L << 32, (1L << 32) - 1, 3_037_000_499, 9_223_372_036_853, 9_000_000_000_000_000];
        foreach (var (time, refill) in elapsed.SelectMany(_ => refills, (time, refill) => (time, refill)))
        {
            var level = new TokenBucketLevel(TokenBucketLevel.FloorMicros, 999_999);

            var gained = ((BigInteger)time * refill) + 999_999;
            var micros = TokenBucketLevel.FloorMicros + (gained / 1_000_000);

            level.Refill(time, -TokenBucketLevel.FloorMicros, refill).Should().Be(micros >= -TokenBucketLevel.FloorMicros ? new(-TokenBucketLevel.FloorMicros, 0) : new TokenBucketLevel((long)micros, (long)(gained % 1_000_000)));
        }
    }

    [Fact]
    public void A_full_bucket_can_be_waited_for() => new TokenBucketLevel(7, 1).MicrosecondsUntil(10, 10, 1_000_000).Should().Be(3);

    [Fact]
    public void A_wait_too_long_for_a_time_span_is_the_longest_there_is() =>
        new TokenBucketLevel(TokenBucketLevel.FloorMicros, 0).MicrosecondsUntil(-TokenBucketLevel.FloorMicros, -TokenBucketLevel.FloorMicros, 1).Should().Be(TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMicrosecond);

    [Fact]
    public void What_can_never_be_there_is_never_waited_for()
    {
        new TokenBucketLevel(5, 0).MicrosecondsUntil(11, 10, 1_000).Should().BeNull();
        new TokenBucketLevel(5, 0).MicrosecondsUntil(6, 10, 0).Should().BeNull();
        new TokenBucketLevel(5, 0).MicrosecondsUntil(5, 10, 0).Should().Be(0);
    }
}
