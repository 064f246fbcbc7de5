namespace BudgetFirewall.Http.Tests.Formats;

/// <summary>Requests whose body or path a stranger wrote are never held for less than a provider can read into them.</summary>
public sealed class ForwardedRequestTests
{
    [Theory]
    [InlineData("chat/completions;/moderations")]
    [InlineData("chat/completions;x=/messages/count_tokens")]
    [InlineData("chat/completions%3B/moderations")]
    [InlineData("chat%2Fcompletions/moderations")]
    [InlineData("chat/completions;/embeddings")]
    [InlineData("chat/completions/cancel")]
    public async Task A_path_that_hides_what_is_called_behind_another_ending_is_neither_free_nor_without_output(string path)
    {
        await using var model = Guarded();

        (await model.CallAsync(path, GuardedModel.Chat)).Request.Usage!.OutputTokens.Should().Be(100);
        (await model.BudgetAsync()).Spent.Should().BePositive();
    }

    [Theory]
    [InlineData("openai", true)]
    [InlineData("elsewhere", false)]
    public async Task Moderation_is_free_at_OpenAI_only(string provider, bool isFree)
    {
        await using var model = Guarded(provider);

        await model.CallAsync("moderations", GuardedModel.Chat);

        ((await model.BudgetAsync()).Spent == 0).Should().Be(isFree);
    }

    [Theory]
    [InlineData("""{"model":"cheap","\u006dodel":"m"}""")]
    [InlineData("""{"\u006dodel":"m","model":"cheap"}""")]
    [InlineData("""{"model":"m","model":"cheap"}""")]
    [InlineData("""{"model":"m","Model":"cheap"}""")]
    [InlineData("""{"model":"m","model":null}""")]
    [InlineData("""{"model":"m","service_tier":"priority","service_tier":"flex"}""")]
    [InlineData("""{"model":"m","service_tier":"priority","service\u005ftier":null}""")]
    [InlineData("""{"model":"m","service_tier":"priority","speed":"flex"}""")]
    [InlineData("""{"model":"m","n":5,"n":1}""")]
    [InlineData("""{"model":"m","max_tokens":1,"max_tokens":null}""")]
    [InlineData("""{"model":"m","max_tokens":1,"\u006dax_tokens":100000}""")]
    public async Task A_body_that_says_a_thing_twice_is_not_read(string body)
    {
        await using var model = Guarded();

        var request = (await model.CallAsync("chat/completions", body)).Request;

        (request.Model, request.Usage).Should().Be((null, BudgetUsage.Tokens(6, 7)));
        model.Log.Written.Should().Contain(entry => entry.Id == 501);
    }

    [Fact]
    public async Task Names_are_read_however_they_are_spelled()
    {
        await using var model = Guarded();

        var request = (await model.CallAsync("chat/completions", """{"\u006dodel":"m","max\u005ftokens":9,"\u006e":2,"service\u005Ftier":"flex","\ud83d\ude00":1}""")).Request;

        (request.Model, request.Usage!.OutputTokens, request.Usage.ServiceTier).Should().Be(("m", 18L, "flex"));
    }

    [Theory]
    [InlineData("""{"model":"m","":{"model":"cheap","service_tier":"flex"}}""")]
    [InlineData("""{"model":"m","\ud800":{"model":"cheap","service_tier":"flex"}}""")]
    [InlineData("""{"model":"m","metadata":{"model":"cheap","service_tier":"flex"}}""")]
    public async Task Names_below_the_root_are_not_those_of_the_request(string body)
    {
        await using var model = Guarded();

        var request = (await model.CallAsync("chat/completions", body)).Request;

        (request.Model, request.Usage!.ServiceTier).Should().Be(("m", null));
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"data:image/png;base64,@"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","text":"data:image/png;base64,@"}]}]}""")]
    [InlineData("""{"input":"data:@"}""")]
    [InlineData("""{"messages":[{"content":[{"type":"document","source":{"type":"text","data":"@"}}]}]}""")]
    [InlineData("""{"messages":[{"content":[{"type":"document","source":{"data":"@","type":"text"}}]}]}""")]
    [InlineData("""{"messages":[{"content":[{"type":"document","source":{"data":"@"}}]}]}""")]
    [InlineData("""{"messages":[{"content":[{"type":"document","source":{"type":"base64","data":"@","type":"text"}}]}]}""")]
    [InlineData("""{"messages":[{"content":[{"source":{"type":"base64"}},{"source":{"data":"@"}}]}]}""")]
    [InlineData("""{"messages":[{"content":[{"type":"tool_use","input":{"image_url":"@"}}]}]}""")]
    [InlineData("""{"messages":[{"content":[{"type":"tool_use","input":{"source":{"type":"base64","data":"@"}}}]}]}""")]
    [InlineData("""{"tools":[{"function":{"parameters":{"image_url":{"url":"@"}}}}]}""")]
    [InlineData("""{"input":[{"content":[{"type":"input_file","file_data":"data:text/plain;base64,@"}]}]}""")]
    [InlineData("""{"input":[{"content":[{"type":"input_file","file_data":"\u0064ata:TEXT\/plain;base64,@"}]}]}""")]
    public async Task Text_that_looks_like_an_attachment_is_held_as_text(string body)
    {
        await using var model = Guarded();

        var input = (await model.CallAsync("chat/completions", body.Replace("@", new string('A', 300_000), StringComparison.Ordinal))).Request.Usage!.InputTokens;

        input!.Value.Should().BeInRange(99_800, 100_100);
    }

    [Theory]
    [InlineData("""{"messages":[{"content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,@"}}]}]}""", 1_600)]
    [InlineData("""{"messages":[{"content":[{"type":"input_audio","input_audio":{"data":"@","format":"wav"}}]}]}""", 3_000)]
    [InlineData("""{"messages":[{"content":[{"type":"file","file":{"file_data":"data:application/pdf;base64,@"}}]}]}""", 3_000)]
    [InlineData("""{"input":[{"content":[{"type":"input_image","image_url":"data:image/png;base64,@"}]}]}""", 1_600)]
    [InlineData("""{"input":[{"content":[{"type":"input_file","file_data":"data:application\/pdf;base64,@"}]}]}""", 3_000)]
    [InlineData("""{"input":[{"type":"function_call_output","output":[{"type":"input_image","image_url":"data:image/png;base64,@"}]}]}""", 1_600)]
    [InlineData("""{"input":[{"type":"computer_call_output","output":{"type":"computer_screenshot","image_url":"data:image/png;base64,@"}}]}""", 1_600)]
    [InlineData("""{"messages":[{"content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"@"}}]}]}""", 3_000)]
    [InlineData("""{"messages":[{"content":[{"type":"image","source":{"data":"@","media_type":"image/png","type":"base64"}}]}]}""", 3_000)]
    [InlineData("""{"messages":[{"content":[{"type":"tool_result","content":[{"type":"image","source":{"type":"base64","data":"@"}}]}]}]}""", 3_000)]
    [InlineData("""{"messages":[{"content":[{"type":"document","source":{"type":"content","content":[{"type":"image","source":{"type":"base64","data":"@"}}]}}]}]}""", 3_000)]
    public async Task Attachments_are_held_as_such_wherever_the_formats_have_them(string body, int tokens)
    {
        await using var model = Guarded();

        var input = (await model.CallAsync("chat/completions", body.Replace("@", new string('A', 300_000), StringComparison.Ordinal))).Request.Usage!.InputTokens;

        input!.Value.Should().BeInRange(tokens, tokens + 100);
    }

    [Theory]
    [InlineData("123456789012345678901234567890", 10)]
    [InlineData("1.5", 1)]
    [InlineData("1e10", 2)]
    [InlineData("7", 1)]
    public async Task A_number_is_held_like_the_text_of_its_digits(string number, int tokens)
    {
        await using var model = Guarded();
        var without = (await model.CallAsync("chat/completions", """{"input":[]}""")).Request.Usage!.InputTokens;

        var with = (await model.CallAsync("chat/completions", $$"""{"input":[{{number}}]}""")).Request.Usage!.InputTokens;

        (with - without).Should().Be(tokens);
    }

    [Theory]
    [InlineData("""{"model":"m","max_tokens":1000.0}""", 1_000)]
    [InlineData("""{"model":"m","max_tokens":1e3}""", 1_000)]
    [InlineData("""{"model":"m","max_tokens":999.2}""", 1_000)]
    [InlineData("""{"model":"m","max_tokens":10,"n":5.0}""", 50)]
    [InlineData("""{"model":"m","max_tokens":10,"n":0.5e1}""", 50)]
    [InlineData("""{"model":"m","max_tokens":10,"n":4.1}""", 50)]
    [InlineData("""{"model":"m","max_tokens":10,"n":null}""", 10)]
    [InlineData("""{"model":"m","max_tokens":10,"best_of":6,"n":2}""", 60)]
    [InlineData("""{"model":"m","max_tokens":-1}""", 4_096)]
    [InlineData("""{"model":"m","max_tokens":1,"max_completion_tokens":-1}""", 4_096)]
    public async Task A_ceiling_is_read_however_its_number_is_written(string body, long expected)
    {
        await using var model = Guarded();

        (await model.CallAsync("completions", body)).Request.Usage!.OutputTokens.Should().Be(expected);
    }

    [Theory]
    [InlineData("\"n\":-1")]
    [InlineData("\"n\":0")]
    [InlineData("\"n\":1001")]
    [InlineData("\"n\":1e400")]
    [InlineData("\"n\":\"5\"")]
    [InlineData("\"n\":[5]")]
    [InlineData("\"max_tokens\":\"100000\"")]
    [InlineData("\"max_tokens\":true")]
    [InlineData("\"max_output_tokens\":{}")]
    public async Task A_body_whose_ceiling_is_no_number_that_can_be_held_is_not_read(string member)
    {
        await using var model = Guarded();

        var request = (await model.CallAsync("chat/completions", $$"""{"model":"m",{{member}}}""")).Request;

        (request.Model, request.Usage).Should().Be((null, BudgetUsage.Tokens(6, 7)));
        model.Log.Written.Should().Contain(entry => entry.Id == 501);
    }

    [Theory]
    [InlineData("1e300")]
    [InlineData("1e400")]
    public async Task A_ceiling_that_no_budget_can_hold_is_not_sent(string ceiling)
    {
        await using var model = Guarded();

        await FluentActions.Awaiting(() => model.CallAsync("chat/completions", $$"""{"model":"m","max_tokens":{{ceiling}}}""")).Should().ThrowAsync<Exception>();
        model.Sent.Should().BeEmpty();
    }

    [Theory]
    [InlineData("\\u0061", "a", 1_000 + 300_000)]
    [InlineData("\\u4f60", "\\u4f60", 3_000 + 900_000)]
    [InlineData("a", "\\n", 1_000 + 300_000)]
    public async Task The_beginning_of_a_text_does_not_choose_how_the_rest_is_held(string beginning, string rest, int bytes)
    {
        await using var model = Guarded();
        var text = string.Concat(Enumerable.Repeat(beginning, 1_000)) + string.Concat(Enumerable.Repeat(rest, 300_000));

        var input = (await model.CallAsync("chat/completions", $$"""{"input":"{{text}}"}""")).Request.Usage!.InputTokens;

        input!.Value.Should().BeInRange(bytes / 3, bytes / 3 + 400);
    }

    private static GuardedModel Guarded(string? provider = null)
    {
        var model = new GuardedModel(options =>
        {
            options.UseOpenAI(provider);
            options.ExpectedUsage = BudgetUsage.Tokens(6, 7);
        });
        model.Answer(GuardedModel.Json, Bodies.ChatCompletion);
        return model;
    }
}
