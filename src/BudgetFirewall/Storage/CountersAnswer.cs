using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>What counters of present or past periods stand at. Immutable.</summary>
public sealed class CountersAnswer
{
    /// <summary>The store's time of the answer, UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The readings in the order of the names; null where there is no counter.</summary>
    public required ImmutableArray<LimitReading?> Readings { get; init; }
}
