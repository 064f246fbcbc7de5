namespace BudgetFirewall;

/// <summary>A member of a pool as JSON.</summary>
internal sealed record QuotaMemberReply
{
    public required string Scope { get; init; }

    public required string Weight { get; init; }

    public required int Priority { get; init; }

    public required string Minimum { get; init; }

    public string? Maximum { get; init; }

    public static QuotaMemberReply Of(QuotaMember member) => new()
    {
        Scope = member.Scope.ToString(),
        Weight = Amounts.Text(member.Weight),
        Priority = member.Priority,
        Minimum = Amounts.Text(member.Minimum),
        Maximum = member.Maximum is { } maximum ? Amounts.Text(maximum) : null,
    };
}
