using System.Text;
using System.Text.Json;

namespace BudgetFirewall.Http.Tests;

/// <summary>Rules of the application's own, which may read the body of the request, and both ends of the answer's.</summary>
public sealed class RuleOfOnesOwnTests
{
    [Fact]
    public async Task The_request_can_be_described_by_its_body_which_is_sent_all_the_same()
    {
        await using var model = Own(options => options.DescribeAsync = async (call, cancellationToken) =>
        {
            var body = await call.ReadBodyAsync(cancellationToken);
            using var json = JsonDocument.Parse(body!.Value);
            return call.Request with { Usage = BudgetUsage.Tokens(1, 1), Model = json.RootElement.GetProperty("model").GetString() };
        });

        var call = await model.CallAsync("any", GuardedModel.Chat);

        call.Request.Model.Should().Be("m");
        Encoding.UTF8.GetString(model.Sent.Should().ContainSingle().Which).Should().Be(GuardedModel.Chat);
    }

    [Fact]
    public async Task A_synchronous_send_is_described_by_its_body_too()
    {
        await using var api = await GuardedApi.StartAsync(options => options.DescribeAsync = async (call, cancellationToken) =>
        {
            await Task.Yield();
            return call.Request with { UserId = Encoding.UTF8.GetString((await call.ReadBodyAsync(cancellationToken))!.Value.Span) };
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, "take") { Content = new StringContent("alice") };

        using var response = api.Client.Send(request);

        api.Settled.Should().ContainSingle().Which.Request.UserId.Should().Be("alice");
        api.Server.LastRequest.Bytes.Should().Be(5);
    }

    [Fact]
    public async Task A_body_beyond_the_bound_is_passed_as_null_and_one_that_is_not_there_as_empty()
    {
        var read = new List<int?>();
        await using var model = Own(options =>
        {
            options.MaxRequestBodyBytes = 5;
            options.DescribeAsync = async (call, cancellationToken) =>
            {
                read.Add((await call.ReadBodyAsync(cancellationToken))?.Length);
                return call.Request;
            };
        });

        await model.CallAsync("any", "12345");
        await model.CallAsync("any", "123456");
        await model.Client.GetStringAsync("any");

        read.Should().Equal(5, null, 0);
        model.Sent.Select(Encoding.UTF8.GetString).Should().Equal("12345", "123456", "");
    }

    [Fact]
    public async Task What_the_description_throws_reaches_the_caller_and_nothing_is_sent()
    {
        await using var model = Own(options => options.DescribeAsync = (_, _) => throw new InvalidDataException("no model"));

        await FluentActions.Awaiting(() => model.CallAsync("any", GuardedModel.Chat)).Should().ThrowExactlyAsync<InvalidDataException>();

        model.Sent.Should().BeEmpty();
    }

    [Theory]
    [InlineData(1_000, 1_000)]
    [InlineData(0, 50)]
    [InlineData(10, 50)]
    [InlineData(90, 20)]
    [InlineData(95, 20)]
    [InlineData(100, 0)]
    [InlineData(0, 0)]
    public async Task Both_ends_of_a_body_are_given_as_far_as_the_bounds_allow(int maxCopied, int maxTail)
    {
        var body = string.Concat(Enumerable.Range(0, 100).Select(i => (char)('!' + i % 90)));
        for (var length = 1; length <= 100; length += 7)
        {
            (string Head, string Tail, bool IsComplete)? seen = null;
            await using var model = Own(options =>
            {
                (options.MaxCopiedBytes, options.MaxTailBytes) = (maxCopied, maxTail);
                options.ReadUsage = result =>
                {
                    seen = (Encoding.UTF8.GetString(result.Body.Span), Encoding.UTF8.GetString(result.Tail.Span), result.IsBodyComplete);
                    return null;
                };
            });
            model.Answer(GuardedModel.Json, [.. Encoding.UTF8.GetBytes(body).Chunk(length)]);

            await model.CallAsync("any", GuardedModel.Chat);

            seen.Should().Be((body[..Math.Min(100, maxCopied)], body[^Math.Min(100, maxTail)..], maxCopied >= 100));
        }
    }

    [Fact]
    public async Task The_headers_of_the_content_outlast_it()
    {
        string? seen = null;
        await using var model = Own(options => options.ReadUsage = result =>
        {
            seen = result.ContentHeaders.ContentType?.MediaType;
            return null;
        });
        model.Answer(GuardedModel.Stream, Bodies.ChatStream);

        var response = await model.PostAsync("any", GuardedModel.Chat);
        var body = await response.Content.ReadAsStreamAsync();
        // As SDKs do that keep the stream and let the response go.
        response.Content = null;
        response.Dispose();
        await body.DisposeAsync();

        seen.Should().Be(GuardedModel.Stream);
    }

    [Fact]
    public async Task What_a_format_has_read_can_be_added_to()
    {
        await using var model = new GuardedModel(options => options.UseOpenAI().ReadUsage = result =>
        {
            result.IsBodyComplete.Should().BeTrue();
            return result.Usage! with { Units = new Dictionary<string, decimal> { ["search"] = 1 } };
        });
        model.Answer(GuardedModel.Stream, [Encoding.UTF8.GetBytes(Bodies.ChatStream)], end: new IOException("nobody reads on"));

        using (var response = await model.PostAsync("chat/completions", GuardedModel.Chat))
            await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[Encoding.UTF8.GetByteCount(Bodies.ChatStream)]);

        var call = model.Settled.Should().ContainSingle().Which;
        call.Usage!.Units!["search"].Should().Be(1);
        call.Usage.InputTokens.Should().Be(19);
        call.IsEstimated.Should().BeFalse();
    }

    [Fact]
    public async Task A_rule_that_knows_nothing_leaves_what_the_format_has_read()
    {
        await using var model = new GuardedModel(options => options.UseOpenAI().ReadUsage = _ => null);
        model.Answer(GuardedModel.Json, Bodies.ChatCompletion);

        var call = await model.CallAsync("chat/completions", GuardedModel.Chat);

        call.Usage!.InputTokens.Should().Be(19);
        call.IsEstimated.Should().BeFalse();
    }

    private static GuardedModel Own(Action<BudgetHandlerOptions> configure)
    {
        var model = new GuardedModel(options =>
        {
            options.Provider = "own";
            configure(options);
        });
        model.Answer(GuardedModel.Json, "{}");
        return model;
    }
}
