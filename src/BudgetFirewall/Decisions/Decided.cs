namespace BudgetFirewall;

/// <summary>A request, what was decided on it, and how that came about.</summary>
internal readonly record struct Decided(BudgetRequest Request, BudgetDecision Decision, DecisionResult Result);
