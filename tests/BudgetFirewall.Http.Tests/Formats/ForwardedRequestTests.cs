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
