using System.Net;
using Microsoft.AspNetCore.Builder;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Real sockets, many at once: the handler runs as often as the budget allows, not once more.</summary>
public sealed class ConcurrencyTests
{
    private const int Requests = 2_000;
    private const int Connections = 50;
    private const int Allowed = 500;

    [Fact]
    public async Task Two_thousand_requests_over_fifty_connections_run_the_handler_five_hundred_times()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(Configure, app => Map(app, () => Interlocked.Increment(ref runs)));

        var answers = await SendAsync(app.Address);

        runs.Should().Be(Allowed);
        AssertAnswers(answers);
        (await app.SpentOnceSettledAsync(BudgetScope.Provider("openai"))).Should().Be(5m);
    }

    [Fact]
    public async Task Two_instances_on_one_store_run_the_handler_five_hundred_times_together()
    {
        var runs = 0;
        await using var store = new SwitchableStore();
        await using var one = await TestApp.StartAsync(Configure, app => Map(app, () => Interlocked.Increment(ref runs)), store: store);
        await using var other = await TestApp.StartAsync(Configure, app => Map(app, () => Interlocked.Increment(ref runs)), store: store);

        var answers = await SendAsync(one.Address, other.Address);

        runs.Should().Be(Allowed);
        AssertAnswers(answers);
        (await one.SpentOnceSettledAsync(BudgetScope.Provider("openai"))).Should().Be(5m);
    }

    [Fact]
    public async Task Two_instances_on_one_Redis_run_the_handler_five_hundred_times_together()
    {
        var runs = 0;
        await using var redis = await RedisServer.StartAsync();
        await using var one = await TestApp.StartAsync(ConfigureForRedis, app => Map(app, () => Interlocked.Increment(ref runs)), use: firewall => firewall.UseRedis(redis.Address));
        await using var other = await TestApp.StartAsync(ConfigureForRedis, app => Map(app, () => Interlocked.Increment(ref runs)), use: firewall => firewall.UseRedis(redis.Address));

        var answers = await SendAsync(one.Address, other.Address);

        runs.Should().Be(Allowed);
        AssertAnswers(answers);
        (await one.SpentOnceSettledAsync(BudgetScope.Provider("openai"))).Should().Be(5m);
        (await other.SpentOnceSettledAsync(BudgetScope.Provider("openai"))).Should().Be(5m);
    }

    // A busy machine must not turn a denial into "the store is away".
    private static void ConfigureForRedis(BudgetFirewallOptions options)
    {
        Configure(options);
        options.StoreTimeout = TimeSpan.FromSeconds(30);
    }

    private static void Configure(BudgetFirewallOptions options) =>
        options.Budgets.Add(new() { Scope = BudgetScope.Provider("openai"), Limit = 5m, Period = BudgetPeriod.Year });

    private static void Map(WebApplication app, Action run)
    {
        app.UseBudgetFirewall();
        app.MapPost("/api/chat", async () =>
        {
            run();
            await Task.Yield();
            return "answer";
        }).RequireBudget("openai", o =>
        {
            o.Cost = 0.01m;
            o.Headers = BudgetHeaders.All;
        });
    }

    private static async Task<List<Answer>> SendAsync(params Uri[] addresses)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections / addresses.Length });
        var answers = await Task.WhenAll(Enumerable.Range(0, Requests).Select(async i =>
        {
            using var response = await client.PostAsync(new Uri(addresses[i % addresses.Length], "/api/chat"), content: null);
            var text = await response.Content.ReadAsStringAsync();
            return new Answer(response.StatusCode, response.Headers.RetryAfter?.Delta, response.Content.Headers.ContentType?.MediaType, text, response.Headers.Contains("RateLimit"));
        }));
        return [.. answers];
    }

    private static void AssertAnswers(List<Answer> answers)
    {
        answers.Count(answer => answer.Status == HttpStatusCode.OK).Should().Be(Allowed);
        answers.Where(answer => answer.Status == HttpStatusCode.OK).Should().AllSatisfy(answer => answer.Text.Should().Be("answer"));
        var denied = answers.Where(answer => answer.Status != HttpStatusCode.OK).ToList();
        denied.Should().AllSatisfy(answer =>
        {
            answer.Status.Should().Be(HttpStatusCode.TooManyRequests);
            answer.MediaType.Should().Be("application/problem+json");
            answer.RetryAfter.Should().NotBeNull();
            answer.Text.Should().Contain("\"decision\":\"budget_exceeded\"");
        });
        answers.Should().AllSatisfy(answer => answer.HasRateLimit.Should().BeTrue());
    }

    private sealed record Answer(HttpStatusCode Status, TimeSpan? RetryAfter, string? MediaType, string Text, bool HasRateLimit);
}
