using System.Globalization;

namespace BudgetFirewall.Sample.Web;

/// <summary>Stands in for a call to a language model: it repeats what it is told, and says what that would have used.</summary>
internal static class ChatEndpoint
{
    public const string Model = "gpt-4o-mini";
    private const long LongestAnswer = 400;
    private const long LongestPrompt = 100_000;

    /// <summary>What is reserved: the prompt by its size, as far as that can be believed, and the longest answer that will be asked for.</summary>
    public static ValueTask<BudgetUsage?> EstimateAsync(HttpContext context) =>
        new(BudgetUsage.Tokens(Tokens(Math.Min(context.Request.ContentLength ?? LongestPrompt, LongestPrompt)), LongestAnswer));

    public static ChatAnswer Answer(ChatMessage message, IBudgetContext budget)
    {
        var text = $"You said: {message.Text}";
        var (input, output) = (Tokens(message.Text.Length), Math.Min(Tokens(text.Length), LongestAnswer));
        budget.ReportUsage(BudgetUsage.Tokens(input, output));
        return new(text, input, output, budget.Decision.Cost.ToString(CultureInfo.InvariantCulture));
    }

    private static long Tokens(long characters) => (characters + 3) / 4;
}
