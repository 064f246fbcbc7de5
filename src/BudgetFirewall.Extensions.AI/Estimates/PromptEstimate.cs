using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>The default estimate of a whole prompt.</summary>
internal static class PromptEstimate
{
    private const long TokensPerMessage = 4;
    private const long TokensPerTool = 8;

    public static long Of(ITokenEstimator estimator, IReadOnlyList<ChatMessage> messages, ChatOptions? options, string? model)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var tokens = 0L;
        foreach (var message in messages)
        {
            tokens += TokensPerMessage;
            foreach (var content in message.Contents)
                tokens += estimator.EstimateContent(content, model);
        }
        return tokens + OfOptions(estimator, options, model);
    }

    private static long OfOptions(ITokenEstimator estimator, ChatOptions? options, string? model)
    {
        if (options is null)
            return 0;
        var tokens = options.Instructions is { Length: > 0 } instructions ? TokensPerMessage + estimator.EstimateText(instructions, model) : 0;
        if (options.ResponseFormat is ChatResponseFormatJson { Schema: { } schema })
            tokens += estimator.EstimateText(schema.GetRawText(), model);
        foreach (var tool in options.Tools ?? [])
            tokens += TokensPerTool + estimator.EstimateText(TextOf(tool), model);
        return tokens;
    }

    private static string TextOf(AITool tool) =>
        tool is AIFunctionDeclaration function ? $"{tool.Name}{tool.Description}{function.JsonSchema}" : $"{tool.Name}{tool.Description}";
}
