using System.Globalization;

namespace BudgetFirewall;

/// <summary>Requests and usages to their JSON form and back, exactly: what is read back equals what was written. Stores that keep requests compile it in.</summary>
internal static class RequestJson
{
    private const string UsualOperation = "request";

    public static RequestData ToData(BudgetRequest request) => new()
    {
        Provider = request.Provider,
        Operation = request.Operation == UsualOperation ? null : request.Operation,
        UserId = request.UserId,
        ProjectId = request.ProjectId,
        Model = request.Model,
        Dimensions = request.Dimensions,
        Usage = request.Usage is { } usage ? ToData(usage) : null,
        Cost = request.Cost is { } cost ? Text(cost) : null,
        Permits = request.Permits == 1 ? null : request.Permits,
        OperationId = request.OperationId,
        OperationScope = request.OperationScope,
        LeaseTicks = request.Lease?.Ticks,
    };

    public static BudgetRequest ToRequest(RequestData data) => new()
    {
        Provider = data.Provider,
        Operation = data.Operation ?? UsualOperation,
        UserId = data.UserId,
        ProjectId = data.ProjectId,
        Model = data.Model,
        Dimensions = data.Dimensions,
        Usage = data.Usage is { } usage ? ToUsage(usage) : null,
        Cost = data.Cost is { } cost ? Decimal(cost) : null,
        Permits = data.Permits ?? 1,
        OperationId = data.OperationId,
        OperationScope = data.OperationScope,
        Lease = data.LeaseTicks is { } ticks ? TimeSpan.FromTicks(ticks) : null,
    };

    public static UsageData ToData(BudgetUsage usage) => new()
    {
        RequestBytes = usage.RequestBytes == 0 ? null : usage.RequestBytes,
        ResponseBytes = usage.ResponseBytes == 0 ? null : usage.ResponseBytes,
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
        Units = usage.Units?.ToDictionary(unit => unit.Key, unit => Text(unit.Value), StringComparer.Ordinal),
    };

    public static BudgetUsage ToUsage(UsageData data) => new()
    {
        RequestBytes = data.RequestBytes ?? 0,
        ResponseBytes = data.ResponseBytes ?? 0,
        InputTokens = data.InputTokens,
        CachedInputTokens = data.CachedInputTokens,
        CacheWriteTokens = data.CacheWriteTokens,
        CacheWriteOneHourTokens = data.CacheWriteOneHourTokens,
        AudioInputTokens = data.AudioInputTokens,
        ImageInputTokens = data.ImageInputTokens,
        OutputTokens = data.OutputTokens,
        ReasoningTokens = data.ReasoningTokens,
        AudioOutputTokens = data.AudioOutputTokens,
        ImageOutputTokens = data.ImageOutputTokens,
        ServiceTier = data.ServiceTier,
        Units = data.Units?.ToDictionary(unit => unit.Key, unit => Decimal(unit.Value), StringComparer.Ordinal),
    };

    private static string Text(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);

    private static decimal Decimal(string text) => decimal.Parse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
