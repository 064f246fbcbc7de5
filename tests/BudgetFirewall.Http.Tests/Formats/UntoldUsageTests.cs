using System.IO.Compression;
using System.Text;

namespace BudgetFirewall.Http.Tests.Formats;

/// <summary>
/// What an answer does not tell is charged as it was expected, and never less than what was seen of it; an error and nothing else is not charged. An input token costs 1, an output token 10;
/// 20 and 100 of them are expected.
/// </summary>
public sealed class UntoldUsageTests
{
    private const decimal Expected = GuardedModel.ExpectedInput + 1_000m;
    private static readonly BudgetUsage ExpectedUsage = BudgetUsage.Tokens(GuardedModel.ExpectedInput, 100);

    [Fact]
    public async Task A_stream_without_usage_is_charged_as_expected_and_its_application_told_once()
    {
        await using var model = OpenAI();
        var withoutUsage = Bodies.ChatStream.Split("\n\n").Where(part => !part.Contains("\"choices\":[]", StringComparison.Ordinal));
        model.Answer(GuardedModel.Stream, string.Join("\n\n", withoutUsage));

        var call = await model.CallAsync("chat/completions", GuardedModel.Chat);
        await model.CallAsync("chat/completions", GuardedModel.Chat);

        Assert.Equal(ExpectedUsage, TokensOf(call));
        Assert.True(call.IsEstimated);
        Assert.Equal((2 * Expected, 0m), await model.BudgetAsync());
        Assert.Equal(504, Assert.Single(model.Log.Written).Id);
    }

    [Fact]
    public async Task A_stream_without_usage_is_charged_for_no_less_than_its_text()
    {
        await using var model = OpenAI();
        var text = new string('x', 30_000);
        model.Answer(GuardedModel.Stream, $$$"""data: {"choices":[{"delta":{"content":"{{{text}}}"}}]}{{{"\n\n"}}}data: [DONE]{{{"\n\n"}}}""");

        Assert.Equal(BudgetUsage.Tokens(GuardedModel.ExpectedInput, 10_000), TokensOf(await model.CallAsync("chat/completions", GuardedModel.Chat)));
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_charged_as_expected()
    {
        await using var model = OpenAI();
        model.Answer(GuardedModel.Stream, [Encoding.UTF8.GetBytes(Bodies.ChatStream[..700])], end: new IOException("reset"));

        using var response = await model.PostAsync("chat/completions", GuardedModel.Chat);
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsByteArrayAsync());

        Assert.Equal(ExpectedUsage, TokensOf(Assert.Single(model.Settled)));
        Assert.True(model.Settled[0].IsEstimated);
        Assert.Empty(model.Log.Written);
    }

    [Fact]
    public async Task A_stream_that_is_left_is_charged_as_expected()
    {
        await using var model = OpenAI();
        model.Answer(GuardedModel.Stream, Bodies.ChatStream);

        using (var response = await model.PostAsync("chat/completions", GuardedModel.Chat))
            await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[500]);

        Assert.Equal((Expected, 0m), await model.BudgetAsync());
    }

    [Fact]
    public async Task A_stream_left_after_its_usage_is_charged_by_it()
    {
        await using var model = OpenAI();
        model.Answer(GuardedModel.Stream, [Encoding.UTF8.GetBytes(Bodies.ChatStream.Replace("data: [DONE]\n\n", "", StringComparison.Ordinal))]);

        var call = await model.CallAsync("chat/completions", GuardedModel.Chat);

        Assert.Equal(Bodies.OpenAIUsage, TokensOf(call));
        Assert.False(call.IsEstimated);
    }

    [Fact]
    public async Task A_usage_so_far_in_every_chunk_is_not_taken_for_the_last_one()
    {
        await using var model = OpenAI();
        model.Answer(
            GuardedModel.Stream,
            """data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":null}],"usage":{"prompt_tokens":19,"completion_tokens":1}}""" + "\n\n");

        var call = await model.CallAsync("chat/completions", GuardedModel.Chat);

        Assert.Equal(BudgetUsage.Tokens(19, 100), TokensOf(call));
        Assert.True(call.IsEstimated);
    }

    [Fact]
    public async Task A_message_that_breaks_off_is_charged_for_the_input_that_it_told_and_the_output_that_was_expected()
    {
        await using var model = Anthropic();
        model.Answer(GuardedModel.Stream, [Encoding.UTF8.GetBytes(Bodies.MessageStart)], end: new IOException("reset"));

        using var response = await model.PostAsync("messages", GuardedModel.Chat);
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsByteArrayAsync());

        var call = Assert.Single(model.Settled);
        Assert.Equal(Bodies.AnthropicUsage with { OutputTokens = 100, Units = null }, TokensOf(call));
        Assert.True(call.IsEstimated);
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

        Assert.Null(call.Usage);
        Assert.Equal((0m, 0m), await model.BudgetAsync());
    }

    [Fact]
    public async Task An_error_after_the_answer_has_begun_is_charged_like_one_that_breaks_off()
    {
        await using var model = Anthropic();
        model.Answer(GuardedModel.Stream, Bodies.MessageStart + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n");

        var call = await model.CallAsync("messages", GuardedModel.Chat);

        Assert.Equal(Bodies.AnthropicUsage with { OutputTokens = 100, Units = null }, TokensOf(call));
        Assert.True(call.IsEstimated);
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
        Assert.Equal(compressed, await response.Content.ReadAsByteArrayAsync());

        Assert.Equal(ExpectedUsage, TokensOf(Assert.Single(model.Settled)));
        Assert.True(model.Settled[0].IsEstimated);
        var (id, text) = Assert.Single(model.Log.Written);
        Assert.Equal(502, id);
        Assert.Contains(encoding, text, StringComparison.Ordinal);
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
        Assert.Equal(body, await response.Content.ReadAsStringAsync());

        Assert.Equal(ExpectedUsage, TokensOf(Assert.Single(model.Settled)));
        Assert.True(model.Settled[0].IsEstimated);
    }

    [Fact]
    public async Task Parts_that_exceed_their_whole_are_cut_to_it()
    {
        await using var model = OpenAI();
        model.Answer(GuardedModel.Json, """{"usage":{"prompt_tokens":5,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":9,"audio_tokens":9},"completion_tokens_details":{"reasoning_tokens":3}}}""");

        var call = await model.CallAsync("chat/completions", GuardedModel.Chat);

        Assert.Equal(BudgetUsage.Tokens(5, 2, cachedInput: 5) with { AudioInputTokens = 5, ReasoningTokens = 2 }, TokensOf(call));
        Assert.NotNull(call.Receipt);
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
