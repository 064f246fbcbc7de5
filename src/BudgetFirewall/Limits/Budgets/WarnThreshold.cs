namespace BudgetFirewall.Storage;

/// <summary>The amount at which a warning fires where there is no allowance.</summary>
/// <param name="FractionMicros">The fraction of the limit, in millionths: 800,000 is 80 %.</param>
/// <param name="Amount">The least spent amount, in nanos or micros, that has reached it; at least 1.</param>
public readonly record struct WarnThreshold(long FractionMicros, long Amount);
