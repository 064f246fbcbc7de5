using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>
/// Estimates the number of tokens that a provider will count. Implementations are thread-safe, quick, and never throw.
/// The estimate of a prompt is held while the call runs; it is charged only where the provider reports no usage.
/// </summary>
/// <example>With the tokenizer of your model:
/// <code>
/// sealed class ExactEstimator(Tokenizer tokenizer) : ITokenEstimator
/// {
///     public long EstimateText(string text, string? model) => tokenizer.CountTokens(text);
/// }
/// </code></example>
public interface ITokenEstimator
{
    /// <summary>The tokens of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="model">The model; null when it is not known.</param>
    long EstimateText(string text, string? model);

    /// <summary>
    /// The tokens of one part of a message. By default that of its text, where it is text, reasoning, or the name, arguments or result of a function;
    /// 1,600 for an image, a file held by the provider or a link; 1,600 or one per 100 bytes, whichever is more, for other data; none for a usage.
    /// </summary>
    /// <param name="content">The part.</param>
    /// <param name="model">The model; null when it is not known.</param>
    long EstimateContent(AIContent content, string? model) => ContentEstimate.Of(this, content, model);

    /// <summary>
    /// The tokens of a whole prompt. By default those of all its parts and 4 per message, of the instructions, of the schema of the response, and of each tool's name, description and schema and 8 per tool.
    /// </summary>
    /// <param name="messages">The messages.</param>
    /// <param name="options">The options of the call; null for none.</param>
    /// <param name="model">The model; null when it is not known.</param>
    long EstimatePrompt(IReadOnlyList<ChatMessage> messages, ChatOptions? options, string? model) => PromptEstimate.Of(this, messages, options, model);
}
