namespace BudgetFirewall.Storage;

/// <summary>The name of one counter: that of a budget for one scope in one period, which may be a past one.</summary>
/// <param name="Rule">The budget.</param>
/// <param name="ScopeId">The scope's id.</param>
/// <param name="PeriodStart">The start of the period, UTC, as the budget's calendar gives it.</param>
public readonly record struct CounterName(CounterRule Rule, string ScopeId, DateTime PeriodStart);
