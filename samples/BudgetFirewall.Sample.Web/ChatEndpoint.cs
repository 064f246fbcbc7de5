using System.Globalization;

namespace BudgetFirewall.Sample.Web;

/// <summary>Stands in for a call to a language model: it repeats what it is told, and says what that would have used.</summary>
internal static class ChatEndpoint
{
    public const string Model = "gpt-4o-mini";

    /// <summary>The most bytes that a body may have; larger ones are answered 413. It bounds what a call can cost.</summary>
    public const int MaxBodyBytes = 16_384;

    private const int CharactersPerToken = 4;
    private const long MaxOutputTokens = 400;

    /// <summary>
    /// What is reserved: never less than what the call can use, or the call would overshoot. No tokenizer makes more than one token of a byte, whoever sent it,
    /// and the answer is asked for with a bound. What is not used is given back by the report.
    /// </summary>
    public static ValueTask<BudgetUsage?> EstimateAsync(HttpContext context) =>
        new(BudgetUsage.Tokens(Math.Min(context.Request.ContentLength ?? MaxBodyBytes, MaxBodyBytes), MaxOutputTokens));

    public static ChatAnswer Answer(ChatMessage message, IBudgetContext budget)
    {
        var text = $"You said: {message.Text}";
        text = text[..(int)Math.Min(text.Length, MaxOutputTokens * CharactersPerToken)];
        var (input, output) = (Tokens(message.Text), Tokens(text));
        budget.ReportUsage(BudgetUsage.Tokens(input, output));
        return new(text, input, output, budget.Decision.Cost.ToString(CultureInfo.InvariantCulture));
    }

    private static long Tokens(string text) => (text.Length + CharactersPerToken - 1) / CharactersPerToken;
}
