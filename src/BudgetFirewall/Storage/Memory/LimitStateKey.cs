namespace BudgetFirewall.Storage;

/// <summary>The key of one state. Its hash is computed once per call.</summary>
internal readonly struct LimitStateKey
{
    private const int HashFactor = 0x01000193;

    public LimitStateKey(string name, int nameHash, string scopeId, string? partition, DateTime periodStart = default)
    {
        Name = name;
        ScopeId = scopeId;
        Partition = partition;
        PeriodStart = periodStart;
        Hash = HashOf(nameHash, scopeId, partition);
    }

    /// <summary>The name of the counter family or of the rate limit; the scope's id is not part of it.</summary>
    public string Name { get; }

    public string ScopeId { get; }

    public string? Partition { get; }

    public DateTime PeriodStart { get; }

    /// <summary>The hash of the key without its period, so that the periods of a scope share a shard.</summary>
    public int Hash { get; }

    public static LimitStateKey Of(CounterFamily family, string scopeId, string? partition, DateTime periodStart) =>
        new(family.Name, family.GetHashCode(), scopeId, partition, periodStart);

    /// <summary>The state of a rate limit.</summary>
    public static LimitStateKey Of(LimitRule rule, string scopeId, string? partition) => new(rule.Name, rule.NameHash, scopeId, partition);

    /// <summary>The limit that a budget has for a scope in one period.</summary>
    public static LimitStateKey OfLimit(CounterRule rule, string scopeId, string? partition, DateTime periodStart) =>
        new(rule.FrozenLimitName, rule.FrozenLimitName.GetHashCode(StringComparison.Ordinal), scopeId, partition, periodStart);

    // All bits of a text's hash are random, so that one multiplication for each part mixes them well enough.
    private static int HashOf(int nameHash, string scopeId, string? partition) => unchecked(
        ((((partition is null ? 0 : partition.GetHashCode(StringComparison.Ordinal)) * HashFactor) + nameHash) * HashFactor) ^ scopeId.GetHashCode(StringComparison.Ordinal));
}
