using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>However a request ends, nothing stays held, and what is spent is right.</summary>
public sealed class EndingTests
{
    private static readonly BudgetScope Scope = BudgetScope.Provider("openai");

    [Fact]
    public async Task A_handler_that_reports_nothing_is_charged_its_estimate()
    {
        await using var app = await StartAsync((IBudgetContext _) => Results.Text("done"));
        (await app.Client.PostAsync("/call", null)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(0.5m);
    }

    [Fact]
    public async Task The_reported_cost_is_charged_instead_of_the_estimate_and_the_last_report_counts()
    {
        await using var app = await StartAsync((IBudgetContext budget) =>
        {
            budget.ReportCost(0.4m);
            budget.ReportCost(0.125m);
        });
        (await app.Client.PostAsync("/call", null)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(0.125m);
    }

    [Fact]
    public async Task The_reported_usage_is_charged_at_its_price()
    {
        await using var app = await StartAsync((IBudgetContext budget) => budget.ReportUsage(new() { Units = new Dictionary<string, decimal> { ["record"] = 7m } }), o => (o.Cost, o.EstimateUsage) = (null, _ => new(new BudgetUsage())));
        (await app.Client.PostAsync("/call", null)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(0.25m + 0.07m);
    }

    [Fact]
    public async Task A_handler_that_has_called_nobody_gives_the_hold_back()
    {
        await using var app = await StartAsync((IBudgetContext budget) => budget.ReportNothing());
        (await app.Client.PostAsync("/call", null)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(0m);
    }

    [Fact]
    public async Task A_handler_that_throws_is_charged_what_it_reported_and_else_nothing()
    {
        await using var app = await StartAsync((IBudgetContext budget, HttpContext context) =>
        {
            if (context.Request.Query.ContainsKey("reported"))
                budget.ReportCost(0.3m);
            throw new InvalidOperationException("The provider failed.");
        });
        (await app.Client.PostAsync("/call", null)).StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(0m);
        (await app.Client.PostAsync("/call?reported", null)).StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(0.3m);
    }

    [Fact]
    public async Task The_rule_for_what_is_not_reported_is_the_applications()
    {
        await using var app = await StartAsync(
            (HttpContext context) => context.Request.Query.ContainsKey("bad") ? Results.BadRequest() : throw new InvalidOperationException("The provider failed."),
            o => o.Unreported = (context, exception) =>
                exception is not null ? UnreportedCost.ChargeEstimate : context.Response.StatusCode < 400 ? UnreportedCost.ChargeEstimate : UnreportedCost.Release);
        (await app.Client.PostAsync("/call?bad", null)).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(0m);
        (await app.Client.PostAsync("/call", null)).StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(0.5m);
    }

    [Fact]
    public async Task A_rule_that_throws_charges_the_estimate_and_is_logged()
    {
        await using var app = await StartAsync(() => "done", o => o.Unreported = (_, _) => throw new InvalidOperationException("A bad rule."));
        await app.Client.PostAsync("/call", null);
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(0.5m);
        await Eventually.HoldsAsync(() => app.Log.Lines.Any(line => line.Id.Id == 404));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0.2)]
    public async Task A_client_that_goes_away_while_the_handler_runs_pays_what_was_reported(bool isReported, double expected)
    {
        var entered = new TaskCompletionSource();
        await using var app = await StartAsync(async (IBudgetContext budget, CancellationToken gone) =>
        {
            if (isReported)
                budget.ReportCost(0.2m);
            entered.TrySetResult();
            await Task.Delay(Timeout.Infinite, gone);
        });
        using var leaving = new CancellationTokenSource();
        var call = app.Client.PostAsync("/call", null, leaving.Token);
        await entered.Task;
        (await app.StateAsync(Scope)).Held.Should().Be(0.5m);
        await leaving.CancelAsync();
        await FluentActions.Awaiting(() => call).Should().ThrowAsync<OperationCanceledException>();
        (await app.SpentOnceSettledAsync(Scope)).Should().Be((decimal)expected);
    }

    [Fact]
    public async Task A_handler_that_finishes_although_its_client_has_gone_is_charged()
    {
        var entered = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        await using var app = await StartAsync(async (IBudgetContext budget) =>
        {
            entered.TrySetResult();
            await left.Task;
            budget.ReportCost(0.31m);
        });
        using var leaving = new CancellationTokenSource();
        var call = app.Client.PostAsync("/call", null, leaving.Token);
        await entered.Task;
        await leaving.CancelAsync();
        await FluentActions.Awaiting(() => call).Should().ThrowAsync<OperationCanceledException>();
        left.SetResult();
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(0.31m);
    }

    [Fact]
    public async Task A_client_that_resets_the_connection_halfway_through_its_body_leaves_nothing_held()
    {
        await using var app = await StartAsync(async (HttpRequest request) =>
        {
            await request.Body.CopyToAsync(Stream.Null);
            return "read";
        });
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(IPAddress.Loopback, app.Address.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes("POST /call HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf"));
            await Eventually.HoldsAsync(async () => (await app.StateAsync(Scope)).Held == 0.5m);
            socket.LingerState = new(enable: true, seconds: 0);
        }
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(0m);
    }

    [Fact]
    public async Task A_streamed_answer_is_charged_what_was_reported_when_it_ended()
    {
        await using var app = await StartAsync(async (HttpResponse response, IBudgetContext budget) =>
        {
            for (var i = 1; i <= 5; i++)
            {
                await response.WriteAsync($"part {i}\n");
                await response.Body.FlushAsync();
                budget.ReportCost(0.01m * i);
            }
        });
        using var response = await app.Client.PostAsync("/call", null);
        (await response.Content.ReadAsStringAsync()).Should().Be("part 1\npart 2\npart 3\npart 4\npart 5\n");
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(0.05m);
    }

    [Fact]
    public async Task A_streamed_answer_whose_client_goes_away_is_charged_what_was_reported_until_then()
    {
        await using var app = await StartAsync(async (HttpResponse response, IBudgetContext budget, CancellationToken gone) =>
        {
            budget.ReportCost(0.01m);
            await response.WriteAsync("first\n", gone);
            await response.Body.FlushAsync(gone);
            await Task.Delay(Timeout.Infinite, gone);
        });
        using var leaving = new CancellationTokenSource();
        using (var request = new HttpRequestMessage(HttpMethod.Post, "/call"))
        {
            var response = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leaving.Token);
            response.Dispose();
        }
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(0.01m);
    }

    [Fact]
    public async Task Many_requests_cancelled_at_every_stage_leave_nothing_held_and_nothing_lost()
    {
        var finished = 0;
        await using var app = await StartAsync(async (IBudgetContext budget, HttpContext context) =>
        {
            for (var i = 0; i < 3; i++)
                await Task.Delay(1, context.RequestAborted);
            Interlocked.Increment(ref finished);
            budget.ReportCost(0.001m);
        });
        var random = new Random(5);
        // Every tenth client stays, so that some requests finish however slow the machine is.
        var moments = Enumerable.Range(0, 400).Select(i => i % 10 == 0 ? Timeout.Infinite : random.Next(0, 12)).ToList();
        await Parallel.ForEachAsync(moments, new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (milliseconds, _) =>
        {
            using var leaving = new CancellationTokenSource(milliseconds);
            try
            {
                (await app.Client.PostAsync("/call", null, leaving.Token)).Dispose();
            }
            catch (OperationCanceledException)
            {
                // That is what it is about.
            }
        });
        // Handlers whose clients are gone may still be on their way: one more comes after them all, and then the sum must be exact.
        var spent = 0m;
        await Eventually.HoldsAsync(async () =>
        {
            spent = await app.SpentOnceSettledAsync(Scope);
            return spent == 0.001m * Volatile.Read(ref finished);
        });
        (spent > 0).Should().BeTrue("No request was finished at all.");
    }

    [Fact]
    public async Task A_report_that_comes_too_late_is_refused_aloud()
    {
        IBudgetContext? kept = null;
        await using var app = await StartAsync((IBudgetContext budget) => { kept = budget; });
        await app.Client.PostAsync("/call", null);
        await app.SpentOnceSettledAsync(Scope);
        FluentActions.Invoking(() => kept!.ReportCost(0.1m)).Should().ThrowExactly<InvalidOperationException>();
        FluentActions.Invoking(() => kept!.ReportNothing()).Should().ThrowExactly<InvalidOperationException>();
    }

    private static void Configure(BudgetFirewallOptions options)
    {
        options.Budgets.Add(new() { Scope = Scope, Limit = 100m });
        options.Pricing.Providers["openai"] = 0.25m;
        options.Pricing.Units["record"] = 0.01m;
    }

    private static Task<TestApp> StartAsync(Delegate handler, Action<BudgetEndpointOptions>? configure = null) => TestApp.StartAsync(Configure, app =>
    {
        app.UseBudgetFirewall();
        app.MapPost("/call", handler).RequireBudget("openai", o =>
        {
            o.Cost = 0.5m;
            configure?.Invoke(o);
        });
    });
}
