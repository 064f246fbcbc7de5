using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>A store's answer to a <see cref="StatusCall"/>. Immutable.</summary>
public sealed class StatusAnswer
{
    /// <summary>True when the catalog has another version than the call, and nothing was read.</summary>
    public bool IsStaleCatalog { get; init; }

    /// <summary>The store's time of the answer, UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>What the counters stand at, in the call's order.</summary>
    public ImmutableArray<CounterReading> Counters { get; init; } = [];

    /// <summary>What the buckets stand at, in the call's order.</summary>
    public ImmutableArray<BucketLevel> Buckets { get; init; } = [];
}
