namespace BudgetFirewall.Sample.Log;

/// <summary>One line of a usage log: a paid call, what was expected of it beforehand, and what it used.</summary>
public sealed record UsageLogEntry
{
    public int Line { get; init; }
    public DateTimeOffset Time { get; init; }
    public string User { get; init; } = "";
    public string Project { get; init; } = "";
    public string Provider { get; init; } = "";
    public string Operation { get; init; } = "";
    public string? Model { get; init; }
    public long? ExpectedInputTokens { get; init; }
    public long? ExpectedOutputTokens { get; init; }
    public long? ExpectedRecords { get; init; }
    public long? InputTokens { get; init; }
    public long? CachedInputTokens { get; init; }
    public long? OutputTokens { get; init; }
    public long? ReasoningTokens { get; init; }
    public long? Records { get; init; }
    public long RequestBytes { get; init; }
    public long ResponseBytes { get; init; }
    public long DurationMs { get; init; }

    /// <summary>The id by which a later run knows the call again, and the run that it belongs to; null where nothing is recorded.</summary>
    public string? OperationId { get; init; }
    public string? OperationScope { get; init; }

    public DateTimeOffset EndsAt => Time.AddMilliseconds(DurationMs);

    /// <summary>The request as it is known before the call. What comes back is not: no answer's bytes, no cached tokens.</summary>
    public BudgetRequest ToRequest() => new()
    {
        Provider = Provider,
        Operation = Operation,
        UserId = User,
        ProjectId = Project,
        Model = Model,
        OperationId = OperationId,
        OperationScope = OperationScope,
        Usage = new()
        {
            RequestBytes = RequestBytes,
            InputTokens = ExpectedInputTokens,
            OutputTokens = ExpectedOutputTokens,
            Units = RecordUnits(ExpectedRecords),
        },
    };

    /// <summary>What the call has used.</summary>
    public BudgetUsage ToUsage() => new()
    {
        RequestBytes = RequestBytes,
        ResponseBytes = ResponseBytes,
        InputTokens = InputTokens,
        CachedInputTokens = CachedInputTokens,
        OutputTokens = OutputTokens,
        ReasoningTokens = ReasoningTokens,
        Units = RecordUnits(Records),
    };

    private static Dictionary<string, decimal>? RecordUnits(long? records) => records is { } count ? new() { ["record"] = count } : null;
}
