using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>A store's answer to a <see cref="CorrectionCall"/>. Immutable.</summary>
public sealed class CorrectionAnswer
{
    /// <summary>The status of the call.</summary>
    public required CorrectionStatus Status { get; init; }

    /// <summary>The store's time of the answer, UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>True when the correction had been done before. <see cref="DoneAt"/> and <see cref="Moved"/> are then those of the first time.</summary>
    public bool IsReplay { get; init; }

    /// <summary>The store's time at which the correction was done, UTC, in whole microseconds.</summary>
    public DateTimeOffset DoneAt { get; init; }

    /// <summary>
    /// The amounts that were really taken from the counters, in their order: less than asked for where less was spent, and 0 where the counter was gone. Empty unless done.
    /// </summary>
    public ImmutableArray<long> Moved { get; init; } = [];

    /// <summary>The readings of the counters after the call, in their order; null where there is no counter. Empty unless done.</summary>
    public ImmutableArray<LimitReading?> Readings { get; init; } = [];
}
