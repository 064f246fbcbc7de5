using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A scope's status as JSON.</summary>
[Description("Every budget and rate limit of one scope, and what each stands at.")]
internal sealed record StatusReply
{
    public required string Scope { get; init; }

    public string? Partition { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public required string Currency { get; init; }

    public required IReadOnlyList<BudgetStateReply> Budgets { get; init; }

    public required IReadOnlyList<RateLimitStateReply> RateLimits { get; init; }

    public static StatusReply Of(BudgetStatus status) => new()
    {
        Scope = status.Scope.ToString(),
        Partition = status.Partition,
        AsOf = status.AsOf,
        Currency = status.Currency,
        Budgets = [.. status.Budgets.Select(BudgetStateReply.Of)],
        RateLimits = [.. status.RateLimits.Select(RateLimitStateReply.Of)],
    };
}
