namespace BudgetFirewall.Storage;

/// <summary>What one step does to one counter, in the period that the store's clock is in.</summary>
/// <param name="Rule">The budget.</param>
/// <param name="ScopeId">The scope's id.</param>
/// <param name="Amount">Nanos or micros to look for, set aside or charge, 0 or more.</param>
/// <param name="IsUnknown">True when more than the amount may be used: a hard budget must then have something remaining.</param>
public readonly record struct CounterStep(CounterRule Rule, string ScopeId, long Amount, bool IsUnknown);
