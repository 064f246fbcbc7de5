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

        Assert.Equal((5m, 0m), await api.BudgetAsync());
        Assert.True(Assert.Single(api.Settled).IsEstimated);
    }

    [Fact]
    public async Task A_body_that_outlives_its_response_is_charged_for_what_is_read_of_it()
    {
        await using var api = await StartAsync();
        var body = await OpenAsync(api.Client);

        GC.Collect();
        GC.WaitForPendingFinalizers();
        await body.CopyToAsync(Stream.Null);

        Assert.Equal((3m, 0m), await api.BudgetAsync());
        Assert.False(Assert.Single(api.Settled).IsEstimated);
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

        Assert.Throws<IOException>(response.Dispose);

        Assert.Equal((1m, 0m), await api.BudgetAsync());
    }

    [Fact]
    public async Task A_body_that_cannot_be_closed_asynchronously_without_an_exception_is_settled()
    {
        await using var api = await GuardedApi.StartAsync(within: client => Answering.Add(client, () => new StreamContent(new ClumsyStream())));
        var response = await api.Client.GetAsync("quote", HttpCompletionOption.ResponseHeadersRead);
        var body = await response.Content.ReadAsStreamAsync();

        await Assert.ThrowsAsync<IOException>(async () => await body.DisposeAsync());

        Assert.Equal((1m, 0m), await api.BudgetAsync());
    }

    [Fact]
    public async Task A_content_that_cannot_be_measured_is_not_sent_and_not_charged()
    {
        await using var api = await GuardedApi.StartAsync();

        await Assert.ThrowsAsync<IOException>(() => api.Client.PostAsync("take", new UnmeasurableContent()));

        Assert.Equal(0, api.Server.Arrived);
        Assert.Equal((0m, 0m), await api.BudgetAsync());
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
