namespace BudgetFirewall;

/// <summary>What is expected of a scope in an hour, and what was seen. Immutable.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Hour">The first moment of the hour, UTC.</param>
/// <param name="HourEnd">The first moment after the hour, UTC.</param>
/// <param name="Judgement">What was seen up to now, beside what is expected of the whole hour.</param>
public sealed record SpendExpectation(BudgetScope Scope, DateTimeOffset Hour, DateTimeOffset HourEnd, AnomalyJudgement Judgement);
