namespace BudgetFirewall.Tests;

public sealed class RateLimitTests
{
    private static readonly RateLimit Limit = new() { Scope = BudgetScope.Global, Capacity = 10, RefillPerSecond = 1, Id = "limit" };

    private static readonly Dictionary<string, RateLimit> Changes = new()
    {
        ["Scope"] = Limit with { Scope = BudgetScope.User("alice") },
        ["Capacity"] = Limit with { Capacity = 11 },
        ["RefillPerSecond"] = Limit with { RefillPerSecond = 2 },
        ["Algorithm"] = Limit with { Algorithm = RateLimitAlgorithm.FixedWindow },
        ["Limit"] = Limit with { Limit = 5 },
        ["Window"] = Limit with { Window = TimeSpan.FromMinutes(1) },
        ["Alignment"] = Limit with { Alignment = WindowAlignment.FirstRequest },
        ["RatePerSecond"] = Limit with { RatePerSecond = 5 },
        ["QueueLimit"] = Limit with { QueueLimit = 5 },
        ["MaxWait"] = Limit with { MaxWait = TimeSpan.FromMinutes(1) },
        ["Adaptive"] = Limit with { Adaptive = new() { Floor = 1, GrowthPerSecond = 0 } },
        ["Unit"] = Limit with { Unit = "record" },
        ["Enforcement"] = Limit with { Enforcement = Enforcement.Shadow },
        ["IsActive"] = Limit with { IsActive = false },
        ["Providers"] = Limit with { Providers = ["p"] },
        ["Models"] = Limit with { Models = ["m"] },
        ["Operations"] = Limit with { Operations = ["o"] },
        ["Dimensions"] = Limit with { Dimensions = new Dictionary<string, IReadOnlyList<string>> { ["tier"] = ["trial"] } },
        ["CountsRequestsWithoutModel"] = Limit with { CountsRequestsWithoutModel = true },
        ["PriorityHeadroom"] = Limit with { PriorityHeadroom = new Dictionary<string, decimal> { ["batch"] = 0.3m } },
        ["Schedule"] = Limit with { Schedule = [new ScheduleRow { From = new(20, 0), Capacity = 5 }] },
        ["Name"] = Limit with { Name = "n" },
        ["Id"] = Limit with { Id = "another" },
    };

    public static TheoryData<string> Properties { get; } = [.. typeof(RateLimit).GetProperties().Select(property => property.Name)];

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

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(366 * 86_400_000d + 1)]
    public void A_window_outside_its_range_is_refused(double milliseconds)
    {
        var window = TimeSpan.FromTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond));

        FluentActions.Invoking(() => Limit with { Window = window }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Window").Which.ActualValue.Should().Be(window);
    }

    [Theory]
    [InlineData("utc", "utc")]
    [InlineData("UTC", "utc")]
    [InlineData("first_request", "first_request")]
    [InlineData("FirstRequest", "first_request")]
    [InlineData("Europe/Berlin", "Europe/Berlin")]
    public void An_alignment_is_read_from_its_text(string text, string expected)
    {
        WindowAlignment.Parse(text).ToString().Should().Be(expected);
        WindowAlignment.Parse(text).Should().Be(WindowAlignment.Parse(expected));
    }

    [Fact]
    public void A_time_zone_that_nobody_knows_is_refused_by_name()
    {
        FluentActions.Invoking(() => WindowAlignment.InTimeZone("Mars/Olympus")).Should().ThrowExactly<ArgumentException>().WithMessage("'Mars/Olympus' is not a time zone that the system knows.*");
        FluentActions.Invoking(() => WindowAlignment.InTimeZone("posix/Europe/Berlin")).Should().ThrowExactly<ArgumentException>();
        FluentActions.Invoking(() => WindowAlignment.Parse("Europe//Berlin")).Should().ThrowExactly<FormatException>();
        FluentActions.Invoking(() => WindowAlignment.Parse("Mars/Olympus")).Should().ThrowExactly<FormatException>();
    }

    [Fact]
    public async Task A_queue_shows_its_length_its_next_turn_and_what_may_come_now()
    {
        await using var firewall = new BudgetFirewallBuilder().Configure(options =>
            options.RateLimits.Add(RateLimit.LeakyBucket(BudgetScope.Global, ratePerSecond: 2, queueLimit: 9))).UseTimeProvider(new Conformance.ManualTimeProvider(DateTimeOffset.UnixEpoch)).Build();

        var decision = await firewall.CheckAsync(new() { Provider = "p", Permits = 3 });

        var state = decision.RateLimits.Should().ContainSingle().Which;
        (state.Algorithm, state.RatePerSecond, state.Limit, state.Window, state.QueueLength, state.NextTurnIn, state.Remaining, state.RefillPerSecond).Should().Be(
            (RateLimitAlgorithm.LeakyBucket, 2m, 10m, TimeSpan.FromSeconds(5), 3m, TimeSpan.FromSeconds(1.5), 7m, null));
    }

    [Fact]
    public async Task A_limit_for_one_id_replaces_the_one_for_each_whatever_their_algorithms()
    {
        await using var firewall = new BudgetFirewallBuilder().Configure(options =>
        {
            options.RateLimits.Add(RateLimit.TokenBucket(BudgetScope.Each("user"), capacity: 1, refillPerSecond: 0));
            options.RateLimits.Add(RateLimit.SlidingWindow(BudgetScope.User("alice"), limit: 3, TimeSpan.FromMinutes(1)));
        }).Build();

        var decision = await firewall.TrySpendAsync(new() { Provider = "p", UserId = "alice", Cost = 0, Permits = 2 });

        var state = decision.RateLimits.Should().ContainSingle().Which;
        (state.Algorithm, state.Limit, state.Window, state.RefillPerSecond, state.Level).Should().Be((RateLimitAlgorithm.SlidingWindow, 3m, TimeSpan.FromMinutes(1), null, 1m));
    }
}
