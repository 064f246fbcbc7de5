using System.Net;
using System.Security.Claims;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Keys and reservations belong to the caller who has used or made them.</summary>
public sealed class OwnershipTests
{
    private const string Key = "order-4711";

    [Fact]
    public async Task Another_callers_key_is_another_operation_and_the_first_still_gets_its_own_answer()
    {
        await using var app = await StartAsync();
        var first = await ReserveAsync(app, "alice", "0.05");

        var other = await ReserveAsync(app, "mallory", "0.05");
        await Problem.OfAsync(await CallAsync(app, "mallory", $"/reservations/{first.Id}/commit", """{"cost":50}"""), 404);
        var committed = await Problem.JsonAsync(await CallAsync(app, "alice", $"/reservations/{first.Id}/commit", """{"cost":"0.04"}"""));
        var again = await ReserveAsync(app, "alice", "0.05");

        ((bool)other.Answer["decision"]!["isReplay"]!).Should().BeFalse();
        other.Id.Should().NotBe(first.Id);
        ((string)committed["cost"]!, (bool)committed["isReplay"]!, (string)committed["operationId"]!).Should().Be(("0.04", false, Key));
        ((bool)again.Answer["decision"]!["isReplay"]!, again.Id).Should().Be((true, first.Id));
        (await AmountsAsync(app)).Should().Be((0.04m, 0.05m));
    }

    [Fact]
    public async Task A_reservation_of_another_caller_is_answered_as_one_that_does_not_exist()
    {
        await using var app = await StartAsync();
        var (id, _) = await ReserveAsync(app, "alice", "1");
        var unknown = id[..^22] + new string('A', 22);

        foreach (var (path, body) in new[] { ("commit", """{"cost":1}"""), ("commit", """{"usage":{"responseBytes":1}}"""), ("extend", """{"leaseSeconds":30}""") })
        {
            var others = await Problem.OfAsync(await CallAsync(app, "mallory", $"/reservations/{id}/{path}", body), 404);
            var missing = await Problem.OfAsync(await CallAsync(app, "alice", $"/reservations/{unknown}/{path}", body), 404);
            others.ToJsonString().Should().Be(missing.ToJsonString().Replace(unknown, id, StringComparison.Ordinal));
        }
        (await CallAsync(app, "mallory", $"/reservations/{id}/release", body: null)).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await CallAsync(app, "alice", $"/reservations/{unknown}/release", body: null)).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await AmountsAsync(app)).Should().Be((0m, 1m));

        (await CallAsync(app, "alice", $"/reservations/{id}/release", body: null)).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await AmountsAsync(app)).Should().Be((0m, 0m));
    }

    [Theory]
    [InlineData("/check")]
    [InlineData("/spend")]
    [InlineData("/charge")]
    [InlineData("/charge/batch")]
    [InlineData("/check/batch")]
    [InlineData("/budgets/check")]
    [InlineData("/budgets/check/batch")]
    public async Task Every_call_with_a_key_keeps_callers_apart(string path)
    {
        await using var app = await StartAsync();
        var isBatch = path.EndsWith("/batch", StringComparison.Ordinal);
        async Task<bool> IsReplayAsync(string? user, string cost)
        {
            var one = $$"""{"provider":"p","cost":"{{cost}}"}""";
            var answer = await Problem.JsonAsync(await CallAsync(app, user, path, isBatch ? $$"""{"requests":[{{one}}]}""" : one, Key));
            var result = isBatch ? answer["results"]![0]! : answer;
            return (bool)((isBatch ? result["decision"] ?? result["receipt"] : result)!["isReplay"]!);
        }

        (await IsReplayAsync("alice", "1")).Should().BeFalse();
        (await IsReplayAsync("mallory", "2")).Should().BeFalse();
        (await IsReplayAsync(null, "3")).Should().BeFalse();
        (await IsReplayAsync("alice", "1")).Should().BeTrue();
        (await IsReplayAsync("mallory", "2")).Should().BeTrue();
        (await IsReplayAsync(null, "3")).Should().BeTrue();
    }

    [Theory]
    [InlineData("client_id=a", "client_id=b")]
    [InlineData("azp=a", "azp=b")]
    [InlineData("appid=a", "appid=b")]
    [InlineData("client_id=a", "azp=a")]
    [InlineData("tenant=a", "tenant=b")]
    [InlineData("tenant=a", "tenant=a,scope=x")]
    [InlineData("tenant=a,scope=x", "scope=a,tenant=x")]
    public async Task Callers_whose_tokens_name_no_user_do_not_share_keys(string first, string second)
    {
        await using var app = await StartAsync();
        var (id, _) = await ReserveAsync(app, null, "0.05", ("Test-Claims", first));

        var other = await ReserveAsync(app, null, "0.05", ("Test-Claims", second));
        var again = await ReserveAsync(app, null, "0.05", ("Test-Claims", first));

        other.Id.Should().NotBe(id);
        ((bool)other.Answer["decision"]!["isReplay"]!).Should().BeFalse();
        (again.Id, (bool)again.Answer["decision"]!["isReplay"]!).Should().Be((id, true));
    }

    [Theory]
    [InlineData("client_id=a,jti=1,exp=1", "jti=2,exp=2,client_id=a")]
    [InlineData("tenant=a,scope=x", "scope=x,tenant=a")]
    [InlineData("sub=a,client_id=1", "sub=a,client_id=2")]
    public async Task A_caller_is_the_same_by_its_name_or_by_all_of_its_claims_in_any_order(string first, string second)
    {
        await using var app = await StartAsync();
        var (id, _) = await ReserveAsync(app, null, "0.05", ("Test-Claims", first));

        var again = await ReserveAsync(app, null, "0.05", ("Test-Claims", second));

        (again.Id, (bool)again.Answer["decision"]!["isReplay"]!).Should().Be((id, true));
    }

    [Fact]
    public async Task Callers_share_keys_and_reservations_where_that_is_asked_for()
    {
        await using var app = await StartAsync(options => options.IsolateCallers = false);
        var first = await ReserveAsync(app, "alice", "0.05");

        var other = await ReserveAsync(app, "bob", "0.05");
        var committed = await Problem.JsonAsync(await CallAsync(app, "bob", $"/reservations/{first.Id}/commit", """{"cost":"0.04"}"""));

        ((bool)other.Answer["decision"]!["isReplay"]!, other.Id).Should().Be((true, first.Id));
        ((string)committed["cost"]!).Should().Be("0.04");
    }

    [Fact]
    public async Task An_application_says_who_is_one_caller()
    {
        await using var app = await StartAsync(options => options.CallerScope = context => context.User.Identity?.Name is null ? context.Request.Headers["Tenant"].ToString() : null);
        var acme = await ReserveAsync(app, "alice", "0.05", ("Tenant", "acme"));

        var same = await ReserveAsync(app, "bob", "0.05", ("Tenant", "acme"));
        var other = await ReserveAsync(app, "bob", "0.05", ("Tenant", "globex"));

        (same.Id, (bool)same.Answer["decision"]!["isReplay"]!).Should().Be((acme.Id, true));
        ((bool)other.Answer["decision"]!["isReplay"]!).Should().BeFalse();
        ReservationIdentity.TryParse(acme.Id, out var identity).Should().BeTrue();
        (identity!.OperationScope, identity.OperationId).Should().Be(("acme", Key));
    }

    [Fact]
    public async Task Reservations_of_the_process_itself_are_no_callers()
    {
        await using var app = await StartAsync();
        var own = await app.Firewall.ReserveAsync(new() { Provider = "p", Cost = 1m, OperationId = Key });

        await Problem.OfAsync(await CallAsync(app, "alice", $"/reservations/{own.Id}/commit", """{"cost":1}"""), 404);
        await Problem.OfAsync(await CallAsync(app, user: null, $"/reservations/{own.Id}/commit", """{"cost":1}"""), 404);

        (await app.Firewall.CommitAsync(own.Id, 0.5m)).Cost.Should().Be(0.5m);
    }

    [Fact]
    public async Task A_caller_who_holds_as_much_as_one_may_is_told_to_come_back_and_others_are_not_concerned()
    {
        var clock = ServiceApp.NewClock();
        await using var app = await StartAsync(options => options.MaxOpenReservationsPerCaller = 2, clock);
        var first = await ReserveAsync(app, "mallory", "0", key: "1", seconds: 90);
        await ReserveAsync(app, "mallory", "0", key: "2", seconds: 60);

        var refused = await CallAsync(app, "mallory", "/reserve", """{"provider":"p","cost":0}""", "3");
        refused.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(60));
        ((string)(await Problem.OfAsync(refused, 429))["type"]!).Should().Be("urn:budgetfirewall:too-many-reservations");
        ((bool)(await ReserveAsync(app, "mallory", "0", key: "1", seconds: 90)).Answer["decision"]!["isReplay"]!).Should().BeTrue();
        await ReserveAsync(app, "alice", "0", key: "1");

        await CallAsync(app, "mallory", $"/reservations/{first.Id}/commit", """{"cost":0}""");
        await ReserveAsync(app, "mallory", "0", key: "4", seconds: 60);
        await Problem.OfAsync(await CallAsync(app, "mallory", "/reserve", """{"provider":"p","cost":0}"""), 429);
        clock.Advance(TimeSpan.FromSeconds(61));
        await ReserveAsync(app, "mallory", "0", key: "5");
        await ReserveAsync(app, "mallory", "0", key: "6");
    }

    [Fact]
    public async Task A_caller_who_holds_as_much_as_one_may_is_told_when_the_first_of_its_own_reservations_ends()
    {
        var clock = ServiceApp.NewClock();
        await using var app = await StartAsync(options => options.MaxOpenReservationsPerCaller = 3, clock);
        await ReserveAsync(app, "alice", "0", key: "1", seconds: 5);
        var first = await ReserveAsync(app, "mallory", "0", key: "1", seconds: 30);
        var second = await ReserveAsync(app, "mallory", "0", key: "2", seconds: 40);
        await ReserveAsync(app, "mallory", "0", key: "3", seconds: 90);

        (await WaitAsync()).Should().Be(TimeSpan.FromSeconds(30));
        await CallAsync(app, "mallory", $"/reservations/{first.Id}/extend", """{"leaseSeconds":60}""");
        (await WaitAsync()).Should().Be(TimeSpan.FromSeconds(40));
        await CallAsync(app, "mallory", $"/reservations/{second.Id}/release", body: null);
        await ReserveAsync(app, "mallory", "0", key: "4", seconds: 80);
        (await WaitAsync()).Should().Be(TimeSpan.FromSeconds(60));

        async Task<TimeSpan?> WaitAsync()
        {
            var refused = await CallAsync(app, "mallory", "/reserve", """{"provider":"p","cost":0}""");
            refused.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
            return refused.Headers.RetryAfter!.Delta;
        }
    }

    [Fact]
    public async Task A_reservation_that_has_ended_makes_room_at_once_however_short_the_last_refusal_is_ago()
    {
        var clock = ServiceApp.NewClock();
        await using var app = await StartAsync(options => options.MaxOpenReservationsPerCaller = 1, clock);
        await ReserveAsync(app, "mallory", "0", key: "1", seconds: 60);
        clock.Advance(TimeSpan.FromSeconds(59.9));
        await Problem.OfAsync(await CallAsync(app, "mallory", "/reserve", """{"provider":"p","cost":0}"""), 429);

        clock.Advance(TimeSpan.FromSeconds(0.1));

        await ReserveAsync(app, "mallory", "0", key: "2");
    }

    [Fact]
    public async Task A_denied_reservation_takes_no_place()
    {
        await using var app = await StartAsync(options => options.MaxOpenReservationsPerCaller = 1);
        for (var i = 0; i < 3; i++)
            await Problem.OfAsync(await CallAsync(app, "alice", "/reserve", """{"provider":"p","cost":2000}"""), 402);

        await ReserveAsync(app, "alice", "1");
    }

    [Fact]
    public async Task All_callers_together_hold_no_more_than_the_service_allows()
    {
        await using var app = await StartAsync(options => options.MaxOpenReservations = 3);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => CallAsync(app, $"user-{i}", "/reserve", """{"provider":"p","cost":0}""")));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).Should().Be(3);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).Should().Be(7);
    }

    [Fact]
    public async Task Whoever_is_not_authenticated_holds_for_a_short_time_only()
    {
        var clock = ServiceApp.NewClock();
        await using var app = await StartAsync(clock: clock);

        foreach (var path in new[] { "/reserve", $"/reservations/{(await ReserveAsync(app, null, "1", seconds: 60)).Id}/extend" })
        {
            var body = path == "/reserve" ? """{"provider":"p","cost":1,"leaseSeconds":60.1}""" : """{"leaseSeconds":60.1}""";
            var problem = await Problem.OfAsync(await CallAsync(app, user: null, path, body), 400);
            ((string)problem["errors"]!["leaseSeconds"]![0]!).Should().Be("leaseSeconds must be at most 60 for a caller who is not authenticated.");
        }
        var (_, unasked) = await ReserveAsync(app, null, "1", key: "unasked");
        var (_, alices) = await ReserveAsync(app, "alice", "1", seconds: 3_600);

        ((DateTimeOffset)unasked["expiresAt"]!).Should().Be(clock.GetUtcNow().AddMinutes(1));
        ((DateTimeOffset)alices["expiresAt"]!).Should().Be(clock.GetUtcNow().AddHours(1));
    }

    [Fact]
    public async Task Whoever_is_not_authenticated_and_asks_for_no_lease_gets_the_longest_one_allowed_whatever_the_options_of_the_firewall_say()
    {
        var clock = ServiceApp.NewClock();
        await using var app = await StartAsync(
            clock: clock, build: builder => builder.Services.PostConfigure<BudgetFirewallOptions>(options => options.ReservationLease = TimeSpan.FromSeconds(10)));

        var (_, anonymous) = await ReserveAsync(app, null, "1");
        var (_, alices) = await ReserveAsync(app, "alice", "1");

        ((DateTimeOffset)anonymous["expiresAt"]!).Should().Be(clock.GetUtcNow().AddMinutes(1));
        ((DateTimeOffset)alices["expiresAt"]!).Should().Be(clock.GetUtcNow().AddSeconds(10));
    }

    [Fact]
    public async Task Callers_are_told_apart_by_the_name_by_which_budgets_know_them()
    {
        await using var app = await StartAsync(use: app => app.Use((context, next) =>
        {
            context.User = new(new NamedIdentity(context.Request.Headers["Name"].ToString()));
            context.Response.Headers["Known-As"] = BudgetUserId.OfAuthenticatedUser(context);
            return next(context);
        }));

        var alices = await ReserveAsync(app, user: null, "0.05", ("Name", "alice"));
        var bobs = await ReserveAsync(app, user: null, "0.05", ("Name", "bob"));

        bobs.Id.Should().NotBe(alices.Id);
        (await CallAsync(app, user: null, "/check", """{"provider":"p","cost":0}""", header: ("Name", "bob"))).Headers.GetValues("Known-As").Should().Equal("bob");
    }

    [Fact]
    public async Task An_allowance_names_the_caller_who_gave_it_and_another_callers_key_is_another_operation()
    {
        await using var app = await StartAsync();
        var path = $"/budgets/{Uri.EscapeDataString("global/none")}/allowances";
        const string body = """{"amount":5,"reason":"the demo"}""";

        var first = await Problem.JsonAsync(await CallAsync(app, "alice", path, body, Key));
        var other = await Problem.JsonAsync(await CallAsync(app, "bob", path, body, Key));
        var again = await Problem.JsonAsync(await CallAsync(app, "alice", path, body, Key));

        ((string)first["by"]!, (string)other["by"]!, (bool)other["isReplay"]!, (string)other["allowance"]!).Should().Be(("alice", "bob", false, "10"));
        ((bool)again["isReplay"]!, (string)again["allowance"]!).Should().Be((true, "10"));
    }

    [Fact]
    public async Task A_request_of_thousands_of_dimensions_is_refused_before_anything_is_kept()
    {
        await using var app = await StartAsync();
        var dimensions = string.Join(',', Enumerable.Range(0, 2_300).Select(i => $"\"d{i}\":\"x\""));
        var body = "{\"provider\":\"p\",\"cost\":0,\"leaseSeconds\":60,\"dimensions\":{" + dimensions + "}}";

        var problem = await Problem.OfAsync(await CallAsync(app, "mallory", "/reserve", body), 400);
        ((string)problem["errors"]!["dimensions"]![0]!).Should().Be("Dimensions has 2,300 entries; MaxDimensions allows 16.");

        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 400; i++)
            (await CallAsync(app, "mallory", "/reserve", body)).Dispose();
        // Kept, they would be 400 kB each, 160 MB together; other tests of the process allocate meanwhile.
        (GC.GetTotalMemory(forceFullCollection: true) - before).Should().BeInRange(long.MinValue, 80_000_000);
        (await AmountsAsync(app)).Should().Be((0m, 0m));
    }

    private static Task<TestApp> StartAsync(
        Action<BudgetServiceOptions>? service = null, TimeProvider? clock = null, Action<WebApplicationBuilder>? build = null, Action<WebApplication>? use = null) => TestApp.StartAsync(
        options =>
        {
            options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 1_000m, Period = BudgetPeriod.None });
            options.Pricing.Providers["p"] = 0.01m;
        },
        app =>
        {
            use?.Invoke(app);
            app.MapBudgetFirewall(ServiceApp.Prefix, service).AllowAnonymous();
        },
        builder =>
        {
            HeaderUserHandler.AddTo(builder);
            builder.Services.AddSingleton(clock ?? ServiceApp.NewClock());
            build?.Invoke(builder);
        });

    private static async Task<(string Id, JsonObject Answer)> ReserveAsync(
        TestApp app, string? user, string cost, (string Name, string Value)? header = null, string key = Key, int? seconds = null)
    {
        var lease = seconds is null ? "" : $",\"leaseSeconds\":{seconds}";
        var answer = await Problem.JsonAsync(await CallAsync(app, user, "/reserve", $$"""{"provider":"p","cost":"{{cost}}"{{lease}}}""", key, header));
        return ((string)answer["reservationId"]!, answer);
    }

    private static async Task<HttpResponseMessage> CallAsync(TestApp app, string? user, string path, string? body, string? key = null, (string Name, string Value)? header = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, ServiceApp.Prefix + path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (user is not null)
            request.Headers.Add("Test-User", user);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        if (header is var (name, value))
            request.Headers.Add(name, value);
        return await app.Client.SendAsync(request);
    }

    private static async Task<(decimal Spent, decimal Held)> AmountsAsync(TestApp app)
    {
        var state = await app.StateAsync(BudgetScope.Global);
        return (state.Spent, state.Held);
    }

    /// <summary>An identity that knows its name without a claim.</summary>
    private sealed class NamedIdentity(string name) : ClaimsIdentity("named")
    {
        public override string Name => name;
    }
}
