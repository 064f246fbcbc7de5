namespace BudgetFirewall.Storage;

/// <summary>The parts that name a counter, and the time until which it is needed, by which keys do not compare.</summary>
/// <param name="Partition">The id of the partition's name; 0 for none.</param>
/// <param name="Family">The id of the family.</param>
/// <param name="Scope">The id of the scope.</param>
/// <param name="Period">The start of the period.</param>
/// <param name="KeptUntil">The time until which it is needed, in microseconds.</param>
internal readonly record struct CounterKey(long Partition, long Family, long Scope, long Period, long KeptUntil)
{
    public bool Equals(CounterKey other) => (Partition, Family, Scope, Period) == (other.Partition, other.Family, other.Scope, other.Period);

    public override int GetHashCode() => HashCode.Combine(Partition, Family, Scope, Period);
}
