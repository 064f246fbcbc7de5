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
