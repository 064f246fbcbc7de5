namespace BudgetFirewall;

/// <summary>What a decision was given rather than what follows from its step.</summary>
internal sealed class GivenDecision
{
    public decimal? Cost { get; set; }

    public TimeSpan? RetryAfter { get; set; }

    public string? OperationId { get; set; }

    public IReadOnlyList<BudgetWarning>? Warnings { get; set; }
}
