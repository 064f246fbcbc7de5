using System.Net;
using System.Net.Sockets;
using Polly.CircuitBreaker;

namespace BudgetFirewall.Http.Tests;

/// <summary>However a call ends, nothing stays held, and what is spent is what the rules say.</summary>
public sealed class SettlementTests
{
    [Theory]
    [InlineData(200)]
    [InlineData(206)]
    [InlineData(304)]
    public async Task An_answer_below_400_is_charged(int status)
    {
        await using var api = await GuardedApi.StartAsync();

        using var response = await api.Client.GetAsync($"status/{status}");

        (await api.BudgetAsync()).Should().Be((1m, 0m));
        api.Settled.Should().ContainSingle().Which.Receipt!.Cost.Should().Be(1m);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task An_answer_of_400_or_above_releases_the_hold(int status)
    {
        await using var api = await GuardedApi.StartAsync();

        using var response = await api.Client.GetAsync($"status/{status}");

        (await response.Content.ReadAsStringAsync()).Should().Be("no");
        (await api.BudgetAsync()).Should().Be((0m, 0m));
        api.Settled.Should().ContainSingle().Which.Usage.Should().BeNull();
    }

    [Fact]
    public async Task Which_answers_are_charged_can_be_chosen()
    {
        await using var api = await GuardedApi.StartAsync(options => options.IsCharged = response => response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound);

        using var found = await api.Client.GetAsync("quote");
        using var missing = await api.Client.GetAsync("status/404");
        using var created = await api.Client.GetAsync("status/201");

        (await api.BudgetAsync()).Should().Be((2m, 0m));
    }

    [Fact]
    public async Task A_rule_that_throws_charges_the_call()
    {
        await using var api = await GuardedApi.StartAsync(options => options.IsCharged = _ => throw new InvalidOperationException("broken rule"));

        using var response = await api.Client.GetAsync("status/500");

        response.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await api.BudgetAsync()).Should().Be((1m, 0m));
    }

    [Theory]
    [InlineData("GET", "empty")]
    [InlineData("HEAD", "head")]
    [InlineData("GET", "bytes/0")]
    public async Task An_answer_without_a_body_is_charged_when_its_headers_have_arrived(string method, string path)
    {
        await using var api = await GuardedApi.StartAsync();
        using var request = new HttpRequestMessage(new(method), path);

        using var response = await api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        (await api.BudgetAsync()).Should().Be((1m, 0m));
    }

    [Fact]
    public async Task A_refused_connection_releases_the_hold()
    {
        await using var api = await GuardedApi.StartAsync();
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();

        await FluentActions.Awaiting(() => api.Client.GetAsync(new Uri($"http://127.0.0.1:{port}/"))).Should().ThrowExactlyAsync<HttpRequestException>();

        (await api.BudgetAsync()).Should().Be((0m, 0m));
    }

    [Fact]
    public async Task A_connection_reset_before_the_answer_is_charged_since_the_call_was_sent()
    {
        await using var api = await GuardedApi.StartAsync();

        await FluentActions.Awaiting(() => api.Client.GetAsync("reset")).Should().ThrowExactlyAsync<HttpRequestException>();

        (await api.BudgetAsync()).Should().Be((1m, 0m));
        api.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task A_time_out_is_charged_since_the_call_was_sent()
    {
        await using var api = await GuardedApi.StartAsync();
        api.Client.Timeout = TimeSpan.FromMilliseconds(300);

        await FluentActions.Awaiting(() => api.Client.GetAsync("never")).Should().ThrowExactlyAsync<TaskCanceledException>();

        (await api.BudgetAsync()).Should().Be((1m, 0m));
    }

    [Fact]
    public async Task A_call_cancelled_under_way_is_charged()
    {
        await using var api = await GuardedApi.StartAsync();
        using var cancellation = new CancellationTokenSource();

        var call = api.Client.GetAsync("never", cancellation.Token);
        await api.Server.HasArrived.WaitAsync();
        await cancellation.CancelAsync();

        await FluentActions.Awaiting(() => call).Should().ThrowAsync<OperationCanceledException>();
        (await api.BudgetAsync()).Should().Be((1m, 0m));
    }

    [Fact]
    public async Task A_call_cancelled_before_it_began_reserves_nothing()
    {
        await using var api = await GuardedApi.StartAsync();

        await FluentActions.Awaiting(() => api.Client.GetAsync("quote", new CancellationToken(canceled: true))).Should().ThrowAsync<OperationCanceledException>();

        (await api.BudgetAsync()).Should().Be((0m, 0m));
        api.Settled.Should().BeEmpty();
    }

    [Fact]
    public async Task What_failures_are_charged_can_be_chosen()
    {
        await using var api = await GuardedApi.StartAsync(options => options.IsFailureCharged = _ => false);

        await FluentActions.Awaiting(() => api.Client.GetAsync("reset")).Should().ThrowExactlyAsync<HttpRequestException>();

        (await api.BudgetAsync()).Should().Be((0m, 0m));
    }

    [Fact]
    public async Task A_request_of_which_not_a_byte_was_taken_releases_the_hold_whatever_the_failure()
    {
        await using var api = await GuardedApi.StartAsync(within: client => Failing.Add(client, () => new TaskCanceledException("no connection yet")));

        await FluentActions.Awaiting(() => api.Client.PostAsync("take", new StringContent("never sent"))).Should().ThrowExactlyAsync<TaskCanceledException>();

        (await api.BudgetAsync()).Should().Be((0m, 0m));
    }

    [Fact]
    public async Task A_circuit_that_is_open_releases_the_hold_whatever_opened_it()
    {
        await using var api = await GuardedApi.StartAsync(within: client => Failing.Add(client, () => new BrokenCircuitException("open", new TimeoutException("what opened it"))));

        await FluentActions.Awaiting(() => api.Client.GetAsync("quote")).Should().ThrowExactlyAsync<BrokenCircuitException>();

        (await api.BudgetAsync()).Should().Be((0m, 0m));
    }

    [Fact]
    public async Task An_exception_of_a_handler_within_that_is_no_failure_of_the_network_releases_the_hold()
    {
        await using var api = await GuardedApi.StartAsync(within: client => Failing.Add(client, () => new InvalidOperationException("the circuit is open")));

        await FluentActions.Awaiting(() => api.Client.GetAsync("quote")).Should().ThrowExactlyAsync<InvalidOperationException>();

        (await api.BudgetAsync()).Should().Be((0m, 0m));
    }
}
