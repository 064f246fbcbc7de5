namespace BudgetFirewall.Conformance;

/// <summary>What a commit charges: the reserved amounts, a part or multiple of the reserved cost, an amount, or a usage.</summary>
internal sealed record CommitPlan(decimal? Factor, decimal? Cost, decimal? Units)
{
    public static CommitPlan AsReserved { get; } = new(null, null, null);
}
