using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>A request that is refused before its handler has run costs nothing, in development, where such a refusal is thrown, and in production alike.</summary>
public sealed class NotReachedTests
{
    private const string Json = "Content-Type: application/json\r\n";

    /// <summary>Who guards the endpoint, and where it runs.</summary>
    public static TheoryData<string, string> Places
    {
        get
        {
            var places = new TheoryData<string, string>();
            foreach (var environment in new[] { "Production", "Development" })
            {
                foreach (var path in new[] { "/asked", "/group/asked", "/attribute", "/every", "/controller/asked", "/controller/every" })
                    places.Add(environment, path);
            }
            return places;
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task What_is_refused_before_the_handler_is_released(string environment, string path)
    {
        await using var app = await StartAsync(environment);
        (string Sent, string Headers, string? Body, int Status)[] refused =
        [
            ("no JSON", Json, "{", 400),
            ("no body", Json, null, 400),
            ("a wrong type", Json, """{"text":5}""", 400),
            ("another media type", "Content-Type: text/plain\r\n", "text", 415),
            ("too large a body", Json, $$"""{"text":"{{new string('x', 20_000)}}"}""", 413),
        ];
        foreach (var (sent, headers, body, status) in refused)
        {
            var answered = await RawClient.StatusAsync(app.Address, "POST", path + "?number=1", headers, body);
            // Controllers answer a body that is too large as they answer any that cannot be read.
            (answered == status || (status == 413 && answered is 400 or 413)).Should().BeTrue($"{sent}: {answered}");
            (sent, await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be((sent, 0m));
        }
        (await RawClient.StatusAsync(app.Address, "POST", path + "?number=x", Json, """{"text":"x"}""")).Should().Be(400);
        (await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be(0m);
        Runs(app).Should().Be(0);

        (await RawClient.StatusAsync(app.Address, "POST", path + "?number=1", Json, """{"text":"x"}""")).Should().Be(200);
        (Runs(app), await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be((1, 1m));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task What_the_handler_itself_answers_is_charged_whatever_it_is(string environment, string path)
    {
        await using var app = await StartAsync(environment);
        foreach (var status in new[] { 400, 408, 413, 415 })
            (await RawClient.StatusAsync(app.Address, "POST", $"{path}?number={status}", Json, """{"text":"x"}""")).Should().Be(status);
        (Runs(app), await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be((4, 4m));
    }

    [Theory]
    [InlineData("Production", "/asked")]
    [InlineData("Production", "/every")]
    [InlineData("Production", "/controller/every")]
    [InlineData("Development", "/every")]
    public async Task A_body_that_comes_too_slowly_or_breaks_off_is_released(string environment, string path)
    {
        await using var app = await StartAsync(environment);
        using (var slow = new TcpClient())
        {
            await slow.ConnectAsync(IPAddress.Loopback, app.Address.Port);
            await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST {path}?number=1 HTTP/1.1\r\nHost: localhost\r\n{Json}Content-Length: 1000\r\n\r\n{{"));
            (await new StreamReader(slow.GetStream()).ReadToEndAsync()).Should().StartWith("HTTP/1.1 408 ");
        }
        (await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be(0m);
        using (var broken = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            await broken.ConnectAsync(IPAddress.Loopback, app.Address.Port);
            await broken.SendAsync(Encoding.ASCII.GetBytes($"POST {path}?number=1 HTTP/1.1\r\nHost: localhost\r\n{Json}Content-Length: 1000\r\n\r\n{{"));
            await Eventually.HoldsAsync(async () => (await app.StateAsync(BudgetScope.Global)).Held == 1m);
            broken.LingerState = new(enable: true, seconds: 0);
        }
        (await app.SpentOnceSettledAsync(BudgetScope.Global), Runs(app)).Should().Be((0m, 0));
    }

    [Theory]
    [InlineData("/controller/asked")]
    [InlineData("/controller/every")]
    public async Task A_model_that_is_not_valid_is_released(string path)
    {
        await using var app = await StartAsync("Production");
        (await RawClient.StatusAsync(app.Address, "POST", path + "?number=1", Json, $$"""{"text":"{{new string('x', 101)}}"}""")).Should().Be(400);
        (Runs(app), await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be((0, 0m));
    }

    [Theory]
    [InlineData("GET", "/asked", "", 405)]
    [InlineData("POST", "/accepts", "Content-Type: text/plain\r\n", 415)]
    [InlineData("POST", "/nowhere", Json, 404)]
    [InlineData("POST", "/asked/limited", Json, 429)]
    public async Task What_routing_refuses_or_a_middleware_in_front_of_an_endpoint_that_asks_is_released(string method, string path, string headers, int status)
    {
        await using var app = await StartAsync("Production");
        (await RawClient.StatusAsync(app.Address, method, path, headers, method == "GET" ? null : "{}")).Should().Be(status);
        (Runs(app), await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be((0, 0m));
    }

    [Theory]
    [InlineData("/limited", 429)]
    [InlineData("/nowhere/limited", 429)]
    [InlineData("/nowhere/answered", 200)]
    public async Task What_a_middleware_answers_where_nothing_asks_for_a_budget_is_charged_whatever_it_is(string path, int status)
    {
        await using var app = await StartAsync("Production");
        (await RawClient.StatusAsync(app.Address, "POST", path, Json, "{}")).Should().Be(status);
        (Runs(app), await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be((0, 1m));
    }

    [Theory]
    [InlineData("/filters/asked")]
    [InlineData("/filters/every")]
    [InlineData("/filters/asked/last")]
    public async Task A_filter_of_the_applications_that_has_run_is_charged_although_binding_has_failed(string path)
    {
        await using var app = await StartAsync("Production");
        (await RawClient.StatusAsync(app.Address, "POST", path + "?number=x", Json, null)).Should().Be(400);
        (Runs(app), await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be((1, 1m));
    }

    [Fact]
    public async Task What_a_middleware_or_a_filter_answers_in_the_handlers_place_is_charged()
    {
        await using var app = await StartAsync("Production");
        (await RawClient.StatusAsync(app.Address, "POST", "/answered", Json, "{}")).Should().Be(200);
        (await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be(1m);
        (await RawClient.StatusAsync(app.Address, "POST", "/filtered", Json, "{}")).Should().Be(400);
        (Runs(app), await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be((0, 2m));
    }

    private static int Runs(TestApp app) => app.Services.GetRequiredService<RunCount>().Value;

    private static Task<TestApp> StartAsync(string environment) => TestApp.StartAsync(
        options =>
        {
            options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 100m });
            options.Pricing.DefaultCostPerRequest = 1m;
            options.StoreTimeout = TimeSpan.FromSeconds(30);
        },
        app =>
        {
            app.UseRouting();
            app.UseBudgetFirewall(o => (o.GuardEveryRequest, o.Defaults.Provider) = (true, "openai"));
            app.Use(async (context, next) =>
            {
                if (context.Request.Path.Value!.EndsWith("/limited", StringComparison.Ordinal))
                    context.Response.StatusCode = 429;
                else if (context.Request.Path == "/nowhere/answered")
                {
                    // As fallbacks do that answer what nobody has answered.
                    await next(context);
                    context.Response.StatusCode = 200;
                }
                else if (context.Request.Path == "/answered")
                    await context.Response.WriteAsync("from somewhere else");
                else
                    await next(context);
            });
            app.MapPost("/asked", Answer).RequireBudget("openai");
            app.MapGroup("/group").RequireBudget("openai").MapPost("/asked", Answer).RequireBudget();
            app.MapPost("/attribute", [RequireBudget("openai")] (ReachedMessage message, int number, RunCount runs) => Answer(message, number, runs));
            app.MapPost("/every", Answer);
            app.MapPost("/accepts", (RunCount runs) => runs.Add()).Accepts<ReachedMessage>("application/json");
            app.MapPost("/limited", (RunCount runs) => runs.Add());
            app.MapPost("/asked/limited", (RunCount runs) => runs.Add()).RequireBudget("openai");
            app.MapPost("/filters/asked", (int number) => "").RequireBudget("openai").AddEndpointFilter(PayAsync);
            app.MapPost("/filters/every", (int number) => "").AddEndpointFilter(PayAsync);
            app.MapGroup("/filters/asked").AddEndpointFilter(PayAsync).MapPost("/last", (int number) => "").RequireBudget("openai");
            app.MapPost("/answered", (RunCount runs) => runs.Add());
            app.MapPost("/filtered", (RunCount runs) => runs.Add()).AddEndpointFilter((_, _) => new(Results.BadRequest()));
            app.MapControllers();
        },
        builder =>
        {
            builder.Services.AddSingleton<RunCount>();
            builder.Services.AddBudgetContext();
            builder.Services.AddControllers().AddApplicationPart(typeof(ReachedController).Assembly);
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                kestrel.Limits.MaxRequestBodySize = 10_000;
                kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1_000, gracePeriod: TimeSpan.FromSeconds(1.1));
            });
        },
        environment: environment);

    private static ValueTask<object?> PayAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.RequestServices.GetRequiredService<RunCount>().Add();
        return next(context);
    }

    private static IResult Answer(ReachedMessage message, int number, RunCount runs)
    {
        runs.Add();
        return number < 400 ? Results.Text(message.Text) : Results.StatusCode(number);
    }
}

/// <summary>How often a handler has run.</summary>
public sealed class RunCount
{
    private int _value;

    public int Value => _value;

    public void Add() => Interlocked.Increment(ref _value);
}

public sealed record ReachedMessage(string Text);

/// <summary>Actions that read a body.</summary>
[ApiController]
[Route("controller")]
public sealed class ReachedController(RunCount runs) : ControllerBase
{
    [HttpPost("asked")]
    [RequireBudget("openai")]
    public IActionResult Asked(ReachedBody message, int number) => Every(message, number);

    [HttpPost("every")]
    public IActionResult Every(ReachedBody message, int number)
    {
        runs.Add();
        return number < 400 ? Ok(message.Text) : StatusCode(number);
    }
}

public sealed class ReachedBody
{
    [Required]
    [StringLength(100)]
    public string Text { get; init; } = "";
}
