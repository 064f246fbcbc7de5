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

    [Description("The number of budgets whose limit is reached or passed, shadow budgets not counted.")]
    public required int ExceededCount { get; init; }

    [Description("The number of budgets that have reached a warning fraction and not their limit, shadow budgets not counted.")]
    public required int WarnedCount { get; init; }

    [Description("Sums over the budgets, without shadow budgets: one for money, first, and one for each usage unit.")]
    public required IReadOnlyList<BudgetTotalReply> Totals { get; init; }

    [Description("false when no budget and no rate limit is about the scope's kind, which is then probably misspelt.")]
    public required bool IsKindLimited { get; init; }

    [Description("The kinds of scopes that budgets and rate limits are about.")]
    public required IReadOnlyList<string> LimitedKinds { get; init; }

    public static StatusReply Of(BudgetStatus status) => new()
    {
        Scope = status.Scope.ToString(),
        Partition = status.Partition,
        AsOf = status.AsOf,
        Currency = status.Currency,
        Budgets = [.. status.Budgets.Select(BudgetStateReply.Of)],
        RateLimits = [.. status.RateLimits.Select(RateLimitStateReply.Of)],
        ExceededCount = status.ExceededCount,
        WarnedCount = status.WarnedCount,
        Totals = [.. status.Totals.Select(BudgetTotalReply.Of)],
        IsKindLimited = status.IsKindLimited,
        LimitedKinds = status.LimitedKinds,
    };
}
