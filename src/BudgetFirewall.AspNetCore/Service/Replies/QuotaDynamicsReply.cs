namespace BudgetFirewall;

/// <summary>The rule of dynamic shares as JSON.</summary>
internal sealed record QuotaDynamicsReply
{
    public required string Floor { get; init; }

    public required string Ceiling { get; init; }

    public required string Smoothing { get; init; }

    public static QuotaDynamicsReply Of(QuotaDynamics dynamics) => new() { Floor = Amounts.Text(dynamics.Floor), Ceiling = Amounts.Text(dynamics.Ceiling), Smoothing = Amounts.Text(dynamics.Smoothing) };
}
