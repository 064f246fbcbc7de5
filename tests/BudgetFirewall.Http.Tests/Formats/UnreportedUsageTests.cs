using System.IO.Compression;
using System.Text;

namespace BudgetFirewall.Http.Tests.Formats;

/// <summary>
/// What an answer does not tell is charged as it was expected, and never less than what was seen of it; an error and nothing else is not charged. An input token costs 1, an output token 10;
/// 20 and 100 of them are expected.
/// </summary>
public sealed class UnreportedUsageTests
{
    private const decimal Expected = GuardedModel.ExpectedInput + 1_000m;
    private static readonly BudgetUsage ExpectedUsage = BudgetUsage.Tokens(GuardedModel.ExpectedInput, 100);

    [Fact]
    public async Task A_stream_without_usage_is_charged_as_expected_and_logged_once()
    {
        await using var model = OpenAI();
        var withoutUsage = Bodies.ChatStream.Split("\n\n").Where(part => !part.Contains("\"choices\":[]", StringComparison.Ordinal));
        model.Answer(GuardedModel.Stream, string.Join("\n\n", withoutUsage));

        var call = await model.CallAsync("chat/completions", GuardedModel.Chat);
        await model.CallAsync("chat/completions", GuardedModel.Chat);

        TokensOf(call).Should().Be(ExpectedUsage);
        call.IsEstimated.Should().BeTrue();
        (await model.BudgetAsync()).Should().Be((2 * Expected, 0m));
        model.Log.Written.Should().ContainSingle().Which.Id.Should().Be(504);
    }

    [Fact]
    public async Task A_stream_without_usage_is_charged_for_no_less_than_its_text()
    {
        await using var model = OpenAI();
        var text = new string('x', 30_000);
        model.Answer(GuardedModel.Stream, $$$"""data: {"choices":[{"delta":{"content":"{{{text}}}"}}]}{{{"\n\n"}}}data: [DONE]{{{"\n\n"}}}""");

        TokensOf(await model.CallAsync("chat/completions", GuardedModel.Chat)).Should().Be(BudgetUsage.Tokens(GuardedModel.ExpectedInput, 10_000));
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_charged_as_expected()
    {
        await using var model = OpenAI();
        model.Answer(GuardedModel.Stream, [Encoding.UTF8.GetBytes(Bodies.ChatStream[..700])], end: new IOException("reset"));

        using var response = await model.PostAsync("chat/completions", GuardedModel.Chat);
        await FluentActions.Awaiting(() => response.Content.ReadAsByteArrayAsync()).Should().ThrowAsync<Exception>();

        TokensOf(model.Settled.Should().ContainSingle().Which).Should().Be(ExpectedUsage);
        model.Settled[0].IsEstimated.Should().BeTrue();
        model.Log.Written.Should().BeEmpty();
    }

    [Fact]
    public async Task A_stream_that_is_left_is_charged_as_expected()
    {
        await using var model = OpenAI();
        model.Answer(GuardedModel.Stream, Bodies.ChatStream);

        using (var response = await model.PostAsync("chat/completions", GuardedModel.Chat))
            await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[500]);

        (await model.BudgetAsync()).Should().Be((Expected, 0m));
    }

    [Fact]
    public async Task A_stream_left_after_its_usage_is_charged_by_it()
    {
        await using var model = OpenAI();
        model.Answer(GuardedModel.Stream, [Encoding.UTF8.GetBytes(Bodies.ChatStream.Replace("data: [DONE]\n\n", "", StringComparison.Ordinal))]);

        var call = await model.CallAsync("chat/completions", GuardedModel.Chat);

        TokensOf(call).Should().Be(Bodies.OpenAIUsage);
        call.IsEstimated.Should().BeFalse();
    }

    [Fact]
    public async Task A_usage_so_far_in_every_chunk_is_not_taken_for_the_last_one()
    {
        await using var model = OpenAI();
        model.Answer(
            GuardedModel.Stream,
            """data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":null}],"usage":{"prompt_tokens":19,"completion_tokens":1}}""" + "\n\n");

        var call = await model.CallAsync("chat/completions", GuardedModel.Chat);

        TokensOf(call).Should().Be(BudgetUsage.Tokens(19, 100));
        call.IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task A_message_that_breaks_off_is_charged_for_the_input_that_it_reported_and_the_output_that_was_expected()
    {
        await using var model = Anthropic();
        model.Answer(GuardedModel.Stream, [Encoding.UTF8.GetBytes(Bodies.MessageStart)], end: new IOException("reset"));

        using var response = await model.PostAsync("messages", GuardedModel.Chat);
        await FluentActions.Awaiting(() => response.Content.ReadAsByteArrayAsync()).Should().ThrowAsync<Exception>();

        var call = model.Settled.Should().ContainSingle().Which;
        TokensOf(call).Should().Be(Bodies.AnthropicUsage with { OutputTokens = 100, Units = null });
        call.IsEstimated.Should().BeTrue();
    }

    [Theory]
    [InlineData("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n")]
    [InlineData("data: {\"error\":{\"message\":\"The server had an error\",\"type\":\"server_error\",\"param\":null,\"code\":null}}\n\n")]
    [InlineData("event: error\ndata: {\"type\":\"error\",\"code\":\"ERR_SOMETHING\",\"message\":\"Something went wrong\",\"param\":null,\"sequence_number\":1}\n\n")]
    [InlineData("{\"error\":{\"code\":502,\"message\":\"Provider returned error\"}}")]
    [InlineData("""event: response.failed""" + "\n" + """data: {"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"m"},"output":[],"usage":null}}""" + "\n\n")]
    public async Task An_error_and_nothing_else_is_not_charged(string body)
    {
        await using var model = body.Contains("overloaded", StringComparison.Ordinal) ? Anthropic() : OpenAI();
        model.Answer(body[0] == '{' ? GuardedModel.Json : GuardedModel.Stream, body);

        var call = await model.CallAsync("chat/completions", GuardedModel.Chat);

        call.Usage.Should().BeNull();
        (await model.BudgetAsync()).Should().Be((0m, 0m));
    }

    [Fact]
    public async Task An_error_after_the_answer_has_begun_is_charged_like_one_that_breaks_off()
    {
        await using var model = Anthropic();
        model.Answer(GuardedModel.Stream, Bodies.MessageStart + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n");

        var call = await model.CallAsync("messages", GuardedModel.Chat);

        TokensOf(call).Should().Be(Bodies.AnthropicUsage with { OutputTokens = 100, Units = null });
        call.IsEstimated.Should().BeTrue();
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task A_body_that_the_client_does_not_decompress_is_charged_as_expected_and_logged(string encoding)
    {
        await using var model = OpenAI();
        var compressed = Compress(Bodies.ChatCompletion);
        model.Answer(GuardedModel.Json, [compressed], encoding);

        using var response = await model.PostAsync("chat/completions", GuardedModel.Chat);
        (await response.Content.ReadAsByteArrayAsync()).Should().Equal(compressed);

        TokensOf(model.Settled.Should().ContainSingle().Which).Should().Be(ExpectedUsage);
        model.Settled[0].IsEstimated.Should().BeTrue();
        var (id, text) = model.Log.Written.Should().ContainSingle().Which;
        id.Should().Be(502);
        text.Should().Contain(encoding);
    }

    [Theory]
    [InlineData(GuardedModel.Json, "{\"usage\":{\"prompt_tokens\":1,")]
    [InlineData(GuardedModel.Json, "<html>busy</html>")]
    [InlineData(GuardedModel.Json, "{\"usage\":{\"prompt_tokens\":-1,\"completion_tokens\":\"many\"}}")]
    [InlineData(GuardedModel.Json, "{\"usage\":{\"prompt_tokens\":99999999999999999999,\"completion_tokens\":1.5}}")]
    [InlineData(GuardedModel.Json, "{\"usage\":null}")]
    [InlineData(GuardedModel.Json, "[1]")]
    [InlineData(GuardedModel.Json, "{}garbage")]
    [InlineData(GuardedModel.Stream, "data: {\"usage\":{\"prompt_tokens\":1,\n\ndata: [DONE]\n\n")]
    [InlineData("application/octet-stream", "{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}")]
    public async Task An_answer_that_cannot_be_read_reaches_the_caller_and_is_charged_as_expected(string contentType, string body)
    {
        await using var model = OpenAI();
        model.Answer(contentType, body);

        using var response = await model.PostAsync("chat/completions", GuardedModel.Chat);
        (await response.Content.ReadAsStringAsync()).Should().Be(body);

        TokensOf(model.Settled.Should().ContainSingle().Which).Should().Be(ExpectedUsage);
        model.Settled[0].IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task A_service_tier_that_is_no_text_does_not_stand_in_the_way_of_the_usage()
    {
        await using var model = OpenAI();
        model.Answer(GuardedModel.Json, """{"service_tier":"\ud800","usage":{"prompt_tokens":5,"completion_tokens":2}}""");

        var call = await model.CallAsync("chat/completions", GuardedModel.Chat);

        TokensOf(call).Should().Be(BudgetUsage.Tokens(5, 2));
        call.IsEstimated.Should().BeFalse();
        model.Log.Written.Should().BeEmpty();
    }

    [Fact]
    public async Task Parts_that_exceed_their_whole_are_cut_to_it()
    {
        await using var model = OpenAI();
        model.Answer(GuardedModel.Json, """{"usage":{"prompt_tokens":5,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":9,"audio_tokens":9},"completion_tokens_details":{"reasoning_tokens":3}}}""");

        var call = await model.CallAsync("chat/completions", GuardedModel.Chat);

        TokensOf(call).Should().Be(BudgetUsage.Tokens(5, 2, cachedInput: 5) with { AudioInputTokens = 5, ReasoningTokens = 2 });
        call.Receipt.Should().NotBeNull();
    }

    private static GuardedModel OpenAI() => new(options => options.UseOpenAI());

    private static GuardedModel Anthropic() => new(options => options.UseAnthropic());

    private static BudgetUsage TokensOf(SettledCall call) => call.Usage! with { RequestBytes = 0, ResponseBytes = 0 };

    private static byte[] Compress(string text)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return compressed.ToArray();
    }
}
