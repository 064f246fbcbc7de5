namespace BudgetFirewall.Storage;

/// <summary>What a counter stands at.</summary>
/// <param name="Spent">Nanos or micros charged.</param>
/// <param name="Held">Nanos or micros set aside.</param>
public readonly record struct CounterReading(long Spent, long Held);
