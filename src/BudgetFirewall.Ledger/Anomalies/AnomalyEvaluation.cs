namespace BudgetFirewall;

/// <summary>What one evaluation has done. Immutable.</summary>
/// <param name="HasRun">False when another process has the evaluation to itself at the time, and nothing was done.</param>
/// <param name="EndedHours">The hours that have ended and will not be looked at again.</param>
/// <param name="PassedOverHours">The hours that were passed over, because nobody had evaluated for longer than is caught up with.</param>
/// <param name="Scopes">The scopes that had spent something, counted for each hour.</param>
/// <param name="Found">The anomalies that were found and not known before.</param>
public sealed record AnomalyEvaluation(bool HasRun, int EndedHours, int PassedOverHours, long Scopes, int Found);
