using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>A shared cost as it was allocated, and who has got how much of it. Immutable.</summary>
public sealed record MadeAllocation
{
    /// <summary>What was asked for. <see cref="CostAllocation.By"/> is whoever has made it first.</summary>
    public required CostAllocation Allocation { get; init; }

    /// <summary>The parts by their scopes, which add up to the amount. Where it was taken back, as they were before.</summary>
    public required ImmutableArray<AllocationShare> Shares { get; init; }

    /// <summary>The number of times that it was made: 1, and one more each time it was made again with other parts.</summary>
    public required long Version { get; init; }

    /// <summary>The time at which it was made last, UTC.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>The time at which it was taken back, UTC; null while it stands.</summary>
    public DateTimeOffset? TakenBackAt { get; init; }

    /// <summary>True where the call has changed nothing, because the same was done before.</summary>
    public bool IsReplay { get; init; }

    /// <summary>The times that each part is spread over: the beginning of the time, or of each of its days.</summary>
    internal ImmutableArray<DateTimeOffset> Times { get; init; } = [];

    /// <summary>The row that it is kept in; 0 where it is not kept yet.</summary>
    internal long Row { get; init; }
}
