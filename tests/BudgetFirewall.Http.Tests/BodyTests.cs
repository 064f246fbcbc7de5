using System.Net.Http.Headers;
using System.Net.Mime;

namespace BudgetFirewall.Http.Tests;

/// <summary>Bytes are counted as they pass: nothing is buffered, consumed or changed. Here a kilobyte costs 1, and a call nothing.</summary>
public sealed class BodyTests
{
    [Fact]
    public async Task The_bytes_of_an_answer_are_counted_as_they_are_read()
    {
        await using var api = await StartAsync();

        var bytes = await api.Client.GetByteArrayAsync("bytes/10240");

        Assert.Equal(10_240, bytes.Length);
        Assert.Equal((10m, 0m), await api.BudgetAsync());
        Assert.False(Assert.Single(api.Settled).IsEstimated);
    }

    [Fact]
    public async Task The_first_part_of_an_answer_is_there_before_the_second_is_sent()
    {
        await using var api = await StartAsync();
        using var response = await api.Client.GetAsync("parts", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[2_000];

        await body.ReadExactlyAsync(buffer.AsMemory(0, 1_000));
        Assert.Empty(api.Settled);
        api.Server.Go.Release();
        await body.ReadExactlyAsync(buffer.AsMemory(1_000));
        Assert.Equal(0, await body.ReadAsync(buffer));

        Assert.Equal((2_000m / 1_024, 0m), await api.BudgetAsync());
    }

    [Fact]
    public async Task A_body_that_is_half_read_is_charged_for_what_was_read()
    {
        await using var api = await StartAsync();

        using (var response = await api.Client.GetAsync("parts", HttpCompletionOption.ResponseHeadersRead))
        {
            var body = await response.Content.ReadAsStreamAsync();
            await body.ReadExactlyAsync(new byte[512]);
        }

        Assert.Equal((0.5m, 0m), await api.BudgetAsync());
        Assert.True(Assert.Single(api.Settled).IsEstimated);
    }

    [Fact]
    public async Task A_body_that_is_never_read_is_settled_when_its_response_is_disposed()
    {
        await using var api = await StartAsync();

        using (await api.Client.GetAsync("bytes/10240", HttpCompletionOption.ResponseHeadersRead))
            Assert.Empty(api.Settled);

        Assert.Equal((0m, 0m), await api.BudgetAsync());
        Assert.Equal(0, Assert.Single(api.Settled).Usage!.ResponseBytes);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_charged_for_what_had_come()
    {
        await using var api = await StartAsync();
        using var response = await api.Client.GetAsync("breaks", HttpCompletionOption.ResponseHeadersRead);
        var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[1_000];

        await body.ReadExactlyAsync(buffer);
        api.Server.Go.Release();
        await Assert.ThrowsAnyAsync<IOException>(async () => await body.ReadExactlyAsync(buffer));

        Assert.Equal((Math.Ceiling(1_000m / 1_024 * 1e9m) / 1e9m, 0m), await api.BudgetAsync());
    }

    [Fact]
    public async Task A_body_that_breaks_off_while_the_client_buffers_it_is_settled()
    {
        await using var api = await StartAsync();
        api.Server.Go.Release();

        await Assert.ThrowsAsync<HttpRequestException>(() => api.Client.GetAsync("breaks"));

        Assert.Equal(0m, (await api.BudgetAsync()).Held);
        // A reset may overtake what was sent before it.
        Assert.InRange(Assert.Single(api.Settled).Usage!.ResponseBytes, 0, 1_000);
    }

    [Fact]
    public async Task A_reading_that_is_cancelled_is_charged_for_what_had_come()
    {
        await using var api = await StartAsync();
        using var cancellation = new CancellationTokenSource();
        using var response = await api.Client.GetAsync("parts", HttpCompletionOption.ResponseHeadersRead);
        var body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[1_000]);

        var reading = body.ReadAsync(new byte[1_000], cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);

        Assert.Equal(0m, (await api.BudgetAsync()).Held);
        Assert.Equal(1_000, Assert.Single(api.Settled).Usage!.ResponseBytes);
    }

    [Fact]
    public async Task A_synchronous_reader_is_charged_too()
    {
        await using var api = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "bytes/5120");

        using var response = api.Client.Send(request, HttpCompletionOption.ResponseHeadersRead);
        using (var body = response.Content.ReadAsStream())
            body.CopyTo(Stream.Null);

        Assert.Equal((5m, 0m), await api.BudgetAsync());
    }

    [Fact]
    public async Task The_headers_of_an_answer_are_those_of_the_provider()
    {
        await using var api = await StartAsync();

        using var response = await api.Client.GetAsync("tokens", HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(42, response.Content.Headers.ContentLength);
        Assert.Equal(42, (await response.Content.ReadAsByteArrayAsync()).Length);
    }

    [Fact]
    public async Task The_content_of_a_request_is_sent_as_it_is_counted_and_left_to_the_caller()
    {
        await using var api = await StartAsync();
        var content = new ByteArrayContent(new byte[2_048]) { Headers = { ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json) } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "take") { Content = content };

        using var response = await api.Client.SendAsync(request);

        Assert.Equal((2_048L, "application/json", 2_048L), api.Server.LastRequest);
        Assert.Same(content, request.Content);
        Assert.Equal(2_048, (await content.ReadAsByteArrayAsync()).Length);
        Assert.Equal(2_048, Assert.Single(api.Settled).Usage!.RequestBytes);
        Assert.Equal(4, Assert.Single(api.Settled).Usage!.ResponseBytes);
    }

    [Fact]
    public async Task A_content_of_unknown_length_stays_one_and_is_counted()
    {
        await using var api = await StartAsync();
        using var content = new StreamContent(new UnknownLengthStream(3_000));

        using var response = await api.Client.PostAsync("take", content);

        Assert.Equal((null, null, 3_000L), api.Server.LastRequest);
        Assert.Equal(3_000, Assert.Single(api.Settled).Usage!.RequestBytes);
    }

    private static Task<GuardedApi> StartAsync() => GuardedApi.StartAsync(
        options => options.ExpectedUsage = new BudgetUsage(),
        options =>
        {
            options.Pricing.Providers[GuardedApi.Name] = 0m;
            options.Pricing.Units["kb"] = 1m;
        });
}
