namespace BudgetFirewall.Conformance;

/// <summary>A request as it is drawn; some amounts are only known when it is made.</summary>
internal sealed record RequestPlan(int User, int Project, bool IsQuote, AmountPlan Amount, decimal Value, decimal? Units, int Permits, string? OperationId, TimeSpan? Lease);
