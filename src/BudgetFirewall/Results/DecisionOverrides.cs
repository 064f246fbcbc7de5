namespace BudgetFirewall;

/// <summary>The values that were set on a decision directly, instead of being read from the store's answer.</summary>
internal sealed class DecisionOverrides
{
    public decimal? Cost { get; set; }

    public TimeSpan? RetryAfter { get; set; }

    public TimeSpan? Wait { get; set; }

    public string? OperationId { get; set; }

    public IReadOnlyList<BudgetWarning>? Warnings { get; set; }

    public IReadOnlyList<string>? ApprovalIds { get; set; }

    public Exception? StoreFailure { get; set; }
}
