using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>The values of a rate limit that do not go together, and how they are refused.</summary>
public sealed class RateLimitRuleTests
{
    private static readonly RateLimit Bucket = RateLimit.TokenBucket(BudgetScope.Global, 10, 1) with { Id = "own" };
    private static readonly RateLimit Window = RateLimit.FixedWindow(BudgetScope.Global, 10, TimeSpan.FromHours(1)) with { Id = "own" };
    private static readonly RateLimit Sliding = RateLimit.SlidingWindow(BudgetScope.Global, 10, TimeSpan.FromHours(1)) with { Id = "own" };
    private static readonly RateLimit Queue = RateLimit.LeakyBucket(BudgetScope.Global, 10) with { Id = "own" };

    [Fact]
    public void Each_algorithm_names_the_value_that_it_misses()
    {
        foreach (var (limit, member) in new[]
        {
            (Bucket with { Capacity = null }, "Capacity"), (Bucket with { RefillPerSecond = null }, "RefillPerSecond"),
            (Window with { Limit = null }, "Limit"), (Window with { Window = null }, "Window"),
            (Sliding with { Limit = null }, "Limit"), (Sliding with { Window = null }, "Window"), (Queue with { RatePerSecond = null }, "RatePerSecond"),
        })
            Made(limit).Should().ThrowExactly<ArgumentException>().WithMessage($"{member} of the rate limit 'own' is missing.*").WithParameterName(member);
    }

    [Fact]
    public void Each_algorithm_names_the_value_that_is_another_ones()
    {
        foreach (var (limit, member, value) in new[]
        {
            (Bucket with { Limit = 5 }, "Limit", "5"), (Bucket with { Window = TimeSpan.FromHours(1) }, "Window", "01:00:00"), (Bucket with { RatePerSecond = 5 }, "RatePerSecond", "5"),
            (Window with { Capacity = 5 }, "Capacity", "5"), (Window with { RefillPerSecond = 5 }, "RefillPerSecond", "5"), (Window with { MaxWait = TimeSpan.FromHours(1) }, "MaxWait", "01:00:00"),
            (Sliding with { Alignment = WindowAlignment.Utc }, "Alignment", "utc"), (Sliding with { QueueLimit = 5 }, "QueueLimit", "5"), (Queue with { Limit = 5 }, "Limit", "5"),
        })
            Made(limit).Should().ThrowExactly<ArgumentException>().WithMessage($"{member} of the rate limit 'own' must not be given for a {limit.Algorithm} but is '{value}'.*")
                .WithParameterName(member);
    }

    [Fact]
    public void What_an_algorithm_may_have_beside_its_own_values_is_taken()
    {
        foreach (var limit in new[] { Window with { Alignment = WindowAlignment.FirstRequest }, Queue with { QueueLimit = 5 }, Queue with { MaxWait = TimeSpan.FromHours(1) } })
            RateLimitRules.Of(limit).RateLimit.Should().Be(limit);
    }

    [Fact]
    public void A_row_of_a_schedule_has_values_of_the_algorithm_alone()
    {
        Made(Bucket with { Schedule = [new() { Capacity = 5 }, new() { Limit = 5 }] }).Should().ThrowExactly<ArgumentException>()
            .WithMessage("Schedule:1:Limit of the rate limit 'own' must not be given for a TokenBucket but is '5'.*").WithParameterName("Schedule:1:Limit");
        Made(Queue with { Schedule = [new() { RefillPerSecond = 5 }] }).Should().ThrowExactly<ArgumentException>().WithParameterName("Schedule:0:RefillPerSecond");
        Made(Window with { Schedule = [new() { RatePerSecond = 5 }] }).Should().ThrowExactly<ArgumentException>().WithParameterName("Schedule:0:RatePerSecond");
        Made(Sliding with { Schedule = [new() { Capacity = 5 }] }).Should().ThrowExactly<ArgumentException>().WithParameterName("Schedule:0:Capacity");
    }

    [Fact]
    public void The_floor_of_an_adaptive_limit_is_at_most_its_ceiling_in_every_row()
    {
        foreach (var (limit, ceiling) in new[] { (Bucket, "RefillPerSecond"), (Window, "Limit"), (Sliding, "Limit"), (Queue, "RatePerSecond") })
        {
            var whole = limit.RefillPerSecond ?? limit.Limit ?? limit.RatePerSecond ?? 0;
            var adaptive = limit with { Adaptive = new() { Floor = whole, GrowthPerSecond = 0 } };
            ScheduleRow Row(decimal value) => new() { RefillPerSecond = limit.RefillPerSecond is null ? null : value, Limit = limit.Limit is null ? null : value, RatePerSecond = limit.RatePerSecond is null ? null : value };

            RateLimitRules.Of(adaptive with { Schedule = [Row(whole)] }).Adaptive!.FloorBillionths.Should().Be(AdaptiveRule.WholeBillionths);
            Made(adaptive with { Adaptive = new() { Floor = whole + 0.000001m, GrowthPerSecond = 0 } }).Should().ThrowExactly<ArgumentException>()
                .WithMessage($"Adaptive:Floor of the rate limit 'own' must be at most {ceiling}, which is '{whole}', but is '{whole}.000001'.*")
                .WithParameterName("Adaptive:Floor");
            Made(adaptive with { Schedule = [Row(whole), Row(whole - 0.5m)] }).Should().ThrowExactly<ArgumentException>()
                .WithMessage($"Schedule:1:{ceiling} of the rate limit 'own' must be at least Adaptive:Floor, which is '{whole}', but is '{FormattableString.Invariant($"{whole - 0.5m}")}'.*").WithParameterName($"Schedule:1:{ceiling}");
        }
    }

    [Fact]
    public void A_rule_is_made_of_a_rate_limit_of_its_algorithm()
    {
        FluentActions.Invoking(() => new TokenBucketRule(Window)).Should().ThrowExactly<ArgumentException>()
            .WithMessage("The rate limit 'own' is a FixedWindow, not a TokenBucket.*").WithParameterName("rateLimit");
        FluentActions.Invoking(() => new FixedWindowRule(null!)).Should().ThrowExactly<ArgumentNullException>().WithParameterName("rateLimit");
        FluentActions.Invoking(() => RateLimitRules.Of(null!)).Should().ThrowExactly<ArgumentNullException>().WithParameterName("rateLimit");
        FluentActions.Invoking(() => new CounterRule(null!)).Should().ThrowExactly<ArgumentNullException>().WithParameterName("budget");
        new[] { Bucket, Window, Sliding, Queue }.Select(limit => RateLimitRules.Of(limit).GetType())
            .Should().Equal(typeof(TokenBucketRule), typeof(FixedWindowRule), typeof(SlidingWindowRule), typeof(LeakyBucketRule));
    }

    [Fact]
    public void What_cannot_be_a_value_of_a_rate_limit_is_refused_by_name()
    {
        FluentActions.Invoking(() => Bucket with { Algorithm = (RateLimitAlgorithm)9 }).Should().ThrowExactly<ArgumentOutOfRangeException>()
            .WithMessage("Algorithm must be one of TokenBucket, FixedWindow, SlidingWindow, LeakyBucket.*").WithParameterName("Algorithm");
        foreach (var enforcement in new[] { (Enforcement)9, Enforcement.Soft, Enforcement.Throttle, Enforcement.Escalate })
            FluentActions.Invoking(() => Bucket with { Enforcement = enforcement }).Should().ThrowExactly<ArgumentOutOfRangeException>()
                .WithMessage("Enforcement must be one of Hard, Shadow.*").WithParameterName("Enforcement");
        FluentActions.Invoking(() => Window with { Window = TimeSpan.FromTicks(10_001) }).Should().ThrowExactly<ArgumentOutOfRangeException>()
            .WithMessage("Window must be from 1 millisecond to 366 days in whole milliseconds.*").WithParameterName("Window");
        (Window with { Window = TimeSpan.FromMilliseconds(1) }).Window.Should().Be(TimeSpan.FromMilliseconds(1));
        (Window with { Window = TimeSpan.FromDays(366) }).Window.Should().Be(TimeSpan.FromDays(366));
        (Queue with { QueueLimit = 0 }).QueueLimit.Should().Be(0);
        FluentActions.Invoking(() => Queue with { RatePerSecond = 0 }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("RatePerSecond");
        FluentActions.Invoking(() => Window with { Limit = 0 }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Limit");
    }

    [Fact]
    public void A_row_of_a_schedule_has_a_value_and_one_within_the_range_of_the_limits_own()
    {
        FluentActions.Invoking(() => Bucket with { Schedule = [new()] }).Should().ThrowExactly<ArgumentException>().WithMessage("Schedule must have a value in each row.*")
            .WithParameterName("Schedule");
        (Bucket with { Schedule = [new() { RefillPerSecond = 0 }] }).Schedule.Should().HaveCount(1);
        foreach (var row in new ScheduleRow[]
        {
            new() { Capacity = 0 }, new() { RefillPerSecond = 9_000_000_001m }, new() { RatePerSecond = 0 }, new() { Limit = 0 },
        })
            FluentActions.Invoking(() => Bucket with { Schedule = [row] }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Schedule");
    }

    [Fact]
    public void A_schedule_that_is_missing_or_too_long_is_refused_by_name()
    {
        FluentActions.Invoking(() => Bucket with { Schedule = null! }).Should().ThrowExactly<ArgumentNullException>().WithParameterName("Schedule");
        FluentActions.Invoking(() => Bucket with { Schedule = [.. Enumerable.Repeat(new ScheduleRow { Capacity = 5 }, 1_000)] }).Should().ThrowExactly<ArgumentException>()
            .WithMessage("Schedule has 1000 rows; at most*");
    }

    [Fact]
    public void Requests_without_a_model_are_counted_where_models_are_named_and_that_is_asked_for()
    {
        var limit = RateLimit.TokenBucket(BudgetScope.Global, 10, 1);
        var ofModel = limit with { Models = ["m"] };

        (limit with { CountsRequestsWithoutModel = true }).Id.Should().Be(limit.Id, "all requests are counted anyway");
        (limit with { CountsRequestsWithoutModel = true, Providers = ["p"] }).Id.Should().Be((limit with { Providers = ["p"] }).Id);
        (ofModel with { CountsRequestsWithoutModel = true }).Id.Should().NotBe(ofModel.Id);
        ofModel.Id.Should().NotBe(limit.Id);
    }

    [Fact]
    public void The_state_of_each_algorithm_has_a_name_of_its_own() =>
        new[] { Bucket, Window, Sliding, Queue }.Select(limit => RateLimitRules.Of(limit).Name).Should().SatisfyRespectively(
            name => name.Should().Contain("rate"), name => name.Should().Contain("fixed_window"), name => name.Should().Contain("sliding_window"), name => name
                .Should().Contain("leaky_bucket"));

    [Fact]
    public void Alignments_compare_by_their_text_and_need_one()
    {
        WindowAlignment.InTimeZone("Europe/Berlin").Should().Be(WindowAlignment.Parse(" Europe/Berlin "));
        WindowAlignment.InTimeZone("Europe/Berlin").GetHashCode().Should().Be(WindowAlignment.Parse("Europe/Berlin").GetHashCode());
        WindowAlignment.InTimeZone("Europe/Berlin").Should().NotBe(WindowAlignment.InTimeZone("Europe/Paris")).And.NotBe(WindowAlignment.Utc);
        (WindowAlignment.Utc == null).Should().BeFalse();
        FluentActions.Invoking(() => WindowAlignment.InTimeZone(null!)).Should().ThrowExactly<ArgumentNullException>().WithParameterName("timeZone");
        FluentActions.Invoking(() => WindowAlignment.Parse(null!)).Should().ThrowExactly<ArgumentNullException>().WithParameterName("text");
        FluentActions.Invoking(() => WindowAlignment.Parse("Mars")).Should().ThrowExactly<FormatException>()
            .WithMessage("must be utc, first_request or a time zone such as Europe/Berlin");
    }

    private static Action Made(RateLimit limit) => () => RateLimitRules.Of(limit);
}
