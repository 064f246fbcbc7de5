using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>A store's answer to a <see cref="DecisionCall"/>. Immutable.</summary>
public sealed class DecisionAnswer
{
    /// <summary>The status of the call.</summary>
    public required DecisionStatus Status { get; init; }

    /// <summary>The store's time of the call, UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>
    /// True when the operation had been done before. Cost, overruns, warnings and reservation are then those of the first time; readings are present ones.
    /// </summary>
    public bool IsReplay { get; init; }

    /// <summary>True when the process has given the answer by what it remembers of an earlier one.</summary>
    internal bool IsFromCache { get; init; }

    /// <summary>The cost in nanos: the call's, or in a replay that of the first execution.</summary>
    public long CostNanos { get; init; }

    /// <summary>Only in a replay: true when the cost of the first execution was only the part that was known.</summary>
    public bool IsCostUnknown { get; init; }

    /// <summary>
    /// The readings of the call's limits after the call, in its order; unchanged by a denial or a replay, and those of budgets by a check. Empty for the other statuses.
    /// </summary>
    public ImmutableArray<LimitReading> Readings { get; init; } = [];

    /// <summary>
    /// The judgements of the call's limits on the call, in its order. Empty when every limit admits, as in a charge, which nothing refuses, and in a replay.
    /// </summary>
    public ImmutableArray<Judgement> Judgements { get; init; } = [];

    /// <summary>
    /// The time from <see cref="Now"/> until the turn of a check or reservation that was done: the longest of its limits' delays, and in a replay what is left of it. Zero where nothing
    /// is to be waited for. The lease of a reservation begins with the turn.
    /// </summary>
    public TimeSpan Wait { get; init; }

    /// <summary>The reservation made, with the end of its lease as first given; null except for a <see cref="DecisionKind.Reserve"/> that was done.</summary>
    public HeldReservation? Reservation { get; init; }

    /// <summary>The amounts above the limits of hard, throttled and escalating budgets; empty when there are none.</summary>
    public ImmutableArray<BudgetOverrun> Overruns { get; init; } = [];

    /// <summary>The warnings that the call fired; empty when none.</summary>
    public ImmutableArray<BudgetWarning> Warnings { get; init; } = [];

    /// <summary>The judgement of one limit.</summary>
    /// <param name="index">The limit's place in the call.</param>
    public Judgement JudgementAt(int index) => Judgements.IsDefaultOrEmpty ? Judgement.Admitted : Judgements[index];
}
