using System.ComponentModel;
using Microsoft.Extensions.AI;

namespace BudgetFirewall.Extensions.AI.Tests;

public sealed class EstimatorTests
{
    private static readonly ITokenEstimator Estimator = new ByteTokenEstimator();

    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 1)]
    [InlineData("abc", 1)]
    [InlineData("abcd", 2)]
    [InlineData("日本語", 3)]
    [InlineData("🙂", 2)]
    public void A_text_is_a_token_for_every_three_bytes(string text, long tokens) => Estimator.EstimateText(text, model: null).Should().Be(tokens);

    [Fact]
    public void A_prompt_counts_all_its_parts()
    {
        ChatMessage[] messages =
        [
            new(ChatRole.System, "123456"),
            new(ChatRole.User, [new TextContent("123"), new DataContent(new byte[500], "image/png"), new UriContent("https://example.com/a.pdf", "application/pdf")]),
            new(ChatRole.Assistant, [new TextReasoningContent("123"), new FunctionCallContent("id1", "sum", new Dictionary<string, object?> { ["a"] = 1 })]),
            new(ChatRole.Tool, [new FunctionResultContent("id1", "123456")]),
        ];

        // Four messages; 2; 1 and two attachments; 1 and "id1sum"a":1,"; 3.
        Estimator.EstimatePrompt(messages, options: null, model: null).Should().Be((4 * 4) + 2 + 1 + (2 * 1_600) + 1 + 4 + 3);
    }

    [Fact]
    public void A_recording_counts_by_its_size()
    {
        Estimator.EstimateContent(new DataContent(new byte[1_000], "audio/mpeg"), null).Should().Be(1_600);
        Estimator.EstimateContent(new DataContent(new byte[1_000_000], "audio/mpeg"), null).Should().Be(10_000);
    }

    [Fact]
    public void Instructions_tools_and_schemas_are_part_of_a_prompt()
    {
        var tool = AIFunctionFactory.Create(([Description("A city")] string city) => city, "weather", "What the weather is");
        using var schema = System.Text.Json.JsonDocument.Parse("""{"type":"string"}""");
        var options = new ChatOptions { Instructions = "123456", Tools = [tool], ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.RootElement) };

        var toolText = tool.Name + tool.Description + tool.JsonSchema;
        Estimator.EstimatePrompt([], options, null).Should().Be(4 + 2 + 8 + Estimator.EstimateText(toolText, null) + 6);
    }

    [Fact]
    public async Task An_estimator_of_ones_own_gets_the_model()
    {
        var models = new List<string?>();
        await using var chat = new GuardedChat(options => options.TokenEstimator = new Recording(models));

        await chat.Client.GetResponseAsync(GuardedChat.Prompt);

        models.Distinct().Should().Equal(GuardedChat.Model);
        chat.TheSettled.Request.Usage!.InputTokens.Should().Be(1_004);
    }

    private sealed class Recording(List<string?> models) : ITokenEstimator
    {
        public long EstimateText(string text, string? model)
        {
            models.Add(model);
            return 1_000;
        }
    }
}
