using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>The guard by configuration and environment variables.</summary>
public sealed class ConfiguredGuardTests
{
    [Fact]
    public void Every_option_can_be_configured()
    {
        BudgetGuardOptions? read = null;
        var app = WebApplication.CreateSlimBuilder().Build();

        app.UseBudgetFirewall(Section(
            ("IsEnabled", "false"), ("RefuseRequests", "false"), ("ChargeRequests", "False"), ("WarnCallers", "false"), ("FailureMode", "allow"), ("GuardEveryRequest", "true"),
            ("ExcludePaths:0", "/status"), ("IncludeOnlyPaths", "/api, /v2"), ("ExcludeMethods:0", "TRACE"),
            ("Defaults:Firewall", "other"), ("Defaults:Provider", "openai"), ("Defaults:UserHeader", "X-User"), ("Defaults:RequireUser", "true"), ("Defaults:Operation", "chat"),
            ("Defaults:ProjectId", "site"), ("Defaults:Model", "m"), ("Defaults:Cost", "0.02"), ("Defaults:Permits", "3"), ("Defaults:Lease", "00:00:30"), ("Defaults:MaxHold", "00:10:00"),
            ("Defaults:Headers", "RateLimit, Remaining"), ("Defaults:WarnAtUtilization", "0.5"), ("Defaults:HiddenScopeKinds:0", "global"), ("Defaults:HiddenScopeKinds:1", "provider"),
            ("Defaults:DenialDetails", "UserId,Action")), options => read = options);

        (read!.IsEnabled, read.RefuseRequests, read.ChargeRequests, read.WarnCallers, read.FailureMode, read.GuardEveryRequest).Should().Be((false, false, false, false, FailureMode.Allow, true));
        read.ExcludePaths.Should().Equal(new PathString("/status"));
        read.IncludeOnlyPaths.Should().Equal(new PathString("/api"), new PathString("/v2"));
        read.ExcludeMethods.Should().Equal("TRACE");
        var defaults = read.Defaults;
        var context = new DefaultHttpContext { Request = { Headers = { ["X-User"] = "alice" } } };
        (defaults.Firewall, defaults.Provider, defaults.UserId(context), defaults.RequireUser).Should().Be(("other", "openai", "alice", true));
        (defaults.Operation!(context), defaults.ProjectId!(context), defaults.Model!(context), defaults.Cost, defaults.Permits).Should().Be(("chat", "site", "m", 0.02m, 3));
        (defaults.Lease, defaults.MaxHold, defaults.Headers).Should().Be((TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(10), BudgetHeaders.RateLimit | BudgetHeaders.Remaining));
        (defaults.WarnAtUtilization, defaults.DenialDetails).Should().Be((0.5m, BudgetDenialDetails.UserId | BudgetDenialDetails.Action));
        defaults.HiddenScopeKinds.Should().BeEquivalentTo(["global", "provider"]);
    }

    [Fact]
    public void What_is_not_configured_stays_and_an_empty_list_is_a_list()
    {
        BudgetGuardOptions? read = null;
        WebApplication.CreateSlimBuilder().Build().UseBudgetFirewall(Section(("ExcludeMethods", "")), options => read = options);

        read!.ExcludeMethods.Should().BeEmpty();
        read.ExcludePaths.Should().Equal(new PathString("/health"), new PathString("/metrics"));
        (read.IsEnabled, read.RefuseRequests, read.ChargeRequests, read.WarnCallers, read.FailureMode).Should().Be((true, true, true, true, (FailureMode?)null));
    }

    [Fact]
    public void Every_error_is_reported_at_once_with_its_path_and_the_value_found()
    {
        var section = Section(
            ("RefuseRequest", "false"), ("IsEnabled", "yes"), ("FailureMode", "Deny, Allow"), ("ExcludePaths:0", "health"), ("ExcludePaths:x", "/a"), ("ExcludeMethods:0", "get"), ("ChargeRequests:a", "b"),
            ("Defaults:Cost", "-1"), ("Defaults:Permits", "1.5"), ("Defaults:Lease", "00:30"), ("Defaults:Headers", "Rate"), ("Defaults:Providr", "openai"), ("Defaults:UserClaim", "sub"), ("Defaults:UserHeader", "X-User"));

        var e = FluentActions.Invoking(() => WebApplication.CreateSlimBuilder().Build().UseBudgetFirewall(section)).Should().ThrowExactly<OptionsValidationException>().Which;

        e.Failures.Should().BeEquivalentTo(
            "BudgetGuard:RefuseRequest is not a known key; known here are IsEnabled, RefuseRequests, ChargeRequests, WarnCallers, FailureMode, GuardEveryRequest, ExcludePaths, IncludeOnlyPaths, ExcludeMethods, Defaults",
            "BudgetGuard:IsEnabled must be true or false but is 'yes'",
            "BudgetGuard:FailureMode must be one of Deny, Allow but is 'Deny, Allow'",
            "BudgetGuard:ExcludePaths:0 must be a path that begins with a slash, as /health but is 'health'",
            "BudgetGuard:ExcludePaths:x must be an entry of a list, a single value under a number",
            "BudgetGuard:ExcludeMethods:0 must be a method in capital letters, as HEAD but is 'get'",
            "BudgetGuard:ChargeRequests must be a single value but has the keys a",
            "BudgetGuard:Defaults:Cost must be a number from 0 to 9000000000 but is '-1'",
            "BudgetGuard:Defaults:Permits must be a whole number but is '1.5'",
            "BudgetGuard:Defaults:Lease must be a time span hours:minutes:seconds from 00:00:01 to 1.00:00:00 but is '00:30'",
            "BudgetGuard:Defaults:Headers must be some of None, RateLimit, Remaining, Warning, All but is 'Rate'",
            "BudgetGuard:Defaults gives both UserClaim and UserHeader: give one",
            "BudgetGuard:Defaults:Providr is not a known key; known here are Firewall, Provider, UserClaim, UserHeader, RequireUser, Operation, ProjectId, Model, Cost, Permits, Lease, MaxHold, Headers, WarnAtUtilization, HiddenScopeKinds, DenialDetails");
    }

    [Fact]
    public void A_section_that_is_not_there_or_is_the_whole_configuration_is_an_error()
    {
        var whole = new ConfigurationBuilder().AddInMemoryCollection([new("BudgetGuard:IsEnabled", "true")]).Build();
        var app = WebApplication.CreateSlimBuilder().Build();

        FluentActions.Invoking(() => app.UseBudgetFirewall(whole.GetSection("BudgetGuards"))).Should().ThrowExactly<OptionsValidationException>().WithMessage("*'BudgetGuards' does not exist or is empty*");
        FluentActions.Invoking(() => app.UseBudgetFirewall(whole)).Should().ThrowExactly<OptionsValidationException>().WithMessage("*GetSection(\"BudgetGuard\")*");
    }

    [Fact]
    public async Task Environment_variables_guard_an_application_that_says_nothing_itself()
    {
        await using var app = await StartAsync([("GuardEveryRequest", "true"), ("Defaults:Provider", "openai"), ("Defaults:Cost", "1"), ("ExcludePaths", "/free")]);

        await GetAsync(app, "/plain");
        await GetAsync(app, "/free");

        (await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be(1m);
    }

    [Fact]
    public async Task Switched_off_nothing_is_checked_held_or_charged_and_reports_do_nothing()
    {
        await using var store = new SwitchableStore();
        await using var app = await StartAsync([("IsEnabled", "false"), ("Defaults:RequireUser", "true")], store);
        store.IsAway = true;

        (await GetAsync(app, "/reported")).Should().Be("Allowed");

        store.Calls.Should().Be(0);
        store.IsAway = false;
        (await app.StateAsync(BudgetScope.Global)).Spent.Should().Be(0m);
        app.Log.Lines.Should().Contain(line => line.Id.Id == 406);
    }

    [Fact]
    public async Task Without_refusing_what_does_not_fit_runs_and_is_charged_what_it_reports()
    {
        await using var app = await StartAsync([("RefuseRequests", "false")]);

        var decisions = new[] { await GetAsync(app, "/reported"), await GetAsync(app, "/reported"), await GetAsync(app, "/reported") };

        decisions.Should().Equal("Allowed", "Allowed", "BudgetExceeded");
        await Eventually.HoldsAsync(async () => await app.StateAsync(BudgetScope.Global) is { Spent: 6m, Held: 0m });
    }

    [Fact]
    public async Task Without_charging_requests_are_checked_and_refused_and_nothing_is_spent()
    {
        await using var app = await StartAsync([("ChargeRequests", "false")]);
        (await GetAsync(app, "/reported")).Should().Be("Allowed");
        (await app.StateAsync(BudgetScope.Global)).Should().Match<BudgetState>(state => state.Spent == 0m && state.Held == 0m);

        await app.Firewall.ChargeAsync(new() { Provider = "openai", Cost = 4.5m });

        await Problem.OfAsync(await app.Client.GetAsync("/reported"), 429);
    }

    [Fact]
    public async Task Without_warning_callers_get_the_other_headers_only()
    {
        await using var app = await StartAsync([("WarnCallers", "false"), ("Defaults:Headers", "All"), ("Defaults:WarnAtUtilization", "0")]);

        var response = await app.Client.GetAsync("/paid");

        response.Headers.Contains("X-Budget-Remaining").Should().BeTrue();
        response.Headers.Contains("X-Budget-Warning").Should().BeFalse();
    }

    [Theory]
    [InlineData("Allow", FailureMode.Deny, HttpStatusCode.OK)]
    [InlineData("Deny", FailureMode.Allow, HttpStatusCode.ServiceUnavailable)]
    [InlineData(null, FailureMode.Allow, HttpStatusCode.OK)]
    [InlineData(null, FailureMode.Deny, HttpStatusCode.ServiceUnavailable)]
    public async Task The_guard_fails_open_or_closed_as_it_says_else_as_the_firewall_does(string? guard, FailureMode firewall, HttpStatusCode status)
    {
        await using var store = new SwitchableStore();
        await using var app = await StartAsync([("WarnCallers", "true"), .. guard is null ? Array.Empty<(string, string)>() : [("FailureMode", guard)]], store, options => options.FailureMode = firewall);
        store.IsAway = true;

        (await app.Client.GetAsync("/paid")).StatusCode.Should().Be(status);
    }

    [Fact]
    public async Task What_ran_without_the_store_is_charged_once_the_store_is_back()
    {
        var clock = new ManualTimeProvider(new(2030, 1, 2, 18, 0, 0, TimeSpan.Zero));
        await using var store = new SwitchableStore(clock);
        await using var app = await StartAsync([("FailureMode", "Allow")], store, clock: clock);
        store.IsAway = true;
        (await GetAsync(app, "/reported")).Should().Be("StoreUnavailable");
        await Eventually.HoldsAsync(() => app.Log.Lines.Any(line => line.Id.Id == 232));

        store.IsAway = false;
        await Eventually.HoldsAsync(async () =>
        {
            await clock.PassAsync(TimeSpan.FromSeconds(1));
            return (await app.StateAsync(BudgetScope.Global)).Spent == 2m;
        });
    }

    [Fact]
    public async Task The_settings_on_the_page_are_taken_and_do_what_the_page_says()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Metrics", "aspnetcore.md"));
        var json = page.Split("```json")[1].Split("```")[0];
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json));
        var section = new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection("BudgetGuard");
        BudgetGuardOptions? read = null;

        WebApplication.CreateSlimBuilder().Build().UseBudgetFirewall(section, options => read = options);

        (read!.GuardEveryRequest, read.FailureMode, read.Defaults.Provider, read.Defaults.Cost, read.Defaults.RequireUser).Should().Be((true, FailureMode.Allow, "openai", 0.02m, true));
        read.ExcludePaths.Should().Contain(new PathString("/static"));
    }

    [Fact]
    public async Task A_refusal_names_nobody_unless_the_application_shows_it()
    {
        await using var silent = await StartAsync([("Defaults:UserHeader", "X-User"), ("Defaults:Model", "m-1")]);
        await using var open = await StartAsync([("Defaults:UserHeader", "X-User"), ("Defaults:Model", "m-1"), ("Defaults:ProjectId", "site"), ("Defaults:DenialDetails", "All")]);

        (await RefusedAsync(silent)).ToJsonString().Should().NotContain("alice").And.NotContain("m-1").And.NotContain("openai");
        var shown = await RefusedAsync(open);
        ((string)shown["userId"]!, (string)shown["projectId"]!, (string)shown["provider"]!, (string)shown["operation"]!, (string)shown["model"]!).Should().Be(("alice", "site", "openai", "request", "m-1"));
        ((string)shown["decision"]!, (string)shown["outcome"]!).Should().Be(("reject", "budget_exceeded"));
    }

    [Fact]
    public async Task A_rate_limit_throttles_and_what_never_fits_is_rejected()
    {
        await using var app = await StartAsync([("Defaults:DenialDetails", "Action"), ("Defaults:Permits", "2")], configure: options =>
            options.RateLimits.Add(new() { Scope = BudgetScope.Provider("openai"), Capacity = 2, RefillPerSecond = 0.01m }));
        await GetAsync(app, "/paid");
        var full = await Problem.OfAsync(await app.Client.GetAsync("/paid"), 429);
        ((string)full["decision"]!, (string)full["outcome"]!).Should().Be(("throttle", "rate_limited"));

        await using var small = await StartAsync([("Defaults:DenialDetails", "Action"), ("Defaults:Permits", "3")], configure: options =>
            options.RateLimits.Add(new() { Scope = BudgetScope.Provider("openai"), Capacity = 2, RefillPerSecond = 0.01m }));
        var never = await Problem.OfAsync(await small.Client.GetAsync("/paid"), 402);
        ((string)never["decision"]!, (string)never["outcome"]!).Should().Be(("reject", "rate_limited"));
    }

    private static async Task<System.Text.Json.Nodes.JsonObject> RefusedAsync(TestApp app)
    {
        await app.Firewall.ChargeAsync(new() { Provider = "openai", Cost = 5m });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/paid");
        request.Headers.Add("X-User", "alice");
        return await Problem.OfAsync(await app.Client.SendAsync(request), 429);
    }

    private static async Task<string> GetAsync(TestApp app, string path)
    {
        var response = await app.Client.GetAsync(path);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        return await response.Content.ReadAsStringAsync();
    }

    private static IConfigurationSection Section(params (string Key, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(value => KeyValuePair.Create("BudgetGuard:" + value.Key, (string?)value.Value))).Build().GetSection("BudgetGuard");

    /// <summary>An application with a budget of 5 whose endpoints cost 1 and report 2.</summary>
    private static Task<TestApp> StartAsync((string, string)[] guard, SwitchableStore? store = null, Action<BudgetFirewallOptions>? configure = null, TimeProvider? clock = null) => TestApp.StartAsync(
        options =>
        {
            options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 5m });
            configure?.Invoke(options);
        },
        app =>
        {
            app.UseBudgetFirewall(Section(guard));
            app.MapGet("/plain", () => "plain");
            app.MapGet("/free", () => "free");
            app.MapGet("/paid", () => "paid").RequireBudget("openai", o => o.Cost = 1m);
            app.MapGet("/reported", (IBudgetContext budget) =>
            {
                budget.ReportCost(2m);
                return budget.Decision.Outcome.ToString();
            }).RequireBudget("openai", o => o.Cost = 2m);
        },
        builder => builder.Services.AddSingleton(clock ?? TimeProvider.System),
        store);
}
