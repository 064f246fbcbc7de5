namespace BudgetFirewall.Sample.Replay;

/// <summary>A warning and the log's time at which it fired.</summary>
public sealed record FiredWarning(DateTimeOffset Time, BudgetWarning Warning);
