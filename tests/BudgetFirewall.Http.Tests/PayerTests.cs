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

        (await api.BudgetAsync(BudgetScope.User("alice"))).Should().Be((1m, 0m));
        (await api.BudgetAsync()).Should().Be((2m, 0m));
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
            (await api.BudgetAsync(BudgetScope.User($"user{i}"))).Should().Be((20m, 0m));
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

        var paid = api.Settled.Should().ContainSingle().Which.Request;
        (paid.UserId, paid.ProjectId, paid.Dimensions!["feature"], paid.Dimensions["tenant"]).Should().Be(("bob", "desk", "chart", "acme"));
    }

    [Fact]
    public async Task A_context_within_another_adds_to_it_and_gives_it_back()
    {
        BudgetScopeContext.Current.Should().BeNull();
        using (BudgetScopeContext.Begin(userId: "alice"))
        {
            using (BudgetScopeContext.Begin(projectId: "desk"))
                BudgetScopeContext.Current.Should().Be(new BudgetScopeContext { UserId = "alice", ProjectId = "desk" });
            await Task.Yield();
            BudgetScopeContext.Current.Should().Be(new BudgetScopeContext { UserId = "alice" });
        }
        BudgetScopeContext.Current.Should().BeNull();
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

        (await api.BudgetAsync(BudgetScope.User("carol"))).Should().Be((1m, 0m));
        api.Settled.Should().ContainSingle().Which.Request.Operation.Should().Be("quote");
    }

    [Fact]
    public async Task The_provider_is_the_clients_name_unless_it_is_given()
    {
        await using var named = await StartAsync();
        await using var given = await StartAsync(options => options.Provider = "exchange");

        await named.Client.GetStringAsync("quote");
        await given.Client.GetStringAsync("quote");

        named.Settled.Should().ContainSingle().Which.Request.Provider.Should().Be(GuardedApi.Name);
        given.Settled.Should().ContainSingle().Which.Request.Provider.Should().Be("exchange");
    }

    [Fact]
    public async Task An_operation_id_is_refused_since_each_call_is_an_operation_of_its_own()
    {
        await using var api = await StartAsync(options => options.Describe = (_, request) => request with { OperationId = "mine" });

        await FluentActions.Awaiting(() => api.Client.GetStringAsync("quote")).Should().ThrowExactlyAsync<ArgumentException>();

        api.Server.Arrived.Should().Be(0);
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

        var denied = (await FluentActions.Awaiting(() => client.GetAsync(new Uri("http://127.0.0.1:1/"))).Should().ThrowExactlyAsync<BudgetExceededException>()).Which;

        denied.Decision.DeniedByBudgets.Should().ContainSingle().Which.BudgetId.Should().Be("global/day");
    }

    private static Task<GuardedApi> StartAsync(Action<BudgetHandlerOptions>? configure = null) => GuardedApi.StartAsync(
        configure,
        options => options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 100m }));
}
