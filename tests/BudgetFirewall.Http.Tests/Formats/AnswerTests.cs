using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Http.Tests.Formats;

/// <summary>What answers of OpenAI and Anthropic tell is what is charged, whatever form and pieces they come in.</summary>
public sealed class AnswerTests
{
    // 11 input, 8 cached, 6 output, 4 reasoning.
    private const decimal OpenAICost = 11m + 0.8m + 60m + 80m;
    // 5 input, 8 cached, 2 and 4 written, 10 output.
    private const decimal AnthropicCost = 5m + 0.8m + 2.5m + 8m + 100m;

    public static TheoryData<HttpUsageFormat, string, string, string> Answers => new()
    {
        { HttpUsageFormat.OpenAI, "chat/completions", GuardedModel.Json, Bodies.ChatCompletion },
        { HttpUsageFormat.OpenAI, "chat/completions", GuardedModel.Stream, Bodies.ChatStream },
        { HttpUsageFormat.OpenAI, "responses", GuardedModel.Json, Bodies.Response },
        { HttpUsageFormat.OpenAI, "responses", GuardedModel.Stream, Bodies.ResponseStream },
        { HttpUsageFormat.Anthropic, "messages", GuardedModel.Json, Bodies.Message },
        { HttpUsageFormat.Anthropic, "messages", GuardedModel.Stream, Bodies.MessageStream },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_is_charged_by_the_usage_that_it_tells(HttpUsageFormat format, string path, string contentType, string body)
    {
        await using var model = new GuardedModel(options => Use(options, format));
        model.Answer(contentType, body);

        var call = await model.CallAsync(path, GuardedModel.Chat);

        (await model.BudgetAsync()).Should().Be(format == HttpUsageFormat.OpenAI ? (OpenAICost, 0m) : (AnthropicCost, 0m));
        TokensOf(call).Should().Be(UsageOf(format));
        call.IsEstimated.Should().BeFalse();
        call.Usage!.ResponseBytes.Should().Be(Encoding.UTF8.GetByteCount(body));
        model.Log.Written.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_whose_names_are_escaped_reports_the_same(HttpUsageFormat format, string path, string contentType, string body)
    {
        await using var model = new GuardedModel(options => Use(options, format));
        model.Answer(contentType, body.Replace("_tokens\"", "\\u005f\\u0074okens\"", StringComparison.Ordinal).Replace("\"type\":\"response.", "\"t\\u0079pe\":\"response\\u002e", StringComparison.Ordinal));

        var call = await model.CallAsync(path, GuardedModel.Chat);

        TokensOf(call).Should().Be(UsageOf(format));
        call.IsEstimated.Should().BeFalse();
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_cut_at_any_byte_reports_the_same(HttpUsageFormat format, string path, string contentType, string body)
    {
        await using var model = new GuardedModel(options => Use(options, format));
        foreach (var bytes in LineEnds(contentType, body))
        {
            for (var cut = 1; cut < bytes.Length; cut++)
            {
                model.Answer(contentType, [bytes[..cut], bytes[cut..]]);
                var call = await model.CallAsync(path, GuardedModel.Chat);
                (UsageOf(format) == TokensOf(call) && !call.IsEstimated).Should().BeTrue($"cut at {cut}: {call.Usage}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_that_comes_byte_by_byte_reports_the_same(HttpUsageFormat format, string path, string contentType, string body)
    {
        await using var model = new GuardedModel(options => Use(options, format));
        foreach (var bytes in LineEnds(contentType, body))
        {
            model.Answer(contentType, [.. bytes.Select(one => new[] { one })]);

            var call = await model.CallAsync(path, GuardedModel.Chat);

            TokensOf(call).Should().Be(UsageOf(format));
            call.IsEstimated.Should().BeFalse();
        }
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_is_read_whatever_content_type_it_bears_as_long_as_it_is_text(HttpUsageFormat format, string path, string contentType, string body)
    {
        await using var model = new GuardedModel(options => Use(options, format));
        model.Answer(contentType == GuardedModel.Json ? "text/plain" : GuardedModel.Json, "\uFEFF\n" + body);

        TokensOf(await model.CallAsync(path, GuardedModel.Chat)).Should().Be(UsageOf(format));
    }

    [Theory]
    [InlineData(HttpUsageFormat.OpenAI, "chat/completions", Bodies.ChatStream, "data: [DONE]\n\n")]
    [InlineData(HttpUsageFormat.OpenAI, "responses", Bodies.ResponseStream, "\"total_tokens\":29}}}\n\n")]
    [InlineData(HttpUsageFormat.Anthropic, "messages", Bodies.MessageStream, "data: {\"type\":\"message_stop\"}\n\n")]
    public async Task A_client_that_stops_reading_at_the_last_event_is_charged_by_the_usage(HttpUsageFormat format, string path, string body, string end)
    {
        await using var model = new GuardedModel(options => Use(options, format));
        // The connection stays open: a further read would break.
        model.Answer(GuardedModel.Stream, [Encoding.UTF8.GetBytes(body)], end: new IOException("nobody reads on"));

        using (var response = await model.PostAsync(path, GuardedModel.Chat))
        {
            var stream = await response.Content.ReadAsStreamAsync();
            var read = "";
            var buffer = new byte[97];
            while (!read.EndsWith(end, StringComparison.Ordinal))
                read += Encoding.Latin1.GetString(buffer, 0, await stream.ReadAsync(buffer));
            model.Settled.Should().ContainSingle();
        }

        var call = model.Settled.Should().ContainSingle().Which;
        TokensOf(call).Should().Be(UsageOf(format));
        call.IsEstimated.Should().BeFalse();
        (await model.BudgetAsync()).Should().Be(format == HttpUsageFormat.OpenAI ? (OpenAICost, 0m) : (AnthropicCost, 0m));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task Comments_other_fields_and_data_in_several_lines_are_read_as_the_standard_says(string lineEnd)
    {
        await using var model = new GuardedModel(options => Use(options, HttpUsageFormat.OpenAI));
        const string Body = """
            : OPENROUTER PROCESSING

            id: 1
            retry: 10
            databut: not
            data
            data:{"choices":[],
            data: "usage":{"prompt_tokens":19,
            : a comment between
            data:  "completion_tokens":10}}

            data: not JSON

            data: [DONE]
            """;
        model.Answer(GuardedModel.Stream, Body.Replace("\n", lineEnd, StringComparison.Ordinal));

        var call = await model.CallAsync("chat/completions", GuardedModel.Chat);

        TokensOf(call).Should().Be(BudgetUsage.Tokens(19, 10));
        call.IsEstimated.Should().BeFalse();
    }

    [Fact]
    public async Task Embeddings_have_no_output()
    {
        await using var model = new GuardedModel(options => Use(options, HttpUsageFormat.OpenAI));
        model.Answer(GuardedModel.Json, Bodies.Embeddings);

        var call = await model.CallAsync("embeddings", """{"model":"m","input":"The food was delicious"}""");

        (await model.BudgetAsync()).Should().Be((8m, 0m));
        TokensOf(call).Should().Be(BudgetUsage.Tokens(8, 0));
        call.Request.Usage!.OutputTokens.Should().Be(0);
    }

    [Fact]
    public async Task Sound_and_images_and_what_was_written_to_the_cache_are_told_apart()
    {
        await using var model = new GuardedModel(options => Use(options, HttpUsageFormat.OpenAI));
        model.Answer(GuardedModel.Json, """
            {"usage":{"prompt_tokens":100,"completion_tokens":50,"prompt_tokens_details":{"cached_tokens":10,"cache_write_tokens":20,"audio_tokens":30,"image_tokens":40},
            "completion_tokens_details":{"audio_tokens":15,"image_tokens":5}}}
            """);

        var call = await model.CallAsync("chat/completions", GuardedModel.Chat);

        var expected = BudgetUsage.Tokens(100, 50, cachedInput: 10) with { CacheWriteTokens = 20, AudioInputTokens = 30, ImageInputTokens = 40, AudioOutputTokens = 15, ImageOutputTokens = 5 };
        TokensOf(call).Should().Be(expected);
    }

    [Fact]
    public async Task Long_texts_are_passed_by_wherever_their_escapes_lie()
    {
        await using var model = new GuardedModel(options => Use(options, HttpUsageFormat.OpenAI));
        for (var length = 4_084; length <= 4_100; length++)
        {
            var text = new string('A', length) + "\\u00e9\\\"\\\\" + new string('B', 20);
            var body = Bodies.ChatCompletion.Replace("\"annotations\"", $"\"{text}\":\"{text}\",\"annotations\"", StringComparison.Ordinal);
            model.Answer(GuardedModel.Json, [.. Pieces(body, length % 7 + 1)]);

            var call = await model.CallAsync("chat/completions", GuardedModel.Chat);

            TokensOf(call).Should().Be(Bodies.OpenAIUsage);
            call.IsEstimated.Should().BeFalse();
        }
    }

    [Fact]
    public async Task A_compressed_stream_of_a_real_server_is_read_as_the_client_decompresses_it()
    {
        await using var api = await GuardedApi.StartAsync(
            options => options.UseOpenAI(GuardedApi.Name),
            options => options.Pricing.Models["m"] = ModelPrice.PerMillion(1_000m, 1_000m),
            within: client => client.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All }));
        using var request = new HttpRequestMessage(HttpMethod.Post, "chat/completions") { Content = new StringContent(GuardedModel.Chat) };

        using var response = await api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await lines.ReadLineAsync() is not "data: [DONE]")
        {
        }

        (await api.BudgetAsync()).Should().Be((0.029m, 0m));
        api.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeFalse();
    }

    [Theory]
    [InlineData("default", null, null)]
    [InlineData("flex", null, "flex")]
    [InlineData("default", "flex", null)]
    [InlineData("priority", "auto", "priority")]
    [InlineData(null, "flex", "flex")]
    public async Task The_service_tier_is_that_of_the_answer_or_else_that_of_the_request(string? answered, string? requested, string? charged)
    {
        await using var model = new GuardedModel(options => Use(options, HttpUsageFormat.OpenAI));
        var tier = answered is null ? "" : $"\"service_tier\":\"{answered}\",";
        model.Answer(GuardedModel.Json, $$$"""{{{{tier}}}"usage":{"prompt_tokens":10,"completion_tokens":0}}""");

        var call = await model.CallAsync("chat/completions", $$"""{"model":"m","service_tier":{{(requested is null ? "null" : $"\"{requested}\"")}}}""");

        call.Usage!.ServiceTier.Should().Be(charged);
        call.Receipt!.Cost.Should().Be(charged switch { "flex" => 5m, "priority" => 20m, _ => 10m });
    }

    [Fact]
    public async Task The_fast_mode_and_compactions_of_Anthropic_are_charged()
    {
        await using var model = new GuardedModel(options => Use(options, HttpUsageFormat.Anthropic));
        model.Answer(GuardedModel.Json, """
            {"type":"message","usage":{"input_tokens":23,"output_tokens":10,"service_tier":"standard","speed":"fast",
            "iterations":[{"type":"compaction","input_tokens":100,"output_tokens":30},{"type":"message","input_tokens":23,"output_tokens":10},{"type":"compaction","input_tokens":80,"output_tokens":5}]}}
            """);

        var call = await model.CallAsync("messages", GuardedModel.Chat);

        TokensOf(call).Should().Be(BudgetUsage.Tokens(203, 45) with { ServiceTier = "fast" });
    }

    [Fact]
    public async Task The_name_of_a_snapshot_in_the_answer_does_not_change_the_model_that_is_priced()
    {
        await using var model = new GuardedModel(options => Use(options, HttpUsageFormat.OpenAI));
        model.Answer(GuardedModel.Json, Bodies.ChatCompletion);

        (await model.CallAsync("chat/completions", GuardedModel.Chat)).Request.Model.Should().Be("m");
    }

    private static void Use(BudgetHandlerOptions options, HttpUsageFormat format) => _ = format == HttpUsageFormat.OpenAI ? options.UseOpenAI() : options.UseAnthropic();

    private static BudgetUsage UsageOf(HttpUsageFormat format) => format == HttpUsageFormat.OpenAI ? Bodies.OpenAIUsage : Bodies.AnthropicUsage;

    private static BudgetUsage TokensOf(SettledCall call) => call.Usage! with { RequestBytes = 0, ResponseBytes = 0 };

    private static IEnumerable<byte[]> LineEnds(string contentType, string body) =>
        (contentType == GuardedModel.Stream ? new[] { "\n", "\r\n", "\r" } : ["\n"]).Select(end => Encoding.UTF8.GetBytes(body.Replace("\n", end, StringComparison.Ordinal)));

    private static IEnumerable<byte[]> Pieces(string body, int length) => Encoding.UTF8.GetBytes(body).Chunk(length);
}
