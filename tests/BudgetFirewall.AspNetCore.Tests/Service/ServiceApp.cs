using System.Text;
using System.Text.Json.Nodes;
using BudgetFirewall.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>The HTTP service on a Kestrel of its own, and calls to it.</summary>
internal sealed class ServiceApp(TestApp app) : IAsyncDisposable
{
    public const string Prefix = "/budget/v1";

    public static ManualTimeProvider NewClock() => new(new(2030, 1, 2, 18, 0, 0, TimeSpan.Zero));

    public HttpClient Client => app.Client;

    public TestApp App => app;

    public static async Task<ServiceApp> StartAsync(
        Action<BudgetFirewallOptions>? configure = null, Action<BudgetServiceOptions>? service = null, IBudgetStore? store = null, TimeProvider? clock = null,
        Action<BudgetFirewallServiceBuilder>? use = null) => new(await TestApp.StartAsync(
        options =>
        {
            options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = 10m });
            options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 1_000m, Period = BudgetPeriod.Month });
            options.RateLimits.Add(new() { Scope = BudgetScope.Provider("finnhub"), Capacity = 2, RefillPerSecond = 0.5m });
            options.Pricing.Providers["finnhub"] = 0.01m;
            options.Pricing.Units["record"] = 0.001m;
            options.Pricing.Models["m"] = ModelPrice.PerMillion(1m, 2m);
            configure?.Invoke(options);
        },
        app => app.MapBudgetFirewall(Prefix, options =>
        {
            options.MaxAnonymousLease = TimeSpan.FromHours(24);
            service?.Invoke(options);
        }).AllowAnonymous(),
        builder => builder.Services.AddSingleton<TimeProvider>(clock ?? NewClock()),
        store,
        use));

    /// <summary>A service in which something has been charged, so that it shows what a call changes.</summary>
    public static async Task<ServiceApp> StartWithSomethingAsync()
    {
        var service = await StartAsync();
        await service.PostForJsonAsync("/charge", """{"provider":"openai","userId":"alice","cost":1}""");
        return service;
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null, string? key = null, string mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(method, Prefix + path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, mediaType);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await Client.SendAsync(request);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string? body = null, string? key = null) => SendAsync(HttpMethod.Post, path, body, key);

    public async Task<JsonObject> PostForJsonAsync(string path, string? body, string? key = null) => await Problem.JsonAsync(await PostAsync(path, body, key));

    public async Task<JsonObject> GetForJsonAsync(string path) => await Problem.JsonAsync(await SendAsync(HttpMethod.Get, path));

    /// <summary>Everything there is to see, to be the same after a refused call as before it.</summary>
    public async Task<string> EverythingAsync()
    {
        var text = new StringBuilder();
        foreach (var path in new[] { "/status/user/alice", "/status/global/global", "/status/provider/finnhub", "/budgets", "/rate-limits" })
            text.AppendLine((await GetForJsonAsync(path)).ToJsonString());
        return text.ToString();
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
