namespace BudgetFirewall;

/// <summary>The rollover of a pool as JSON.</summary>
internal sealed record QuotaRolloverReply
{
    public required string Fraction { get; init; }

    public string? Cap { get; init; }

    public static QuotaRolloverReply Of(QuotaRollover rollover) => new() { Fraction = Amounts.Text(rollover.Fraction), Cap = rollover.Cap is { } cap ? Amounts.Text(cap) : null };
}
