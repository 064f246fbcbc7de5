namespace BudgetFirewall;

/// <summary>A request that the guard has looked at.</summary>
/// <param name="Request">The request as it was decided.</param>
/// <param name="Decision">The decision.</param>
/// <param name="MayRun">True when the endpoint may run.</param>
/// <param name="Call">The call that is charged when the endpoint has run; null where nothing is charged.</param>
internal readonly record struct GuardedRequest(BudgetRequest Request, BudgetDecision Decision, bool MayRun, GuardedCall? Call);
