using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>The status of everything that a request meets, as JSON.</summary>
[Description("Every budget and rate limit that a request meets, of all its scopes, and the state of each.")]
internal sealed record RequestStatusReply
{
    public string? Partition { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public required string Currency { get; init; }

    public required IReadOnlyList<BudgetStateReply> Budgets { get; init; }

    public required IReadOnlyList<RateLimitStateReply> RateLimits { get; init; }

    [Description("The number of budgets whose limit is reached or passed, shadow budgets not counted.")]
    public required int ExceededCount { get; init; }

    [Description("The number of budgets that have reached a warning fraction and not their limit, shadow budgets not counted.")]
    public required int WarnedCount { get; init; }

    [Description("Sums over the budgets, without shadow budgets: one for money, first, and one for each usage unit.")]
    public required IReadOnlyList<BudgetTotalReply> Totals { get; init; }

    public static RequestStatusReply Of(RequestStatus status) => new()
    {
        Partition = status.Partition,
        AsOf = status.AsOf,
        Currency = status.Currency,
        Budgets = [.. status.Budgets.Select(BudgetStateReply.Of)],
        RateLimits = [.. status.RateLimits.Select(RateLimitStateReply.Of)],
        ExceededCount = status.ExceededCount,
        WarnedCount = status.WarnedCount,
        Totals = [.. status.Totals.Select(BudgetTotalReply.Of)],
    };
}
