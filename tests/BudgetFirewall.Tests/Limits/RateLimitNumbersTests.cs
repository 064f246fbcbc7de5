using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>The numbers that a store outside of the process works with: the values that it is given of each algorithm, and what is read from those that it gives back.</summary>
public sealed class RateLimitNumbersTests
{
    private const long Second = 1_000_000;
    private const long Hour = 3_600 * Second;
    private const long Day = 24 * Hour;
    private const long One = 1_000_000;

    private static readonly DateTimeOffset Now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_token_bucket_is_a_capacity_a_refill_and_a_level()
    {
        var rule = RateLimitRules.Of(RateLimit.TokenBucket(BudgetScope.Global, capacity: 10, refillPerSecond: 3));

        rule.ValuesAt(Now).Should().Be(new RateLimitNumbers(10 * One, 3 * One, 0));
        (rule.ValidityAt(Now), rule.ChangesWithTime, rule.IsQueue).Should().Be((null, false, false));
        rule.ReadingOf(new(4 * One, 7, 0)).Available.Should().Be(4 * One);
        rule.FullIn(rule.ReadingOf(new(4 * One, 0, 0))).Should().Be(TimeSpan.FromSeconds(2));
        rule.FullIn(rule.ReadingOf(new(4 * One, 0, 2 * Second))).Should().Be(TimeSpan.FromSeconds(4), "a clock that was set back must be there again first");
        rule.Wait(new(4 * One, 0, 0), 7 * One).Should().Be(TimeSpan.FromSeconds(1));
        rule.Wait(new(4 * One, 0, 0), 10 * One).Should().Be(TimeSpan.FromSeconds(2));
        rule.Wait(new(4 * One, 0, 0), (10 * One) + 1).Should().BeNull();
        rule.TurnIn(new(4 * One, 0, 0), 3 * One).Should().Be(TimeSpan.Zero);
        var slow = RateLimitRules.Of(RateLimit.TokenBucket(BudgetScope.Global, capacity: 10, refillPerSecond: 0.5m));
        slow.FullIn(slow.ReadingOf(new(9 * One, 500_000, 0))).Should().Be(TimeSpan.FromSeconds(2) - TimeSpan.FromMicroseconds(1));
    }

    [Fact]
    public void The_window_of_a_token_bucket_is_the_time_in_which_it_fills()
    {
        RateLimitRules.Of(RateLimit.TokenBucket(BudgetScope.Global, capacity: 10, refillPerSecond: 4)).Window.Should().Be(TimeSpan.FromSeconds(2.5));
        RateLimitRules.Of(RateLimit.TokenBucket(BudgetScope.Global, capacity: 1, refillPerSecond: 3)).Window.Should().Be(TimeSpan.FromTicks(3_333_334));
        RateLimitRules.Of(RateLimit.TokenBucket(BudgetScope.Global, capacity: 10, refillPerSecond: 0)).Window.Should().BeNull();
        RateLimitRules.Of(RateLimit.TokenBucket(BudgetScope.Global, capacity: 9_000_000_000m, refillPerSecond: 0.000001m)).Window.Should().Be(TimeSpan.MaxValue);
    }

    [Fact]
    public void A_fixed_window_is_a_limit_a_length_and_the_place_of_its_beginnings()
    {
        var rule = RateLimitRules.Of(RateLimit.FixedWindow(BudgetScope.Global, limit: 10, TimeSpan.FromHours(1)));

        rule.ValuesAt(Now).Should().Be(new RateLimitNumbers(10 * One, Hour, 0));
        (rule.ValidityAt(Now), rule.ChangesWithTime, rule.IsQueue).Should().Be((null, false, false));
        RateLimitRules.Of(RateLimit.FixedWindow(BudgetScope.Global, limit: 10, TimeSpan.FromDays(7))).ValuesAt(Now)
            .Should().Be(new RateLimitNumbers(10 * One, 7 * Day, 4 * Day), "weeks begin on Mondays, and the first one after the beginning of 1970 was the 5th of January");
        RateLimitRules.Of(RateLimit.FixedWindow(BudgetScope.Global, limit: 10, TimeSpan.FromHours(1), WindowAlignment.FirstRequest)).ValuesAt(Now)
            .Should().Be(new RateLimitNumbers(10 * One, Hour, FixedWindowRule.FromFirstRequest));
    }

    [Fact]
    public void A_fixed_window_of_a_time_zone_is_given_for_the_present_one()
    {
        var rule = RateLimitRules.Of(RateLimit.FixedWindow(BudgetScope.Global, limit: 10, TimeSpan.FromDays(1), WindowAlignment.InTimeZone("Europe/Berlin")));
        var (start, longDay) = (new DateTimeOffset(2026, 3, 9, 23, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 10, 25, 12, 0, 0, TimeSpan.Zero));

        rule.ValuesAt(Now).Should().Be(new RateLimitNumbers(10 * One, Day, (start - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond));
        rule.ValidityAt(Now).Should().Be(new PeriodWindow(start.UtcDateTime, start.UtcDateTime.AddDays(1)));
        rule.ValuesAt(longDay).Second.Should().Be(25 * Hour, "clocks are put back on that day");
        (rule.ChangesWithTime, rule.TimeZones.AsEnumerable().Should().ContainSingle().Which).Should().Be((true, "Europe/Berlin"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Windows_are_read_as_what_may_be_taken_the_wait_for_more_and_the_time_until_all_is_there(bool isFixed)
    {
        var rule = RateLimitRules.Of(isFixed ? RateLimit.FixedWindow(BudgetScope.Global, 10, TimeSpan.FromHours(1)) : RateLimit.SlidingWindow(BudgetScope.Global, 10, TimeSpan.FromHours(1)));
        var numbers = isFixed ? new RateLimitNumbers(4 * One, 0, 30 * Second) : new RateLimitNumbers(4 * One, 30 * Second, 50 * Second);

        rule.ReadingOf(numbers).Available.Should().Be(4 * One);
        rule.FullIn(rule.ReadingOf(numbers)).Should().Be(TimeSpan.FromSeconds(isFixed ? 30 : 50));
        rule.Wait(numbers, 4 * One).Should().Be(TimeSpan.Zero);
        rule.Wait(numbers, (4 * One) + 1).Should().Be(TimeSpan.FromSeconds(30));
        rule.Wait(numbers, 10 * One).Should().Be(TimeSpan.FromSeconds(30));
        rule.Wait(numbers, (10 * One) + 1).Should().BeNull();
        (rule.Window, rule.LimitMicros, rule.AdaptedMicros).Should().Be((TimeSpan.FromHours(1), 10 * One, 10 * One));
    }

    [Fact]
    public void A_sliding_window_is_a_limit_and_a_length_of_a_thousand_slots()
    {
        var rule = new SlidingWindowRule(RateLimit.SlidingWindow(BudgetScope.Global, 10, TimeSpan.FromSeconds(30)));

        rule.ValuesAt(Now).Should().Be(new RateLimitNumbers(10 * One, 30 * Second, 0));
        rule.SlotMicroseconds.Should().Be(30_000);
    }

    [Fact]
    public void A_queue_is_its_longest_backlog_its_rate_and_the_largest_call()
    {
        var rule = Queue();

        rule.ValuesAt(Now).Should().Be(new RateLimitNumbers(9 * One, 2 * One, 10 * One));
        (rule.LimitMicros, rule.AdaptedMicros, rule.Window, rule.IsQueue).Should().Be((10 * One, 2 * One, TimeSpan.FromSeconds(5), true));
        Longest(rule, maxWait: TimeSpan.FromDays(1)).Should().Be(9 * One);
        Longest(rule, maxWait: TimeSpan.FromSeconds(4.5)).Should().Be(9 * One);
        Longest(rule, maxWait: TimeSpan.FromSeconds(3)).Should().Be(6 * One);
        Longest(rule, maxWait: TimeSpan.Zero).Should().Be(0);
        Longest(rule, maxWait: TimeSpan.FromSeconds(-1)).Should().Be(0);
    }

    [Fact]
    public void A_queue_without_a_bound_is_as_long_as_what_begins_within_the_longest_wait()
    {
        Queue(queueLimit: null, maxWait: TimeSpan.FromSeconds(20)).LongestBacklogMicros.Should().Be(40 * One);
        Queue(queueLimit: null).LongestBacklogMicros.Should().Be(2 * 86_400 * One);
        Longest(Queue(queueLimit: null, maxWait: TimeSpan.FromSeconds(20)), maxWait: TimeSpan.FromSeconds(21)).Should().Be(40 * One);
        new LeakyBucketRule(RateLimit.LeakyBucket(BudgetScope.Global, ratePerSecond: 9_000_000_000m)).LongestBacklogMicros.Should().Be(-TokenBucketLevel.FloorMicros);
    }

    [Fact]
    public void What_stays_free_for_others_is_free_at_the_end_of_the_queue_and_makes_no_call_too_large()
    {
        var rule = Queue();

        Longest(rule, TimeSpan.FromSeconds(3), headroom: 3 * One).Should().Be(6 * One);
        Longest(rule, TimeSpan.FromSeconds(3), headroom: 4 * One).Should().Be(5 * One);
        Longest(rule, TimeSpan.FromSeconds(3), headroom: 12 * One).Should().Be(0);
        rule.ValuesAt(Now, Demand(rule, One, headroom: 3 * One), TimeSpan.Zero).Third.Should().Be(13 * One);
        rule.Judge(new TokenBucketLevel(0, 0), Demand(rule, 10 * One, headroom: 3 * One), TimeSpan.Zero).Should().Be(Judgement.Admitted);
        rule.Judge(new TokenBucketLevel(0, 0), Demand(rule, (10 * One) + 1, headroom: 3 * One), TimeSpan.Zero).Should().Be(new Judgement(Verdict.Refuse, null));
    }

    [Fact]
    public void Nothing_stays_free_beyond_the_largest_amount_that_is_counted()
    {
        var rule = new LeakyBucketRule(RateLimit.LeakyBucket(BudgetScope.Global, ratePerSecond: 9_000_000_000m));

        rule.ValuesAt(Now, Demand(rule, One, headroom: 5 * One), TimeSpan.Zero).Third.Should().Be(-TokenBucketLevel.FloorMicros);
    }

    [Fact]
    public void A_refused_call_waits_until_the_backlog_is_short_enough_for_it()
    {
        var rule = Queue();

        rule.Wait(new(-12 * One, 0, 0), One).Should().Be(TimeSpan.FromSeconds(1.5));
        rule.Wait(new(-9 * One, 0, 0), 10 * One).Should().Be(TimeSpan.Zero);
        rule.Wait(new(0, 0, 0), (10 * One) + 1).Should().BeNull();
        rule.Wait(new(-5 * One, 0, 0), Demand(rule, One), TimeSpan.FromSeconds(1)).Should().Be(TimeSpan.FromSeconds(1.5));
        rule.Wait(new(-5 * One, 0, 0), Demand(rule, 10 * One), TimeSpan.FromSeconds(1)).Should().Be(TimeSpan.FromSeconds(1.5));
        rule.Wait(new(0, 0, 0), Demand(rule, (10 * One) + 1), TimeSpan.FromSeconds(1)).Should().BeNull();
        rule.Wait(new(-5 * One, 0, 0), Demand(rule, One), TimeSpan.FromSeconds(1), pausedFor: TimeSpan.FromSeconds(1)).Should().Be(TimeSpan.FromSeconds(1.5));
        rule.Wait(new(-5 * One, 0, 0), Demand(rule, One), TimeSpan.FromSeconds(1), pausedFor: TimeSpan.FromSeconds(2)).Should().Be(TimeSpan.FromSeconds(2));
        rule.Wait(new(0, 0, 0), Demand(rule, 11 * One), TimeSpan.FromSeconds(1), pausedFor: TimeSpan.FromSeconds(2)).Should().BeNull();
    }

    [Fact]
    public void The_turn_of_a_call_is_when_the_backlog_that_it_found_is_gone()
    {
        var rule = Queue();

        rule.TurnIn(new(-5 * One, 0, 0), 3 * One).Should().Be(TimeSpan.FromSeconds(1));
        new LeakyBucketRule(RateLimit.LeakyBucket(BudgetScope.Global, ratePerSecond: 0.5m)).TurnIn(new(-5 * One, 500_000, 0), 3 * One)
            .Should().Be(TimeSpan.FromSeconds(4) - TimeSpan.FromMicroseconds(1));
        rule.TurnIn(new(-3 * One, 0, 0), 3 * One).Should().Be(TimeSpan.Zero);
        rule.TurnIn(new(-5 * One, 0, 2 * Second), 3 * One).Should().Be(TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(-5, 400_000, 0)]
    [InlineData(-5, 400_000, 2_000_000)]
    public void A_reading_of_a_queue_gives_back_the_numbers_that_it_was_made_of(long level, long picos, long ahead)
    {
        var (rule, numbers) = (Queue(), new RateLimitNumbers(level * One, picos, ahead));
        var slower = (LeakyBucketRule)rule.At(500_000);

        rule.ReadingOf(numbers).Available.Should().Be((10 + level) * One);
        rule.NumbersOf(rule.ReadingOf(numbers)).Should().Be(numbers);
        rule.NumbersOf(slower.ReadingOf(numbers).Adapted(500_000, TimeSpan.Zero)).Should().Be(numbers);
        rule.FullIn(rule.ReadingOf(numbers)).Should().Be(rule.TurnIn(numbers, 0));
    }

    [Theory]
    [InlineData(0, 0, 10, Verdict.Admit, 0L)]
    [InlineData(-1, 0, 0, Verdict.Admit, 0L)]
    [InlineData(-1_000_000, 0, 1, Verdict.Delay, 500_000L)]
    [InlineData(-6_000_000, 0, 1, Verdict.Delay, 3_000_000L)]
    [InlineData(-6_000_001, 0, 1, Verdict.Refuse, 1L)]
    [InlineData(-6_000_001, 500_000, 1, Verdict.Refuse, 1L)]
    [InlineData(-6_000_001, 1_000_000, 1, Verdict.Refuse, 1L)]
    [InlineData(-1_000_000, 1_000_000, 1, Verdict.Delay, 500_000L)]
    [InlineData(-1_000_000, 1_000_001, 1, Verdict.Refuse, 1_000_001L)]
    [InlineData(0, 0, 11, Verdict.Refuse, null)]
    public void A_call_has_a_turn_where_the_backlog_is_short_enough_and_the_clock_is_not_far_behind(long level, long ahead, long need, Verdict verdict, long? microseconds)
    {
        var (rule, shadow) = (Queue(), new LeakyBucketRule(RateLimit.LeakyBucket(BudgetScope.Global, 2, 9) with { Enforcement = Enforcement.Shadow }));
        var bucket = new TokenBucketLevel(level, 0) { AheadMicroseconds = ahead };
        TimeSpan? wait = microseconds is { } time ? TimeSpan.FromMicroseconds(time) : null;

        rule.Judge(bucket, Demand(rule, need * One), TimeSpan.FromSeconds(3)).Should().Be(new Judgement(verdict, wait));
        shadow.Judge(bucket, Demand(shadow, need * One), TimeSpan.FromSeconds(3))
            .Should().Be(verdict == Verdict.Refuse ? new Judgement(Verdict.WouldRefuse, wait) : Judgement.Admitted);
    }

    private static LeakyBucketRule Queue(decimal? queueLimit = 9, TimeSpan? maxWait = null) => new(RateLimit.LeakyBucket(BudgetScope.Global, ratePerSecond: 2, queueLimit, maxWait));

    private static LimitDemand Demand(LimitRule rule, long own, long headroom = 0) => new(rule, "", own + headroom, own) { Headroom = headroom };

    private static long Longest(RateLimitRule rule, TimeSpan maxWait, long headroom = 0) => rule.ValuesAt(Now, Demand(rule, One, headroom), maxWait).First;
}
