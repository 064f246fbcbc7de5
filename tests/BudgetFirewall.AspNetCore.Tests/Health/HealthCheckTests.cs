using System.Net;
using BudgetFirewall.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Healthy is a store that answers, whatever the budgets stand at.</summary>
public sealed class HealthCheckTests
{
    [Fact]
    public async Task A_used_up_budget_is_healthy_and_a_store_that_is_away_is_not()
    {
        await using var store = new SwitchableStore();
        await using var app = await StartAsync(options => options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 1m }), store);
        await app.Firewall.ChargeAsync(new() { Provider = "p", Cost = 5m });
        (await HealthAsync(app)).Should().Be((HttpStatusCode.OK, "Healthy"));
        store.IsAway = true;
        (await HealthAsync(app)).Should().Be((HttpStatusCode.ServiceUnavailable, "Unhealthy"));
        store.IsAway = false;
        (await HealthAsync(app)).Should().Be((HttpStatusCode.OK, "Healthy"));
    }

    [Fact]
    public async Task Partitioned_budgets_and_other_statuses_are_fine()
    {
        await using var store = new SwitchableStore();
        await using var app = await StartAsync(options => options.PartitionBy = "tenant", store, HealthStatus.Degraded);
        (await HealthAsync(app)).Should().Be((HttpStatusCode.OK, "Healthy"));
        store.IsAway = true;
        (await HealthAsync(app)).Should().Be((HttpStatusCode.OK, "Degraded"));
    }

    [Fact]
    public async Task A_runtime_budget_that_cannot_be_read_is_unhealthy_until_it_is_removed()
    {
        await using var store = new SwitchableStore { Damaged = new(new(LimitKind.Budget, "damaged"), "it is no JSON", Scope: null) };
        await using var app = await StartAsync(_ => { }, store);
        await store.SetLimitsAsync(null, "", [LimitDefinition.Of(new Budget { Id = "damaged", Scope = BudgetScope.User("alice"), Limit = 1m })]);
        (await HealthAsync(app)).Should().Be((HttpStatusCode.ServiceUnavailable, "Unhealthy"));

        store.Damaged = null;
        await app.Firewall.Budgets.RemoveAsync("damaged");

        (await HealthAsync(app)).Should().Be((HttpStatusCode.OK, "Healthy"));
    }

    [Fact]
    public async Task The_store_is_really_asked()
    {
        await using var store = new SwitchableStore();
        await using var app = await StartAsync(_ => { }, store);
        var calls = store.Calls;
        await HealthAsync(app);
        (store.Calls > calls).Should().BeTrue();
    }

    [Fact]
    public async Task Probes_while_the_store_is_away_are_one_line_a_minute()
    {
        var clock = ServiceApp.NewClock();
        await using var store = new SwitchableStore(clock);
        await using var app = await TestApp.StartAsync(
            options => options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 1m }),
            app =>
            {
                app.MapHealthChecks("/health");
                app.MapBudgetFirewall("/b").AllowAnonymous();
            },
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(clock);
                builder.Services.AddHealthChecks().AddBudgetFirewall();
            },
            store);
        store.IsAway = true;
        for (var second = 0; second < 180; second += 5)
        {
            (await HealthAsync(app)).Should().Be((HttpStatusCode.ServiceUnavailable, "Unhealthy"));
            (await app.Client.GetAsync("/b/health")).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            clock.Advance(TimeSpan.FromSeconds(5));
        }
        app.Log.Lines.Count(line => line.Id.Id == 210).Should().Be(3);
        app.Log.Lines.Should().NotContain(line => line.Id.Id != 210 && line.Text.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_Redis_that_has_gone_is_unhealthy()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var app = await TestApp.StartAsync(
            options =>
            {
                options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 1m });
                // A busy machine must not look like a store that is away.
                options.StoreTimeout = TimeSpan.FromSeconds(5);
            },
            app =>
            {
                app.UseBudgetFirewall();
                app.MapHealthChecks("/health");
                app.MapGet("/paid", () => "paid").RequireBudget("openai", o => o.Cost = 1m);
            },
            builder => builder.Services.AddHealthChecks().AddBudgetFirewall(),
            use: firewall => firewall.UseRedis(redis.Address));
        await Eventually.HoldsAsync(async () => await HealthAsync(app) == (HttpStatusCode.OK, "Healthy"));
        (await app.Client.GetAsync("/paid")).StatusCode.Should().Be(HttpStatusCode.OK);
        (await HealthAsync(app)).Should().Be((HttpStatusCode.OK, "Healthy"));
        await Problem.OfAsync(await app.Client.GetAsync("/paid"), 429);

        await redis.KillAsync();

        var denial = app.Client.GetAsync("/paid");
        (await HealthAsync(app)).Should().Be((HttpStatusCode.ServiceUnavailable, "Unhealthy"));
        await Problem.OfAsync(await denial, 503);
    }

    private static Task<TestApp> StartAsync(Action<BudgetFirewallOptions> configure, SwitchableStore store, HealthStatus? failureStatus = null) => TestApp.StartAsync(
        configure,
        app => app.MapHealthChecks("/health"),
        builder => builder.Services.AddHealthChecks().AddBudgetFirewall(failureStatus: failureStatus, tags: ["ready"]),
        store);

    private static async Task<(HttpStatusCode, string)> HealthAsync(TestApp app)
    {
        var response = await app.Client.GetAsync("/health");
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
