using System.Runtime.CompilerServices;

namespace BudgetFirewall.Http.Tests;

/// <summary>What goes wrong outside of the sending itself leaves nothing held and loses no charge. A kilobyte costs 1, a call 1.</summary>
public sealed class AbandonmentTests
{
    [Fact]
    public async Task A_response_that_is_forgotten_is_charged_when_it_is_collected()
    {
        await using var api = await StartAsync(options => options.ExpectedUsage = new() { ResponseBytes = 4_096 });

        await ForgetAsync(api.Client);
        await CollectUntilAsync(() => api.Settled.Count > 0);

        (await api.BudgetAsync()).Should().Be((5m, 0m));
        api.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task A_body_that_outlives_its_response_is_charged_for_what_is_read_of_it()
    {
        await using var api = await StartAsync();
        var body = await OpenAsync(api.Client);

        GC.Collect();
        GC.WaitForPendingFinalizers();
        await body.CopyToAsync(Stream.Null);

        (await api.BudgetAsync()).Should().Be((3m, 0m));
        api.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_cannot_be_closed_without_an_exception_is_settled(bool isOpened)
    {
        await using var api = await GuardedApi.StartAsync(within: client => Answering.Add(client, () => new StreamContent(new ClumsyStream())));
        var response = await api.Client.GetAsync("quote", HttpCompletionOption.ResponseHeadersRead);
        if (isOpened)
            await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[1]);

        FluentActions.Invoking(response.Dispose).Should().ThrowExactly<IOException>();

        (await api.BudgetAsync()).Should().Be((1m, 0m));
    }

    [Fact]
    public async Task A_body_that_cannot_be_closed_asynchronously_without_an_exception_is_settled()
    {
        await using var api = await GuardedApi.StartAsync(within: client => Answering.Add(client, () => new StreamContent(new ClumsyStream())));
        var response = await api.Client.GetAsync("quote", HttpCompletionOption.ResponseHeadersRead);
        var body = await response.Content.ReadAsStreamAsync();

        await FluentActions.Awaiting(async () => await body.DisposeAsync()).Should().ThrowExactlyAsync<IOException>();

        (await api.BudgetAsync()).Should().Be((1m, 0m));
    }

    [Fact]
    public async Task A_content_that_cannot_be_measured_is_not_sent_and_not_charged()
    {
        await using var api = await GuardedApi.StartAsync();

        await FluentActions.Awaiting(() => api.Client.PostAsync("take", new UnmeasurableContent())).Should().ThrowExactlyAsync<IOException>();

        api.Server.Arrived.Should().Be(0);
        (await api.BudgetAsync()).Should().Be((0m, 0m));
    }

    private static Task<GuardedApi> StartAsync(Action<BudgetHandlerOptions>? configure = null) =>
        GuardedApi.StartAsync(
            options =>
            {
                options.ExpectedUsage = new BudgetUsage();
                configure?.Invoke(options);
            },
            firewall => firewall.Pricing.Units["kb"] = 1m);

    // Methods of their own, so that nothing refers to the response any more when they have returned.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task ForgetAsync(HttpClient client) => _ = await client.GetAsync("parts", HttpCompletionOption.ResponseHeadersRead);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<Stream> OpenAsync(HttpClient client)
    {
        var response = await client.GetAsync("bytes/2048", HttpCompletionOption.ResponseHeadersRead);
        return await response.Content.ReadAsStreamAsync();
    }

    private static async Task CollectUntilAsync(Func<bool> isDone)
    {
        for (var attempt = 0; attempt < 1_000 && !isDone(); attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }
    }
}
