using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>RateLimit-Policy and RateLimit as draft-ietf-httpapi-ratelimit-headers-11 has them, of each algorithm.</summary>
public sealed class RateLimitHeaderTests
{
    private static readonly BudgetScope Scope = BudgetScope.Provider("openai");

    private readonly ManualTimeProvider _clock = new(new(2030, 1, 2, 18, 0, 0, TimeSpan.Zero));

    public static TheoryData<string, string, string, string> OfEachAlgorithm => new()
    {
        // The time in which what is left comes back, so that who spreads it over that time keeps to the rate: 9 of 10 in 18 s.
        { "token bucket", "q=10;w=20", "r=9;t=18", "r=9;t=18" },
        { "leaky bucket", "q=10;w=20", "r=9;t=18", "r=9;t=18" },
        // Until the window ends.
        { "fixed window", "q=10;w=60", "r=9;t=60", "r=8;t=58" },
        { "first request", "q=10;w=60", "r=9;t=60", "r=8;t=58" },
        // Until the last take leaves the window.
        { "sliding window", "q=10;w=60", "r=9;t=60", "r=8;t=60" },
    };

    [Theory]
    [MemberData(nameof(OfEachAlgorithm))]
    public async Task An_allowed_answer_says_what_is_left_and_the_time_in_which_no_more_may_be_used(string algorithm, string policy, string first, string second)
    {
        await using var app = await StartAsync(Limit(algorithm, 10));

        var answers = new List<HttpResponseMessage> { await app.Client.GetAsync("/paid") };
        // One permit comes back to the buckets.
        _clock.Advance(TimeSpan.FromSeconds(2));
        answers.Add(await app.Client.GetAsync("/paid"));

        answers.Should().OnlyContain(answer => answer.StatusCode == HttpStatusCode.OK);
        answers.Select(answer => Header(answer, "RateLimit-Policy")).Should().OnlyContain(header => header == $"\"provider-rate\";{policy}");
        answers.Select(answer => Header(answer, "RateLimit")).Should().Equal($"\"provider-rate\";{first}", $"\"provider-rate\";{second}");
    }

    [Fact]
    public async Task A_budget_with_an_allowance_shows_limit_and_allowance_together()
    {
        await using var app = await TestApp.StartAsync(
            options => options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 1m }),
            app =>
            {
                app.UseBudgetFirewall();
                app.MapGet("/paid", () => "paid").RequireBudget("openai", options => (options.Cost, options.Headers, options.WarnAtUtilization) = (0.5m, BudgetHeaders.All, 0.1m));
            },
            builder => builder.Services.AddSingleton<TimeProvider>(_clock));
        await app.Firewall.Budgets.GrantAsync(new() { BudgetId = "global/day", Scope = BudgetScope.Global, Amount = 1.5m, Reason = "a test" });

        var answer = await app.Client.GetAsync("/paid");

        Header(answer, "RateLimit-Policy").Should().Be("\"global-day\";q=2500000;qu=\"currency-millionths\";w=86400");
        Header(answer, "RateLimit").Should().Be("\"global-day\";r=2000000;t=21600");
        Header(answer, "X-Budget-Remaining").Should().Be("2");
        Header(answer, "X-Budget-Warning").Should().Be("\"global-day\";used=0.2");
    }

    [Theory]
    [InlineData("token bucket", 2)]
    [InlineData("leaky bucket", 2)]
    [InlineData("fixed window", 60)]
    [InlineData("first request", 60)]
    [InlineData("sliding window", 60)]
    public async Task A_refusal_says_the_time_of_Retry_After(string algorithm, int seconds)
    {
        await using var app = await StartAsync(Limit(algorithm, 1));
        await app.Client.GetAsync("/paid");

        var refused = await app.Client.GetAsync("/paid");

        ((int)refused.StatusCode, refused.Headers.RetryAfter!.Delta).Should().Be((429, (TimeSpan?)TimeSpan.FromSeconds(seconds)));
        Header(refused, "RateLimit").Should().Be($"\"provider-rate\";r=0;t={seconds}");
    }

    [Theory]
    [InlineData("token bucket", 20)]
    [InlineData("leaky bucket", 20)]
    [InlineData("fixed window", 60)]
    [InlineData("first request", 60)]
    [InlineData("sliding window", 60)]
    public async Task Of_a_limit_that_nothing_was_taken_from_no_more_than_all_may_be_used_in_its_window(string algorithm, int seconds)
    {
        await using var app = await StartAsync(Limit(algorithm, 10), permits: 0);

        Header(await app.Client.GetAsync("/paid"), "RateLimit").Should().Be($"\"provider-rate\";r=10;t={seconds}");
    }

    [Fact]
    public async Task Windows_below_a_second_are_one_second_and_a_bucket_that_is_never_refilled_has_none()
    {
        await using var app = await StartAsync(RateLimit.FixedWindow(Scope, 3, TimeSpan.FromMilliseconds(1)) with { Id = "short" }, RateLimit.TokenBucket(Scope, 3, 0) with { Id = "once" });

        var answer = await app.Client.GetAsync("/paid");

        Items(answer, "RateLimit-Policy").Should().Equal("\"provider-rate\";q=3", "\"provider-rate-2\";q=3;w=1");
        Items(answer, "RateLimit").Should().Equal("\"provider-rate\";r=2", "\"provider-rate-2\";r=2;t=1");
    }

    [Fact]
    public async Task Requests_are_the_unit_that_the_draft_names_and_other_units_have_their_own_names()
    {
        await using var app = await StartAsync(
            RateLimit.FixedWindow(Scope, 9, TimeSpan.FromMinutes(1)) with { Id = "a", Unit = "request" }, RateLimit.FixedWindow(Scope, 500, TimeSpan.FromMinutes(1)) with { Id = "b", Unit = "input_tokens" });

        var answer = await app.Client.GetAsync("/paid");

        Items(answer, "RateLimit-Policy").Should().BeEquivalentTo("\"provider-rate-request\";q=9;qu=\"requests\";w=60", "\"provider-rate-input_tokens\";q=500;qu=\"input_tokens\";w=60");
        Items(answer, "RateLimit").Should().BeEquivalentTo("\"provider-rate-request\";r=8;t=60", "\"provider-rate-input_tokens\";r=380;t=60");
    }

    [Fact]
    public async Task Every_item_is_a_string_with_whole_numbers_and_every_policy_has_its_state()
    {
        await using var app = await StartAsync([.. new[] { "token bucket", "leaky bucket", "fixed window", "first request", "sliding window" }.Select(algorithm => Limit(algorithm, 10) with { Id = algorithm })]);

        var answer = await app.Client.GetAsync("/paid");

        var (policies, states) = (Items(answer, "RateLimit-Policy"), Items(answer, "RateLimit"));
        policies.Should().HaveCount(5).And.OnlyContain(item => Regex.IsMatch(item, "^\"[a-z0-9-]+\";q=[0-9]+(;qu=\"[a-z_-]+\")?;w=[1-9][0-9]*$"));
        states.Should().OnlyContain(item => Regex.IsMatch(item, "^\"[a-z0-9-]+\";r=[0-9]+;t=[0-9]+$"));
        states.Select(NameOf).Should().Equal(policies.Select(NameOf)).And.OnlyHaveUniqueItems();
    }

    private static string NameOf(string item) => item[..item.IndexOf(';', StringComparison.Ordinal)];

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Should().ContainSingle().Which;

    private static string[] Items(HttpResponseMessage response, string name) => Header(response, name).Split(", ");

    private static RateLimit Limit(string algorithm, int limit) => algorithm switch
    {
        "token bucket" => RateLimit.TokenBucket(Scope, limit, 0.5m),
        // What may wait and one more.
        "leaky bucket" => RateLimit.LeakyBucket(Scope, 0.5m, limit - 1),
        "fixed window" => RateLimit.FixedWindow(Scope, limit, TimeSpan.FromMinutes(1)),
        "first request" => RateLimit.FixedWindow(Scope, limit, TimeSpan.FromMinutes(1), WindowAlignment.FirstRequest),
        "sliding window" => RateLimit.SlidingWindow(Scope, limit, TimeSpan.FromMinutes(1)),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "There is no such algorithm."),
    };

    private Task<TestApp> StartAsync(params RateLimit[] limits) => StartAsync(permits: 1, limits);

    private Task<TestApp> StartAsync(RateLimit limit, int permits) => StartAsync(permits, limit);

    private Task<TestApp> StartAsync(int permits, params RateLimit[] limits) => TestApp.StartAsync(
        options =>
        {
            foreach (var limit in limits)
                options.RateLimits.Add(limit);
            // Nobody waits, so that every request is answered while the clock stands still.
            options.MaxWait = TimeSpan.Zero;
        },
        app =>
        {
            app.UseBudgetFirewall();
            app.MapGet("/paid", () => "paid").RequireBudget("openai", options =>
            {
                (options.Cost, options.Permits, options.Headers) = (0m, permits, BudgetHeaders.RateLimit);
                options.EstimateUsage = _ => new(BudgetUsage.Tokens(input: 120, output: 0));
            });
        },
        builder => builder.Services.AddSingleton<TimeProvider>(_clock));
}
