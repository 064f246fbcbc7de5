namespace BudgetFirewall.Tool;

/// <summary>What a scope stands at.</summary>
internal sealed record StatusAnswer
{
    public required string Scope { get; init; }

    public string? Partition { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public required string Currency { get; init; }

    public required IReadOnlyList<BudgetLine> Budgets { get; init; }

    public required IReadOnlyList<RateLimitLine> RateLimits { get; init; }

    public required int ExceededCount { get; init; }

    public required int WarnedCount { get; init; }

    public required bool IsKindLimited { get; init; }

    public required IReadOnlyList<string> LimitedKinds { get; init; }

    public static StatusAnswer Of(BudgetStatus status) => new()
    {
        Scope = status.Scope.ToString(),
        Partition = status.Partition,
        AsOf = status.AsOf,
        Currency = status.Currency,
        Budgets = [.. status.Budgets.Select(BudgetLine.Of)],
        RateLimits = [.. status.RateLimits.Select(RateLimitLine.Of)],
        ExceededCount = status.ExceededCount,
        WarnedCount = status.WarnedCount,
        IsKindLimited = status.IsKindLimited,
        LimitedKinds = status.LimitedKinds,
    };
}
