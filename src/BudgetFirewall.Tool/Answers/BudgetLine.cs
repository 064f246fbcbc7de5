namespace BudgetFirewall.Tool;

/// <summary>What one budget stands at for one scope.</summary>
internal sealed record BudgetLine
{
    public required string BudgetId { get; init; }

    public string? Name { get; init; }

    public required string Scope { get; init; }

    public required string Period { get; init; }

    public string? Unit { get; init; }

    public required string Enforcement { get; init; }

    public required string Source { get; init; }

    public required string Limit { get; init; }

    public required string Allowance { get; init; }

    public required string Spent { get; init; }

    public required string Held { get; init; }

    public required string Remaining { get; init; }

    public required string Utilization { get; init; }

    public required bool IsExceeded { get; init; }

    public string? WarnedAt { get; init; }

    public DateTimeOffset? ResetsAt { get; init; }

    public static BudgetLine Of(BudgetState state) => new()
    {
        BudgetId = state.BudgetId,
        Name = state.Name,
        Scope = state.Scope.ToString(),
        Period = state.Period.ToString(),
        Unit = state.Unit,
        Enforcement = Texts.Of(state.Enforcement),
        Source = Texts.Of(state.Source),
        Limit = Texts.Of(state.Limit),
        Allowance = Texts.Of(state.Allowance),
        Spent = Texts.Of(state.Spent),
        Held = Texts.Of(state.Held),
        Remaining = Texts.Of(state.Remaining),
        Utilization = Texts.Of(state.Utilization),
        IsExceeded = state.IsExceeded,
        WarnedAt = state.WarnedAt is { } fraction ? Texts.Of(fraction) : null,
        ResetsAt = state.ResetsAt,
    };
}
