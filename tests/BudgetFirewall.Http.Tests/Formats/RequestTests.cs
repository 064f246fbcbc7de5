using System.Net.Http.Json;
using System.Text;

namespace BudgetFirewall.Http.Tests.Formats;

/// <summary>What a request's body and path say of the call, before it is made.</summary>
public sealed class RequestTests
{
    [Theory]
    [InlineData("chat/completions", """{"model":"m","max_tokens":7}""", 7)]
    [InlineData("chat/completions", """{"model":"m","max_completion_tokens":8,"n":3}""", 24)]
    [InlineData("responses", """{"model":"m","max_output_tokens":9}""", 9)]
    [InlineData("messages", """{"model":"m","max_tokens":10}""", 10)]
    [InlineData("chat/completions", """{"model":"m","max_tokens":null}""", 4_096)]
    [InlineData("embeddings", """{"model":"m"}""", 0)]
    public async Task The_ceiling_of_the_answer_is_held_or_else_the_default(string path, string body, long expected)
    {
        await using var model = OpenAI();

        (await model.CallAsync(path, body)).Request.Usage!.OutputTokens.Should().Be(expected);
    }

    [Theory]
    [InlineData("chat/completions", "chat")]
    [InlineData("completions", "completions")]
    [InlineData("responses", "responses")]
    [InlineData("embeddings?api-version=1", "embeddings")]
    [InlineData("messages", "messages")]
    [InlineData("images/generations", "request")]
    public async Task The_operation_is_what_the_path_says(string path, string operation)
    {
        await using var model = OpenAI();

        (await model.CallAsync(path, GuardedModel.Chat)).Request.Operation.Should().Be(operation);
    }

    [Fact]
    public async Task An_operation_and_a_provider_of_the_application_stay()
    {
        await using var model = new GuardedModel(options =>
        {
            options.Operation = "draft";
            options.Provider = "mine";
            options.UseOpenAI();
        });
        model.Answer(GuardedModel.Json, Bodies.ChatCompletion);

        var request = (await model.CallAsync("chat/completions", GuardedModel.Chat)).Request;

        (request.Provider, request.Operation).Should().Be(("mine", "draft"));
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"hello"}]}""", 28)]
    [InlineData("""{"input":[1,2,3,4]}""", 5 + 12)]
    [InlineData("""{"input":"\u4f60\u597d \ud83d\ude00\n\"é"}""", 5 + 6 + 1 + 4 + 1 + 1 + 2)]
    public async Task The_prompt_is_estimated_by_the_length_of_its_texts(string body, int bytes)
    {
        await using var model = OpenAI();

        (await model.CallAsync("chat/completions", body)).Request.Usage!.InputTokens.Should().Be((bytes + 2) / 3);
    }

    [Fact]
    public async Task Images_and_sound_in_the_prompt_are_not_estimated_by_their_letters()
    {
        await using var model = OpenAI();
        var data = new string('A', 1_000_000);
        var body = $$$"""
            {"messages":[{"content":[{"image_url":{"url":"data:image/png;base64,{{{data}}}"}},{"image_url":{"url":"https://x.example/a.png"}},
            {"input_audio":{"data":"{{{data}}}"}},{"source":{"type":"base64","data":"{{{data[..3_000]}}}"}}]}]}
            """;

        var input = (await model.CallAsync("chat/completions", body)).Request.Usage!.InputTokens;

        input!.Value.Should().BeInRange(1_600 + 1_600 + 10_000 + 1_600, 1_600 + 1_600 + 10_000 + 1_600 + 100);
    }

    [Theory]
    [InlineData("https://x.openai.azure.com/openai/deployments/m/chat/completions?api-version=2024-10-21", """{"messages":[]}""", "m")]
    [InlineData("https://x.openai.azure.com/openai/deployments/other/chat/completions", """{"model":"m"}""", "m")]
    public async Task The_model_is_that_of_the_body_or_else_the_deployment_of_the_path(string address, string body, string expected)
    {
        await using var model = OpenAI();

        (await model.CallAsync(address, body)).Request.Model.Should().Be(expected);
    }

    [Theory]
    [InlineData("GET", "models")]
    [InlineData("GET", "responses/resp_1")]
    [InlineData("DELETE", "responses/resp_1")]
    [InlineData("POST", "responses/resp_1/cancel")]
    [InlineData("POST", "messages/count_tokens")]
    public async Task Reading_deleting_and_counting_tokens_is_free(string method, string path)
    {
        await using var model = OpenAI();
        model.Answer(GuardedModel.Json, Bodies.Response);
        using var request = new HttpRequestMessage(new(method), path);
        if (method == "POST")
            request.Content = new StringContent(GuardedModel.Chat);

        using var response = await model.Client.SendAsync(request);

        var call = model.Settled.Should().ContainSingle().Which;
        (await model.BudgetAsync()).Should().Be((0m, 0m));
        call.IsEstimated.Should().BeFalse();
    }

    [Fact]
    public async Task A_usage_given_for_the_message_goes_before_what_the_body_says()
    {
        await using var model = OpenAI();
        using var request = new HttpRequestMessage(HttpMethod.Post, "chat/completions") { Content = new StringContent("""{"model":"m","service_tier":"flex"}""") };
        request.Options.Set(BudgetHttpKeys.ExpectedUsage, BudgetUsage.Tokens(3, 4));

        using var response = await model.Client.SendAsync(request);

        model.Settled.Should().ContainSingle().Which.Request.Usage.Should().Be(BudgetUsage.Tokens(3, 4) with { ServiceTier = "flex" });
    }

    [Fact]
    public async Task The_delegate_has_the_last_word()
    {
        await using var model = OpenAI(options => options.Describe = (http, request) => request with { Model = "m", UserId = request.Model });

        (await model.CallAsync("chat/completions", """{"model":"x"}""")).Request.UserId.Should().Be("x");
    }

    [Fact]
    public async Task A_body_is_sent_as_it_was_read_and_again_with_every_attempt()
    {
        await using var model = new GuardedModel(options => options.UseOpenAI(), around: handler => new Repeating(handler));
        model.Answer(GuardedModel.Json, Bodies.ChatCompletion);

        await model.CallAsync("chat/completions", GuardedModel.Chat);

        model.Sent.Select(Encoding.UTF8.GetString).Should().Equal(GuardedModel.Chat, GuardedModel.Chat);
        model.Settled.Count.Should().Be(2);
        model.Settled.Should().AllSatisfy(call => call.Usage!.RequestBytes.Should().Be(GuardedModel.Chat.Length));
    }

    [Fact]
    public async Task A_content_that_is_made_only_when_it_is_sent_is_read()
    {
        await using var model = OpenAI();

        using var response = await model.Client.PostAsJsonAsync("chat/completions", new { model = "m", max_tokens = 5 });

        (model.Settled.Should().ContainSingle().Which.Request.Model, model.Settled[0].Request.Usage!.OutputTokens).Should().Be(((string?, long?))("m", 5));
        Encoding.UTF8.GetString(model.Sent.Should().ContainSingle().Which).Should().Be("""{"model":"m","max_tokens":5}""");
        model.Log.Written.Should().BeEmpty();
    }

    public static TheoryData<string> ContentsThatAreNotRead => ["known length", "made when sent", "stream", "compressed", "no JSON"];

    [Theory]
    [MemberData(nameof(ContentsThatAreNotRead))]
    public async Task A_body_that_is_not_read_is_sent_whole_and_logged(string kind)
    {
        var text = new string('x', 200);
        await using var model = OpenAI(options =>
        {
            options.MaxRequestBodyBytes = kind is "compressed" or "no JSON" ? 1_000 : 100;
            options.ExpectedUsage = BudgetUsage.Tokens(6, 7);
        });
        using HttpContent content = kind switch
        {
            "made when sent" => JsonContent.Create(text),
            "stream" => new StreamContent(new PiecedStream([Encoding.UTF8.GetBytes(text)])),
            "compressed" => new StringContent(text) { Headers = { ContentEncoding = { "gzip" } } },
            _ => new StringContent(text),
        };

        using var response = await model.Client.PostAsync("chat/completions", content);

        Encoding.UTF8.GetString(model.Sent.Should().ContainSingle().Which).Should().Be(kind == "made when sent" ? $"\"{text}\"" : text);
        model.Log.Written.Should().ContainSingle().Which.Id.Should().Be(501);
        var request = model.Settled.Should().ContainSingle().Which.Request;
        request.Model.Should().BeNull();
        request.Usage.Should().Be(BudgetUsage.Tokens(6, 7));
    }

    [Theory]
    [InlineData("""{"model":"\ud800"}""")]
    [InlineData("""{"model":"\udc00\ud800"}""")]
    [InlineData("""{"model":"m","service_tier":"\ud800"}""")]
    [InlineData("""{"model":"m","speed":"x\udfff"}""")]
    [InlineData("{\"model\":\"\u00ff\"}")]
    [InlineData("{\"model\":\"m\",\"service_tier\":\"\u00c3\"}")]
    public async Task A_name_that_is_no_text_makes_a_body_not_read(string body)
    {
        await using var model = OpenAI(options => options.ExpectedUsage = BudgetUsage.Tokens(6, 7));
        var bytes = Encoding.Latin1.GetBytes(body);
        using var content = new ByteArrayContent(bytes);

        using var response = await model.Client.PostAsync("chat/completions", content);

        model.Sent.Should().ContainSingle().Which.Should().Equal(bytes);
        model.Log.Written.Should().ContainSingle().Which.Id.Should().Be(501);
        var request = model.Settled.Should().ContainSingle().Which.Request;
        request.Model.Should().BeNull();
        request.Usage.Should().Be(BudgetUsage.Tokens(6, 7));
    }

    [Fact]
    public async Task Names_that_are_too_long_for_a_model_or_a_service_tier_are_not_taken()
    {
        await using var model = OpenAI(options => options.Describe = (http, request) => request with { UserId = request.Model ?? "none" });
        var name = new string('x', 257);

        var call = await model.CallAsync($"openai/deployments/{name}/chat/completions", $$"""{"model":"{{name}}","service_tier":"{{name}}"}""");

        call.Request.UserId.Should().Be("none");
        call.Request.Usage!.ServiceTier.Should().BeNull();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_change_of_a_body_at_random_throws(int seed)
    {
        // Only what is read of the body is looked at, not whether it has a price.
        await using var model = OpenAI(options => options.Describe = (http, request) => request with { Model = null, Cost = 0m });
        var random = new Random(seed);
        string[] bodies =
        [
            GuardedModel.Chat,
            """{"model":"m","service_tier":"flex","speed":"fast","n":3,"max_tokens":7,"input":[1,2,3],"messages":[{"content":[{"image_url":{"url":"data:image/png;base64,AAAA"}}]}]}""",
            $$$"""{"model":"\u006d\ud83d\ude00","max_output_tokens":9000000000000,"messages":[{"content":"{{{new string('é', 4_090)}}}\u4f60\n\"","data":"data:x"}],"tools":[[[{}]]]}""",
        ];
        for (var round = 0; round < 1_000; round++)
        {
            var body = Mutated(Encoding.UTF8.GetBytes(bodies[round % bodies.Length]), random);
            using var content = new ByteArrayContent(body);
            var sending = async () => (await model.Client.PostAsync("chat/completions", content)).Dispose();
            await sending.Should().NotThrowAsync($"the body was {Convert.ToHexString(body)}");
        }
    }

    [Fact]
    public async Task An_upload_that_says_nothing_of_its_cost_is_not_read()
    {
        await using var model = OpenAI(options => options.MaxRequestBodyBytes = 10);
        using var content = new MultipartFormDataContent { { new ByteArrayContent(new byte[1_000]), "file", "audio.mp3" } };

        using var response = await model.Client.PostAsync("audio/transcriptions", content);

        model.Log.Written.Should().BeEmpty();
        model.Settled.Should().ContainSingle().Which.Request.Operation.Should().Be("request");
    }

    [Fact]
    public void A_format_that_there_is_not_is_refused()
    {
        var error = FluentActions.Invoking(() => new GuardedModel(options => (options.Provider, options.UsageFormat) = ("p", (HttpUsageFormat)7))).Should().Throw<ArgumentException>().Which;

        error.Message.Should().Contain("UsageFormat");
    }

    [Theory]
    [InlineData(nameof(BudgetHandlerOptions.MaxRequestBodyBytes))]
    [InlineData(nameof(BudgetHandlerOptions.MaxTailBytes))]
    [InlineData(nameof(BudgetHandlerOptions.MaxCopiedBytes))]
    [InlineData(nameof(BudgetHandlerOptions.DefaultMaxOutputTokens))]
    public void A_bound_outside_its_range_is_refused_by_its_name(string name)
    {
        var error = FluentActions.Invoking(() => new GuardedModel(options => typeof(BudgetHandlerOptions).GetProperty(name)!.SetValue(options.UseOpenAI(), -1))).Should().Throw<ArgumentException>().Which;

        error.Message.Should().Contain(name);
        error.Message.Should().Contain("-1");
    }

    // Bytes, escapes and pieces of JSON are put in, changed, doubled and taken out.
    private static byte[] Mutated(byte[] valid, Random random)
    {
        string[] pieces = ["\\ud800", "\\udc00", "\\u0000", "\\", "\"", "{", "}", "[", "]", ":", ",", "-", "1e999", "99999999999999999999", "null", "\uFEFF", "\\u", "\"model\":", "\"service_tier\":"];
        var bytes = valid.ToList();
        for (var change = random.Next(1, 5); change > 0 && bytes.Count > 0; change--)
        {
            var at = random.Next(bytes.Count);
            var count = Math.Min(random.Next(1, 40), bytes.Count - at);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]));
                    break;
                case 2:
                    bytes.RemoveRange(at, count);
                    break;
                case 3:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, count));
                    break;
                default:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 600)));
                    break;
            }
        }
        return [.. bytes];
    }

    private static GuardedModel OpenAI(Action<BudgetHandlerOptions>? configure = null)
    {
        var model = new GuardedModel(options =>
        {
            options.UseOpenAI();
            configure?.Invoke(options);
        });
        model.Answer(GuardedModel.Json, Bodies.ChatCompletion);
        return model;
    }

    /// <summary>Sends everything twice.</summary>
    private sealed class Repeating(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using (var first = await base.SendAsync(request, cancellationToken))
                await first.Content.ReadAsByteArrayAsync(cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
