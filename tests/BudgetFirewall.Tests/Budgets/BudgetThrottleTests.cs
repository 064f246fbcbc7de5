using BudgetFirewall.Tests.Configuration;

namespace BudgetFirewall.Tests;

/// <summary>The values of throttles, and what is refused.</summary>
public sealed class BudgetThrottleTests
{
    private static readonly Budget Throttled = new()
    {
        Scope = BudgetScope.Project("batch"),
        Limit = 100m,
        Enforcement = Enforcement.Throttle,
        Throttle = new() { RatePerSecond = 2m, QueueLimit = 20, MaxWait = TimeSpan.FromSeconds(10), Ceiling = 150m },
    };

    [Fact]
    public void Budgets_compare_by_their_throttles_too()
    {
        (Throttled with { Throttle = Throttled.Throttle! with { } }).Should().Be(Throttled);
        foreach (var other in new[] { Throttled.Throttle! with { RatePerSecond = 3m }, Throttled.Throttle with { QueueLimit = null }, Throttled.Throttle with { MaxWait = null }, Throttled.Throttle with { Ceiling = 151m } })
            (Throttled with { Throttle = other }).Should().NotBe(Throttled);
    }

    [Fact]
    public void Values_that_no_throttle_may_have_are_refused_by_name()
    {
        foreach (var rate in new[] { 0m, -1m, 9_000_000_001m, 0.0000001m })
            FluentActions.Invoking(() => new BudgetThrottle { RatePerSecond = rate }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("RatePerSecond");
        FluentActions.Invoking(() => new BudgetThrottle { RatePerSecond = 1, QueueLimit = -1 }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("QueueLimit");
        FluentActions.Invoking(() => new BudgetThrottle { RatePerSecond = 1, MaxWait = TimeSpan.FromHours(25) }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("MaxWait");
        FluentActions.Invoking(() => new BudgetThrottle { RatePerSecond = 1, MaxWait = TimeSpan.FromTicks(1) }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("MaxWait");
        FluentActions.Invoking(() => new BudgetThrottle { RatePerSecond = 1, Ceiling = -1m }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Ceiling");
        new BudgetThrottle { RatePerSecond = 9_000_000_000m, QueueLimit = 0, MaxWait = TimeSpan.Zero, Ceiling = 9_000_000_000_000m }.QueueLimit.Should().Be(0m);
    }

    [Fact]
    public void A_throttle_is_read_from_configuration() => Configured.Options("""
        { "Budgets": [{ "Scope": "project=batch", "Limit": 100, "Enforcement": "throttle", "Throttle": { "RatePerSecond": 2, "QueueLimit": 20, "MaxWait": "00:00:10", "Ceiling": 150 } }] }
        """).Budgets.Should().ContainSingle().Which.Should().Be(Throttled);

    [Theory]
    [InlineData("""{ "Enforcement": "Throttle" }""", "Throttle must be given where Enforcement is 'Throttle'")]
    [InlineData("""{ "Throttle": { "RatePerSecond": 1 } }""", "Throttle must not be given where Enforcement is 'Hard'")]
    [InlineData("""{ "Enforcement": "Throttle", "Throttle": { "Ceiling": 200 } }""", "Throttle:RatePerSecond is missing")]
    [InlineData("""{ "Enforcement": "Throttle", "Throttle": { "RatePerSecond": 0 } }""", "Throttle:RatePerSecond must be from 0.000001 to 9,000,000,000 in steps of 0.000001 but is '0'")]
    [InlineData("""{ "Enforcement": "Throttle", "Throttle": { "RatePerSecond": 1, "Ceiling": 99 } }""", "Throttle:Ceiling must be at least the budget's highest limit, 100*")]
    [InlineData("""{ "Enforcement": "Throttle", "Throttle": { "RatePerSecond": 1, "Ceiling": 100.0000000001 } }""", "Throttle:Ceiling must be a multiple of 0.000000001 but is '100.0000000001'")]
    [InlineData("""{ "Enforcement": "Throttle", "Throttle": { "RatePerSecond": 1, "Ceiling": 150 }, "Schedule": [{ "Limit": 200 }] }""", "Throttle:Ceiling must be at least the budget's highest limit, 200*")]
    [InlineData("""{ "Enforcement": "Throttle", "Throttle": { "RatePerSecond": 1, "Rate": 2 } }""", "Throttle:Rate is not a known key*")]
    [InlineData("""{ "Enforcement": "Throttle", "Throttle": "2" }""", "Throttle must have keys of its own (RatePerSecond, QueueLimit, MaxWait, Ceiling) but is '2'")]
    public void A_bad_throttle_in_configuration_is_an_error(string members, string error) =>
        Configured.Errors($$"""{ "Budgets": [{ "Scope": "global", "Limit": 100, {{members.Trim()[1..^1]}} }] }""").Should().ContainSingle().Which.Should().Match("BudgetFirewall:Budgets:0:" + error);

    [Fact]
    public void A_throttle_in_code_is_checked_at_start()
    {
        Configured.Errors(options => options.Budgets.Add(Throttled with { Throttle = null })).Should().Equal("Budgets:0:Throttle must be given where Enforcement is 'Throttle'");
        Configured.Errors(options => options.Budgets.Add(Throttled with { Limit = 151m })).Should().ContainSingle().Which.Should().StartWith("Budgets:0:Throttle:Ceiling must be at least the budget's highest limit, 151");
        Configured.Errors(options => options.RateLimits.Add(RateLimit.LeakyBucket(BudgetScope.Global, 1))).Should().BeEmpty();
        FluentActions.Invoking(() => RateLimit.LeakyBucket(BudgetScope.Global, 1) with { Enforcement = Enforcement.Throttle }).Should().ThrowExactly<ArgumentOutOfRangeException>()
            .WithMessage("Enforcement must be one of Hard, Shadow.*");
    }

    [Fact]
    public async Task A_throttle_that_is_set_while_running_is_checked()
    {
        await using var firewall = new BudgetFirewallBuilder().Build();

        await firewall.Invoking(one => one.Budgets.SetAsync(Throttled with { Throttle = null }).AsTask()).Should().ThrowAsync<ArgumentException>().WithMessage("Throttle must be given where Enforcement is 'Throttle'.*");
        await firewall.Invoking(one => one.Budgets.SetAsync(Throttled with { Limit = 200m }).AsTask()).Should().ThrowAsync<ArgumentOutOfRangeException>().WithMessage("Throttle.Ceiling must be at least the budget's highest limit, 200.*");
        (await firewall.Budgets.ListAsync()).Should().BeEmpty();
    }

    [Fact]
    public void A_throttled_budget_counts_twice_among_the_limits_of_a_request()
    {
        Budget Unit(int i) => Throttled with { Unit = $"unit-{(char)('a' + (i / 10))}{i % 10}" };

        Configured.Errors(options => Add(options, Enumerable.Range(0, 16).Select(Unit))).Should().BeEmpty();
        Configured.Errors(options => Add(options, Enumerable.Range(0, 17).Select(Unit))).Should().Equal(
            "Budgets and RateLimits have 34 limits on one id of the kind 'project' that one request can match, and a request can match at most 32, where a throttled budget counts twice: it would be refused");
    }

    [Fact]
    public async Task A_request_that_meets_more_than_a_call_may_have_is_refused_with_the_reason()
    {
        BudgetScope[] scopes = [BudgetScope.Project("batch"), BudgetScope.User("alice")];
        await using var firewall = new BudgetFirewallBuilder().Configure(options =>
        {
            foreach (var scope in scopes)
                Add(options, Enumerable.Range(0, 9).Select(i => Throttled with { Scope = scope, Unit = $"unit-{(char)('a' + i)}" }));
        }).Build();
        var request = new BudgetRequest { Provider = "p", ProjectId = "batch", UserId = "alice" };

        await firewall.Invoking(one => one.CheckAsync(request).AsTask()).Should().ThrowAsync<ArgumentException>()
            .WithMessage("The request matches 18 budgets and 0 rate limits; 18 throttled of the budgets count twice; at most 32 together are allowed.*");
        await firewall.Invoking(one => one.ChargeAsync(request with { Cost = 1m }).AsTask()).Should().NotThrowAsync();
    }

    private static void Add(BudgetFirewallOptions options, IEnumerable<Budget> budgets)
    {
        foreach (var budget in budgets)
            options.Budgets.Add(budget);
    }
}
