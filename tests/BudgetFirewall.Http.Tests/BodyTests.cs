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

        bytes.Length.Should().Be(10_240);
        (await api.BudgetAsync()).Should().Be((10m, 0m));
        api.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeFalse();
    }

    [Fact]
    public async Task The_first_part_of_an_answer_is_there_before_the_second_is_sent()
    {
        await using var api = await StartAsync();
        using var response = await api.Client.GetAsync("parts", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[2_000];

        await body.ReadExactlyAsync(buffer.AsMemory(0, 1_000));
        api.Settled.Should().BeEmpty();
        api.Server.Go.Release();
        await body.ReadExactlyAsync(buffer.AsMemory(1_000));
        (await body.ReadAsync(buffer)).Should().Be(0);

        (await api.BudgetAsync()).Should().Be((2_000m / 1_024, 0m));
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

        (await api.BudgetAsync()).Should().Be((0.5m, 0m));
        api.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task A_body_that_is_never_read_is_settled_when_its_response_is_disposed()
    {
        await using var api = await StartAsync();

        using (await api.Client.GetAsync("bytes/10240", HttpCompletionOption.ResponseHeadersRead))
            api.Settled.Should().BeEmpty();

        (await api.BudgetAsync()).Should().Be((0m, 0m));
        api.Settled.Should().ContainSingle().Which.Usage!.ResponseBytes.Should().Be(0);
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
        await FluentActions.Awaiting(async () => await body.ReadExactlyAsync(buffer)).Should().ThrowAsync<IOException>();

        (await api.BudgetAsync()).Should().Be((Math.Ceiling(1_000m / 1_024 * 1e9m) / 1e9m, 0m));
    }

    [Fact]
    public async Task A_body_that_breaks_off_while_the_client_buffers_it_is_settled()
    {
        await using var api = await StartAsync();
        api.Server.Go.Release();

        await FluentActions.Awaiting(() => api.Client.GetAsync("breaks")).Should().ThrowExactlyAsync<HttpRequestException>();

        (await api.BudgetAsync()).Held.Should().Be(0m);
        // A reset may overtake what was sent before it.
        api.Settled.Should().ContainSingle().Which.Usage!.ResponseBytes.Should().BeInRange(0, 1_000);
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
        await FluentActions.Awaiting(() => reading).Should().ThrowAsync<OperationCanceledException>();

        (await api.BudgetAsync()).Held.Should().Be(0m);
        api.Settled.Should().ContainSingle().Which.Usage!.ResponseBytes.Should().Be(1_000);
    }

    [Fact]
    public async Task A_synchronous_reader_is_charged_too()
    {
        await using var api = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "bytes/5120");

        using var response = api.Client.Send(request, HttpCompletionOption.ResponseHeadersRead);
        using (var body = response.Content.ReadAsStream())
            body.CopyTo(Stream.Null);

        (await api.BudgetAsync()).Should().Be((5m, 0m));
    }

    [Fact]
    public async Task The_headers_of_an_answer_are_those_of_the_provider()
    {
        await using var api = await StartAsync();

        using var response = await api.Client.GetAsync("tokens", HttpCompletionOption.ResponseHeadersRead);

        (response.Content.Headers.ContentType?.MediaType).Should().Be("application/json");
        response.Content.Headers.ContentLength.Should().Be(42);
        (await response.Content.ReadAsByteArrayAsync()).Length.Should().Be(42);
    }

    [Fact]
    public async Task The_content_of_a_request_is_sent_as_it_is_counted_and_left_to_the_caller()
    {
        await using var api = await StartAsync();
        var content = new ByteArrayContent(new byte[2_048]) { Headers = { ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json) } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "take") { Content = content };

        using var response = await api.Client.SendAsync(request);

        api.Server.LastRequest.Should().Be(((long?, string?, long))(2_048L, "application/json", 2_048L));
        request.Content.Should().BeSameAs(content);
        (await content.ReadAsByteArrayAsync()).Length.Should().Be(2_048);
        api.Settled.Should().ContainSingle().Which.Usage!.RequestBytes.Should().Be(2_048);
        api.Settled.Should().ContainSingle().Which.Usage!.ResponseBytes.Should().Be(4);
    }

    [Fact]
    public async Task A_content_of_unknown_length_stays_one_and_is_counted()
    {
        await using var api = await StartAsync();
        using var content = new StreamContent(new UnknownLengthStream(3_000));

        using var response = await api.Client.PostAsync("take", content);

        api.Server.LastRequest.Should().Be(((long?, string?, long))(null, null, 3_000L));
        api.Settled.Should().ContainSingle().Which.Usage!.RequestBytes.Should().Be(3_000);
    }

    private static Task<GuardedApi> StartAsync() => GuardedApi.StartAsync(
        options => options.ExpectedUsage = new BudgetUsage(),
        options =>
        {
            options.Pricing.Providers[GuardedApi.Name] = 0m;
            options.Pricing.Units["kb"] = 1m;
        });
}
