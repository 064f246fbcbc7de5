namespace BudgetFirewall.Conformance;

/// <summary>How a reservation was settled; the effects are those of a commit, null after a release.</summary>
public sealed record ModelSettlement(ModelEffects? Effects, IReadOnlyList<decimal> Amounts, BudgetUsage? Usage, bool IsLate, DateTimeOffset At);
