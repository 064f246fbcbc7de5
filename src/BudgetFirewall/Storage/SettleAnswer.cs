using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>A store's answer to a <see cref="SettleCall"/>. Immutable.</summary>
public sealed class SettleAnswer
{
    /// <summary>The status of the settlement.</summary>
    public required SettleStatus Status { get; init; }

    /// <summary>The store's time of the answer, UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>True when the reservation had been settled in the same way before. All values but the readings are then those of the first time.</summary>
    public bool IsReplay { get; init; }

    /// <summary>True when the commit came at or after the end of the lease.</summary>
    public bool IsLate { get; init; }

    /// <summary>The cost charged, in nanos.</summary>
    public long CostNanos { get; init; }

    /// <summary>The readings of the reservation's budgets after the settlement, in its order; empty unless done.</summary>
    public ImmutableArray<LimitReading> Readings { get; init; } = [];

    /// <summary>The amounts above the limits of hard, throttled and escalating budgets; empty when there are none.</summary>
    public ImmutableArray<BudgetOverrun> Overruns { get; init; } = [];

    /// <summary>The warnings that the commit fired; empty when none.</summary>
    public ImmutableArray<BudgetWarning> Warnings { get; init; } = [];
}
