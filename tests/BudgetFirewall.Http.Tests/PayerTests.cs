using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Http.Tests;

public sealed class PayerTests
{
    [Fact]
    public async Task The_ambient_context_pays()
    {
        await using var api = await StartAsync();

        using (BudgetScopeContext.Begin(userId: "alice"))
            await api.Client.GetStringAsync("quote");
        await api.Client.GetStringAsync("quote");

        Assert.Equal((1m, 0m), await api.BudgetAsync(BudgetScope.User("alice")));
        Assert.Equal((2m, 0m), await api.BudgetAsync());
    }

    [Fact]
    public async Task Callers_at_the_same_time_each_pay_for_their_own()
    {
        await using var api = await StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            using var context = BudgetScopeContext.Begin(userId: $"user{i % 3}");
            await Task.Yield();
            await api.Client.GetStringAsync("quote");
        }));

        for (var i = 0; i < 3; i++)
            Assert.Equal((20m, 0m), await api.BudgetAsync(BudgetScope.User($"user{i}")));
    }

    [Fact]
    public async Task The_request_names_its_payer_and_leaves_the_rest_to_the_context()
    {
        await using var api = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "quote");
        request.Options.Set(BudgetHttpKeys.Payer, new BudgetScopeContext { UserId = "bob", Dimensions = new Dictionary<string, string> { ["feature"] = "chart" } });

        using (BudgetScopeContext.Begin(userId: "alice", projectId: "desk", dimensions: new Dictionary<string, string> { ["feature"] = "any", ["tenant"] = "acme" }))
        {
            using var response = await api.Client.SendAsync(request);
        }

        var paid = Assert.Single(api.Settled).Request;
        Assert.Equal(("bob", "desk", "chart", "acme"), (paid.UserId, paid.ProjectId, paid.Dimensions!["feature"], paid.Dimensions["tenant"]));
    }

    [Fact]
    public async Task A_context_within_another_adds_to_it_and_gives_it_back()
    {
        Assert.Null(BudgetScopeContext.Current);
        using (BudgetScopeContext.Begin(userId: "alice"))
        {
            using (BudgetScopeContext.Begin(projectId: "desk"))
                Assert.Equal(new BudgetScopeContext { UserId = "alice", ProjectId = "desk" }, BudgetScopeContext.Current);
            await Task.Yield();
            Assert.Equal(new BudgetScopeContext { UserId = "alice" }, BudgetScopeContext.Current);
        }
        Assert.Null(BudgetScopeContext.Current);
    }

    [Fact]
    public async Task The_description_has_the_last_word()
    {
        await using var api = await StartAsync(options => options.Describe = (http, request) => request with
        {
            Operation = http.RequestUri!.AbsolutePath.TrimStart('/'),
            UserId = "carol",
            Cost = 3m,
        });

        using (BudgetScopeContext.Begin(userId: "alice"))
            await api.Client.GetStringAsync("quote");

        Assert.Equal((1m, 0m), await api.BudgetAsync(BudgetScope.User("carol")));
        Assert.Equal("quote", Assert.Single(api.Settled).Request.Operation);
    }

    [Fact]
    public async Task The_provider_is_the_clients_name_unless_it_is_given()
    {
        await using var named = await StartAsync();
        await using var given = await StartAsync(options => options.Provider = "exchange");

        await named.Client.GetStringAsync("quote");
        await given.Client.GetStringAsync("quote");

        Assert.Equal(GuardedApi.Name, Assert.Single(named.Settled).Request.Provider);
        Assert.Equal("exchange", Assert.Single(given.Settled).Request.Provider);
    }

    [Fact]
    public async Task An_operation_id_is_refused_since_each_call_is_an_operation_of_its_own()
    {
        await using var api = await StartAsync(options => options.Describe = (_, request) => request with { OperationId = "mine" });

        await Assert.ThrowsAsync<ArgumentException>(() => api.Client.GetStringAsync("quote"));

        Assert.Equal(0, api.Server.Arrived);
    }

    [Fact]
    public async Task A_named_firewall_can_decide_and_options_can_come_from_services()
    {
        var services = new ServiceCollection();
        services.AddSingleton("theta");
        services.AddBudgetFirewall(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 0m }), "strict");
        services.AddHttpClient("api").AddBudgetFirewall(
            (options, container) =>
            {
                options.Provider = container.GetRequiredService<string>();
                options.Describe = (_, request) => request with { Cost = 1m };
            },
            firewallName: "strict");
        await using var provider = services.BuildServiceProvider();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("api");

        var denied = await Assert.ThrowsAsync<BudgetExceededException>(() => client.GetAsync(new Uri("http://127.0.0.1:1/")));

        Assert.Equal("global/day", Assert.Single(denied.Decision.DeniedByBudgets).BudgetId);
    }

    private static Task<GuardedApi> StartAsync(Action<BudgetHandlerOptions>? configure = null) => GuardedApi.StartAsync(
        configure,
        options => options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 100m }));
}
