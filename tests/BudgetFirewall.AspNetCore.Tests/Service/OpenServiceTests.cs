using System.Net;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>The service is open to everybody only where the application says so.</summary>
public sealed class OpenServiceTests
{
    private const int OpenInDevelopment = 410;
    private const int Stopped = 411;

    [Fact]
    public async Task A_service_that_everybody_could_use_does_not_start_and_names_each_open_part()
    {
        var all = (await FluentActions.Awaiting(() => StartAsync(app => app.MapBudgetFirewall("/b"))).Should().ThrowExactlyAsync<InvalidOperationException>()).Which;
        all.Message.Should().Contain("'/b'");
        all.Message.Should().Contain("Deciding, Reading, Administration.");
        all.Message.Should().Contain("RequireAuthorization()");
        all.Message.Should().Contain("AllowAnonymous()");

        var one = (await FluentActions.Awaiting(() => StartAsync(app =>
        {
            var budgets = app.MapBudgetFirewall("/b");
            budgets.Deciding.RequireAuthorization();
            budgets.Reading.AllowAnonymous();
        })).Should().ThrowExactlyAsync<InvalidOperationException>()).Which;
        one.Message.Should().Contain("endpoint groups: Administration.");
    }

    public static TheoryData<string> Ways => ["whole", "parts", "anonymous", "group", "group of a group", "fallback", "left out", "added last"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_service_whose_users_are_named_starts_in_whatever_way_they_are(string way)
    {
        await using var app = await StartAsync(
            app =>
            {
                switch (way)
                {
                    case "whole":
                        app.MapBudgetFirewall("/b").RequireAuthorization();
                        break;
                    case "parts":
                        var budgets = app.MapBudgetFirewall("/b");
                        budgets.Deciding.RequireAuthorization("callers");
                        budgets.Reading.RequireAuthorization(policy => policy.RequireAuthenticatedUser());
                        budgets.Administration.RequireAuthorization(new AuthorizationPolicyBuilder().RequireRole("admin").Build());
                        break;
                    case "anonymous":
                        app.MapBudgetFirewall("/b").AllowAnonymous();
                        break;
                    case "group":
                        app.MapGroup("").RequireAuthorization().MapBudgetFirewall("/b");
                        break;
                    case "group of a group":
                        var group = app.MapGroup("");
                        group.MapGroup("/b").MapBudgetFirewall("");
                        group.RequireAuthorization();
                        break;
                    case "fallback":
                        app.MapBudgetFirewall("/b").Health.AllowAnonymous();
                        break;
                    case "left out":
                        app.MapBudgetFirewall("/b", o => o.Groups = BudgetEndpointGroups.Health);
                        break;
                    case "added last":
                        var last = app.MapBudgetFirewall("/b");
                        last.Finally(endpoint => endpoint.Metadata.Add(new AuthorizeAttribute()));
                        break;
                }
            },
            build: builder =>
            {
                if (way == "fallback")
                    builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            });
        var expected = way switch { "anonymous" => HttpStatusCode.OK, "left out" => HttpStatusCode.NotFound, _ => HttpStatusCode.Unauthorized };
        (await PutBudgetAsync(app)).StatusCode.Should().Be(expected);
        app.Log.Lines.Where(line => line.Id.Id is OpenInDevelopment or Stopped).Should().BeEmpty();
        app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public async Task An_open_service_in_a_group_stops_the_application_and_serves_nobody()
    {
        await using var app = await StartAsync(app => app.MapGroup("/internal").MapBudgetFirewall("/b"));
        app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested.Should().BeTrue();
        var line = app.Log.Lines.Should().ContainSingle(line => line.Id.Id == Stopped).Which;
        line.Level.Should().Be(LogLevel.Critical);
        line.Text.Should().Contain("Deciding, Reading, Administration.");
    }

    [Fact]
    public async Task An_open_service_of_a_branch_fails_every_request_but_health()
    {
        // It goes on to serve, as an application does that takes its time to stop.
        await using var app = await StartAsync(app => app.Map("/branch", branch =>
        {
            branch.UseRouting();
            branch.UseEndpoints(endpoints => endpoints.MapBudgetFirewall("/b"));
        }));
        (await PutBudgetAsync(app, "/branch/b/budgets")).StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await app.Client.GetAsync("/branch/b/budgets")).StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await app.Client.GetAsync("/branch/b/health")).StatusCode.Should().Be(HttpStatusCode.OK);
        (await app.Firewall.Budgets.ListAsync()).Should().ContainSingle();
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task A_part_that_asks_for_authorization_and_lets_everybody_in_does_not_start(string environment)
    {
        var thrown = (await FluentActions.Awaiting(() => StartAsync(
            app =>
            {
                var budgets = app.MapBudgetFirewall("/b");
                budgets.AllowAnonymous();
                budgets.Administration.RequireAuthorization();
            },
            environment: environment)).Should().ThrowExactlyAsync<InvalidOperationException>()).Which;
        thrown.Message.Should().Contain("'/b'").And.Contain("endpoint groups: Administration.").And.Contain("AllowAnonymous()").And.Contain("RequireAuthorization()");
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task A_group_that_lets_everybody_in_around_a_protected_part_stops_the_application_and_serves_nobody(string environment)
    {
        await using var app = await StartAsync(
            app =>
            {
                app.Map("/branch", branch =>
                {
                    branch.UseRouting();
                    branch.UseAuthorization();
                    branch.UseEndpoints(endpoints => endpoints.MapGroup("").AllowAnonymous().MapBudgetFirewall("/b").RequireAuthorization());
                });
                app.MapGroup("").AllowAnonymous().MapBudgetFirewall("/c").RequireAuthorization();
            },
            environment: environment);
        (await PutBudgetAsync(app, "/branch/b/budgets")).StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await app.Client.GetAsync("/branch/b/health")).StatusCode.Should().Be(HttpStatusCode.OK);
        (await app.Firewall.Budgets.ListAsync()).Should().ContainSingle();
        app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested.Should().BeTrue();
        app.Log.Lines.Should().Contain(line => line.Id.Id == Stopped && line.Text.Contains("Deciding, Reading, Administration.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Production", false, HttpStatusCode.InternalServerError)]
    [InlineData("Development", false, HttpStatusCode.InternalServerError)]
    [InlineData("Production", true, HttpStatusCode.Unauthorized)]
    [InlineData("Development", true, HttpStatusCode.Unauthorized)]
    public async Task A_fallback_policy_protects_only_where_the_authorization_middleware_runs(string environment, bool isUsed, HttpStatusCode expected)
    {
        using var host = new HostBuilder()
            .UseEnvironment(environment)
            .ConfigureWebHost(web => web
                .UseKestrelCore()
                .ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0))
                .ConfigureServices(services =>
                {
                    services.AddRouting();
                    services.AddBudgetFirewall(options => options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 5m }));
                    services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, HeaderUserHandler>("test", null);
                    services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
                })
                .Configure(app =>
                {
                    app.UseRouting();
                    if (isUsed)
                        app.UseAuthorization();
                    app.UseEndpoints(endpoints => endpoints.MapBudgetFirewall("/b"));
                }))
            .Build();
        await host.StartAsync();
        using var client = new HttpClient { BaseAddress = new(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };
        using var body = new StringContent("""{"scope":"user=mallory","limit":1000}""", Encoding.UTF8, "application/json");
        (await client.PutAsync("/b/budgets", body)).StatusCode.Should().Be(expected);
        (await host.Services.GetRequiredService<IBudgetFirewall>().Budgets.ListAsync()).Should().ContainSingle();
        (await client.GetAsync("/b/health")).StatusCode.Should().Be(isUsed ? HttpStatusCode.Unauthorized : HttpStatusCode.OK);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_fallback_policy_is_looked_up_once_for_an_endpoint_and_not_for_every_request()
    {
        CountingPolicies? policies = null;
        await using var app = await StartAsync(
            app =>
            {
                policies = (CountingPolicies)app.Services.GetRequiredService<IAuthorizationPolicyProvider>();
                app.MapBudgetFirewall("/b");
            },
            builder =>
            {
                builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(_ => true).Build());
                builder.Services.AddSingleton<IAuthorizationPolicyProvider, CountingPolicies>();
            });
        (await app.Client.GetAsync("/b/budgets")).StatusCode.Should().Be(HttpStatusCode.OK);
        var looked = policies!.Count;

        for (var i = 0; i < 5; i++)
            (await app.Client.GetAsync("/b/budgets")).StatusCode.Should().Be(HttpStatusCode.OK);

        policies.Count.Should().Be(looked);
    }

    [Fact]
    public async Task An_open_service_in_development_is_one_warning()
    {
        await using var app = await StartAsync(
            app =>
            {
                var budgets = app.MapBudgetFirewall("/b");
                budgets.Deciding.RequireAuthorization();
            },
            environment: "Development");
        (await PutBudgetAsync(app)).StatusCode.Should().Be(HttpStatusCode.OK);
        var line = app.Log.Lines.Should().ContainSingle(line => line.Id.Id == OpenInDevelopment).Which;
        line.Level.Should().Be(LogLevel.Warning);
        line.Text.Should().Contain("'/b', endpoint groups: Reading, Administration.");
    }

    [Fact]
    public async Task Nobody_is_sent_to_a_login_page()
    {
        await using var app = await StartAsync(
            app =>
            {
                app.MapBudgetFirewall("/b").RequireAuthorization("admins");
                app.MapGet("/page", () => "a page").RequireAuthorization();
                app.MapGet("/login", async (HttpContext context) =>
                    await Microsoft.AspNetCore.Authentication.AuthenticationHttpContextExtensions.SignInAsync(context, new(new System.Security.Claims.ClaimsIdentity([new("sub", "alice")], "test"))));
            },
            builder => builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie());
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = true }) { BaseAddress = app.Address };
        (await client.GetAsync("/page")).StatusCode.Should().Be(HttpStatusCode.Redirect);
        foreach (var expected in new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden })
        {
            foreach (var path in new[] { "/b/budgets", "/b/status/user/alice", "/b/health" })
            {
                (path, (await client.GetAsync(path)).StatusCode).Should().Be((path, expected));
            }
            await client.GetAsync("/login");
        }
    }

    [Fact]
    public async Task No_answer_may_be_stored()
    {
        await using var store = new SwitchableStore();
        await using var service = await ServiceApp.StartAsync(store: store);
        (HttpMethod Method, string Path, string? Body, int Status)[] calls =
        [
            (HttpMethod.Get, "/budgets", null, 200),
            (HttpMethod.Get, "/status/user/alice", null, 200),
            (HttpMethod.Get, "/health", null, 200),
            (HttpMethod.Get, "/budgets/none", null, 404),
            (HttpMethod.Post, "/check", """{"provider":"p","userId":"alice","cost":99}""", 402),
            (HttpMethod.Post, "/charge", "{}", 400),
            (HttpMethod.Post, "/reservations/x/commit", """{"cost":1}""", 404),
        ];
        foreach (var (method, path, body, status) in calls)
            AssertNotStored(await service.SendAsync(method, path, body), status);
        AssertNotStored(await service.SendAsync(HttpMethod.Post, "/charge", "{}", mediaType: "text/plain"), 415);
        store.IsAway = true;
        AssertNotStored(await service.SendAsync(HttpMethod.Get, "/health"), 503);
        AssertNotStored(await service.SendAsync(HttpMethod.Get, "/budgets"), 503);
    }

    [Theory]
    [InlineData(BudgetHeaders.All, "no-store")]
    [InlineData(BudgetHeaders.Remaining, "no-store")]
    [InlineData(BudgetHeaders.None, "public, max-age=60")]
    public async Task An_answer_that_tells_what_is_left_may_not_be_stored_whatever_its_endpoint_says(BudgetHeaders headers, string expected)
    {
        await using var app = await StartAsync(app =>
        {
            app.UseBudgetFirewall(o => o.Defaults.Headers = headers);
            app.MapGet("/paid", (HttpContext context) =>
            {
                context.Response.Headers.CacheControl = "public, max-age=60";
                return "paid";
            }).RequireBudget("openai", o => o.Cost = 3m);
        });
        ((await app.Client.GetAsync("/paid")).Headers.CacheControl?.ToString()).Should().Be(expected);
        var denied = await app.Client.GetAsync("/paid");
        denied.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        (denied.Headers.CacheControl?.NoStore ?? false).Should().Be(headers != BudgetHeaders.None);
    }

    private static void AssertNotStored(HttpResponseMessage response, int status)
    {
        ((int)response.StatusCode).Should().Be(status);
        (response.Headers.CacheControl?.NoStore).Should().BeTrue($"{response.RequestMessage!.RequestUri}: {response.Headers.CacheControl}");
    }

    private static async Task<HttpResponseMessage> PutBudgetAsync(TestApp app, string path = "/b/budgets")
    {
        using var body = new StringContent("""{"scope":"user=mallory","limit":1000}""", Encoding.UTF8, "application/json");
        return await app.Client.PutAsync(path, body);
    }

    private static Task<TestApp> StartAsync(Action<WebApplication> map, Action<WebApplicationBuilder>? build = null, string environment = "Production") => TestApp.StartAsync(
        options => options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 5m }),
        map,
        builder =>
        {
            HeaderUserHandler.AddTo(builder);
            build?.Invoke(builder);
        },
        environment: environment);

    /// <summary>Counts how often the fallback policy is asked for. The framework remembers what it has made of it.</summary>
    private sealed class CountingPolicies(IOptions<AuthorizationOptions> options) : DefaultAuthorizationPolicyProvider(options), IAuthorizationPolicyProvider
    {
        private int _count;

        public int Count => _count;

        bool IAuthorizationPolicyProvider.AllowsCachingPolicies => true;

        Task<AuthorizationPolicy?> IAuthorizationPolicyProvider.GetFallbackPolicyAsync()
        {
            Interlocked.Increment(ref _count);
            return GetFallbackPolicyAsync();
        }
    }
}
