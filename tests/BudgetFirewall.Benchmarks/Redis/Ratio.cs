namespace BudgetFirewall.Benchmarks.Redis;

/// <summary>A figure of ours over that of its baseline: the median over the rounds.</summary>
internal readonly record struct Ratio(string Name, double Value, string Target);
