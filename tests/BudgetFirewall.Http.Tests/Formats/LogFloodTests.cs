namespace BudgetFirewall.Http.Tests.Formats;

/// <summary>What a stranger can cause again and again is logged once a minute by each handler.</summary>
public sealed class LogFloodTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public Task Bodies_of_requests_that_are_not_read_are_logged_once_a_minute() =>
        LogsOnceAMinute(501, model => model.CallAsync("chat/completions", "no JSON"));

    [Fact]
    public Task Answers_that_are_not_what_the_format_is_are_logged_once_a_minute() => LogsOnceAMinute(502, model =>
    {
        model.Answer(GuardedModel.Json, "{garbage");
        return model.CallAsync("chat/completions", GuardedModel.Chat);
    });

    [Fact]
    public Task Answers_that_are_not_decompressed_are_logged_once_a_minute() => LogsOnceAMinute(502, model =>
    {
        model.Answer(GuardedModel.Json, Bodies.ChatCompletion, "gzip");
        return model.CallAsync("chat/completions", GuardedModel.Chat);
    });

    [Fact]
    public async Task Each_handler_logs_on_its_own()
    {
        await using var one = OpenAI();
        await using var other = OpenAI();
        foreach (var model in new[] { one, other })
        {
            await model.CallAsync("chat/completions", "no JSON");
            model.Log.Written.Should().ContainSingle().Which.Id.Should().Be(501);
        }
    }

    private async Task LogsOnceAMinute(int id, Func<GuardedModel, Task> callAsync)
    {
        await using var model = OpenAI();
        for (var call = 0; call < 5; call++)
            await callAsync(model);
        model.Log.Written.Select(entry => entry.Id).Should().Equal(id);

        _clock.Advance(TimeSpan.FromMinutes(1));
        await callAsync(model);
        await callAsync(model);

        model.Log.Written.Select(entry => entry.Id).Should().Equal(id, id);
    }

    private GuardedModel OpenAI()
    {
        var model = new GuardedModel(options =>
        {
            options.UseOpenAI();
            options.ExpectedUsage = BudgetUsage.Tokens(6, 7);
            options.Calls.TimeProvider = _clock;
        });
        model.Answer(GuardedModel.Json, Bodies.ChatCompletion);
        return model;
    }
}
