using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>Asks for an approval for each counter that has refused a request. Immutable.</summary>
public sealed class AskApprovalCall
{
    /// <summary>The most approvals of one budget that are pending at a time.</summary>
    public const int MaxPending = 1_000;

    /// <summary>The partition; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The request that was refused; approvals that are made keep it.</summary>
    public required BudgetRequest Request { get; init; }

    /// <summary>The counters, at most <see cref="DecisionCall.MaxLimits"/>, each at most once.</summary>
    public required ImmutableArray<AskedCounter> Counters { get; init; }

    /// <summary>The time in which an approval that is made can be answered.</summary>
    public required TimeSpan Lifetime { get; init; }

    /// <summary>The time for which an approval is kept after its end.</summary>
    public required TimeSpan Retention { get; init; }
}
