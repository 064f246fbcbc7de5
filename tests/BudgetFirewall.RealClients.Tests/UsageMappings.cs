using Anthropic.Models.Messages;
using BudgetFirewall;
using OpenAI.Chat;

/// <summary>Mappings for BudgetChatOptions.MapUsage, with the clients of providers.</summary>
internal static class UsageMappings
{
    public static BudgetUsage? OfAnthropic(ChatUsageReport report)
    {
        if (MessageOf(report.RawRepresentations)?.Usage is not { } reported)
            return null;                                               // null: the default
        return report.Usage with
        {
            CacheWriteTokens = reported.CacheCreation?.Ephemeral5mInputTokens ?? report.Usage.CacheWriteTokens,
            CacheWriteOneHourTokens = reported.CacheCreation?.Ephemeral1hInputTokens,
            ServiceTier = reported.ServiceTier?.Raw(),
        };
    }

    public static BudgetUsage? OfOpenAI(ChatUsageReport report)
    {
        string? tier = null;
        foreach (var part in report.RawRepresentations)
            tier = ((part as ChatCompletion)?.ServiceTier ?? (part as StreamingChatCompletionUpdate)?.ServiceTier)?.ToString() ?? tier;
        return report.Usage with { ServiceTier = tier };               // null: the tier of the request
    }

    // The first event of a stream has the message, with the usage of the prompt.
    private static Message? MessageOf(IEnumerable<object> parts)
    {
        foreach (var part in parts)
        {
            if (part is Message message)
                return message;
            if (part is RawMessageStreamEvent update && update.TryPickStart(out var start))
                return start.Message;
        }
        return null;
    }
}
