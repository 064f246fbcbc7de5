namespace BudgetFirewall.Http.Tests;

public sealed class ConcurrencyTests
{
    [Fact]
    public async Task Of_a_thousand_calls_at_once_exactly_those_that_the_budget_pays_for_reach_the_server()
    {
        await using var api = await GuardedApi.StartAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => CallAsync(api.Client)));

        api.Server.Arrived.Should().Be(400);
        outcomes.Count(isServed => isServed).Should().Be(400);
        (await api.BudgetAsync()).Should().Be((400m, 0m));
    }

    [Fact]
    public async Task Calls_that_end_in_every_way_at_once_leave_nothing_held_and_each_is_charged_by_its_own_rule()
    {
        await using var api = await GuardedApi.StartAsync();
        api.Server.Go.Release(1_000);
        Func<HttpClient, Task>[] served =
        [
            CallAsync,
            ReadInPartAsync,
            client => FluentActions.Awaiting(() => client.GetAsync("reset")).Should().ThrowExactlyAsync<HttpRequestException>(),
            client => FluentActions.Awaiting(() => client.GetAsync("breaks")).Should().ThrowExactlyAsync<HttpRequestException>(),
        ];
        Func<HttpClient, Task>[] refused =
        [
            client => client.GetAsync("status/500"),
            client => client.GetAsync("status/429"),
            client => FluentActions.Awaiting(() => client.PostAsync("take", new UnmeasurableContent())).Should().ThrowExactlyAsync<IOException>(),
        ];

        await Task.WhenAll(Enumerable.Range(0, 40).SelectMany(_ => served.Concat(refused)).Select(call => call(api.Client)));

        (await api.BudgetAsync()).Should().Be((40m * served.Length, 0m));
    }

    [Fact]
    public async Task Threads_that_send_synchronously_are_held_to_the_budget_too()
    {
        await using var api = await GuardedApi.StartAsync(firewall: options => options.Pricing.Providers[GuardedApi.Name] = 10m);
        var served = 0;

        // Threads of their own: the server needs those of the pool.
        var threads = Enumerable.Range(0, 10).Select(_ => new Thread(() => CallTenTimes(api.Client, ref served))).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();

        served.Should().Be(40);
        api.Server.Arrived.Should().Be(40);
        (await api.BudgetAsync()).Should().Be((400m, 0m));
    }

    private static void CallTenTimes(HttpClient client, ref int served)
    {
        for (var i = 0; i < 10; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "quote");
            try
            {
                using var response = client.Send(request);
                Interlocked.Increment(ref served);
            }
            catch (BudgetExceededException)
            {
            }
        }
    }

    private static async Task ReadInPartAsync(HttpClient client)
    {
        using var response = await client.GetAsync("parts", HttpCompletionOption.ResponseHeadersRead);
        await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[500]);
    }

    private static async Task<bool> CallAsync(HttpClient client)
    {
        try
        {
            (await client.GetStringAsync("quote")).Should().Be("1234567890");
            return true;
        }
        catch (BudgetExceededException)
        {
            return false;
        }
    }
}
