namespace BudgetFirewall;

/// <summary>A scope that gets a part of a shared cost. Immutable.</summary>
/// <param name="Scope">The scope, one id of any kind but global and operation.</param>
/// <param name="Weight">
/// The share with <see cref="AllocationMethod.FixedShares"/>, the measured number with <see cref="AllocationMethod.ByMetric"/>; 0 to 9,000,000,000,000. The other methods take none: there it must be 1.
/// </param>
public readonly record struct AllocationTarget(BudgetScope Scope, decimal Weight = 1m);
