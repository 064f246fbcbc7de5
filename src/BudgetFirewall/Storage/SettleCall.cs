using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>The end of a reservation by commit or release. Immutable.</summary>
public sealed class SettleCall
{
    /// <summary>The reservation.</summary>
    public required HeldReservation Reservation { get; init; }

    /// <summary>True for a commit, which charges the amounts; false for a release, which gives the hold back and charges nothing.</summary>
    public required bool IsCommit { get; init; }

    /// <summary>The cost in nanos; 0 for a release.</summary>
    public long CostNanos { get; init; }

    /// <summary>True when the cost is only the part that is known; stores need not look at it.</summary>
    public bool IsCostUnknown { get; init; }

    /// <summary>The amounts that are charged to the budgets of the reservation, in its order; empty for a release.</summary>
    public ImmutableArray<long> Amounts { get; init; } = [];

    /// <summary>
    /// The amounts that should have been taken from the rate limits of the reservation, in micros and its order; the difference is settled. Empty when nothing
    /// is to be settled.
    /// </summary>
    public ImmutableArray<long> TakesMicros { get; init; } = [];

    /// <summary>The usage that is committed; null where an amount or what was reserved is. Stores need not look at it.</summary>
    public BudgetUsage? Usage { get; init; }

    /// <summary>
    /// A digest of the usage that is committed, 0 for a commit of an amount. A commit with the cost and amounts of the recorded one, or with its fingerprint
    /// where that is not 0, is its replay; any other is a conflict.
    /// </summary>
    public UInt128 Fingerprint { get; init; }

    /// <summary>
    /// True when the call only asks whether the reservation was committed with <see cref="Fingerprint"/> before; the answer is
    /// <see cref="SettleStatus.NotSettled"/> while it is open. It is for repeated commits that can no longer be priced; cost and amounts are ignored.
    /// </summary>
    public bool IsReplayOnly { get; init; }

    /// <summary>
    /// True when a commit, of the amounts that were reserved, is done only while the store still counts all that the reservation holds. Where the hold has ended, nothing is charged,
    /// the reservation is forgotten, and the answer is <see cref="SettleStatus.NotFound"/>: others may have got what it held, so that its operation has to be decided anew.
    /// A commit that was done before is replayed all the same.
    /// </summary>
    public bool IsOnlyWhileHeld { get; init; }
}
