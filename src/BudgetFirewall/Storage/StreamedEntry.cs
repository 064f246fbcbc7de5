using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>One entry of an <see cref="IStreamedEntries"/>. Immutable.</summary>
public sealed class StreamedEntry
{
    /// <summary>Its id within its partition.</summary>
    public required string Id { get; init; }

    /// <summary>The bytes that the <see cref="IEntryMaker"/> has made; empty for an entry that the store has not appended.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The store's time of the change, UTC, in whole microseconds.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>True for a commit at or after the end of its lease.</summary>
    public bool IsLate { get; init; }

    /// <summary>The amount that a reset has taken away, or that was really given or taken back of an allowance, in nanos or micros.</summary>
    public long Moved { get; init; }

    /// <summary>The amounts that a correction has really taken from its counters, in their order, in nanos or micros.</summary>
    public ImmutableArray<long> Taken { get; init; } = [];

    /// <summary>The counters that a charge may have taken above their limits; there may be others among them.</summary>
    public ImmutableArray<StreamedCharge> Charges { get; init; } = [];
}
