namespace BudgetFirewall.Receipts;

/// <summary>The usage of an entry in the JSON of a receipt.</summary>
internal static class ReceiptUsage
{
    public static ReceiptJson.UsageJson Of(BudgetUsage usage) => new()
    {
        RequestBytes = usage.RequestBytes,
        ResponseBytes = usage.ResponseBytes,
        InputTokens = usage.InputTokens,
        CachedInputTokens = usage.CachedInputTokens,
        CacheWriteTokens = usage.CacheWriteTokens,
        CacheWriteOneHourTokens = usage.CacheWriteOneHourTokens,
        AudioInputTokens = usage.AudioInputTokens,
        ImageInputTokens = usage.ImageInputTokens,
        OutputTokens = usage.OutputTokens,
        ReasoningTokens = usage.ReasoningTokens,
        AudioOutputTokens = usage.AudioOutputTokens,
        ImageOutputTokens = usage.ImageOutputTokens,
        ServiceTier = usage.ServiceTier,
        Units = usage.Units?.OrderBy(unit => unit.Key, StringComparer.Ordinal).ToDictionary(unit => unit.Key, unit => ReceiptText.Text(unit.Value), StringComparer.Ordinal),
    };

    public static BudgetUsage Read(ReceiptJson.UsageJson json) => new()
    {
        RequestBytes = json.RequestBytes,
        ResponseBytes = json.ResponseBytes,
        InputTokens = json.InputTokens,
        CachedInputTokens = json.CachedInputTokens,
        CacheWriteTokens = json.CacheWriteTokens,
        CacheWriteOneHourTokens = json.CacheWriteOneHourTokens,
        AudioInputTokens = json.AudioInputTokens,
        ImageInputTokens = json.ImageInputTokens,
        OutputTokens = json.OutputTokens,
        ReasoningTokens = json.ReasoningTokens,
        AudioOutputTokens = json.AudioOutputTokens,
        ImageOutputTokens = json.ImageOutputTokens,
        ServiceTier = json.ServiceTier,
        Units = json.Units?.ToDictionary(unit => unit.Key, unit => ReceiptText.Decimal(unit.Value), StringComparer.Ordinal),
    };
}
