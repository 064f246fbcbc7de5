namespace BudgetFirewall.Storage;

/// <summary>
/// Makes what a ledger wants to know of a change, for a store that keeps entries in a stream of its own: bytes that the store does not look into. It is asked before each attempt, so it may be asked for changes
/// that are not made. Thread-safe.
/// </summary>
/// <remarks>The store adds what only it knows: the time, and the rest of <see cref="StreamedEntry"/>.</remarks>
public interface IEntryMaker
{
    /// <summary>Makes the entry of a charge or spend.</summary>
    /// <param name="call">The call.</param>
    /// <param name="now">A time in all the periods in which the call's counters are charged, if it is made.</param>
    ReadOnlyMemory<byte> OfCharge(DecisionCall call, DateTimeOffset now);

    /// <summary>Makes the entry of a commit, which is charged to the periods of its reservation.</summary>
    /// <param name="call">The call, which is a commit and no question whether it was made before.</param>
    /// <param name="now">About the present time.</param>
    ReadOnlyMemory<byte> OfCommit(SettleCall call, DateTimeOffset now);

    /// <summary>Makes the entry of an allowance that is given or taken back. The store says how much was really moved.</summary>
    /// <param name="call">The call.</param>
    /// <param name="now">A time in the counter's period.</param>
    ReadOnlyMemory<byte> OfAllowance(AllowanceCall call, DateTimeOffset now);

    /// <summary>Makes the entry of a correction. The store says how much was really taken from each counter.</summary>
    /// <param name="call">The call.</param>
    /// <param name="now">About the present time.</param>
    ReadOnlyMemory<byte> OfCorrection(CorrectionCall call, DateTimeOffset now);

    /// <summary>Makes the entry of an allowance that is approved.</summary>
    /// <param name="call">The call.</param>
    /// <param name="now">About the present time.</param>
    ReadOnlyMemory<byte> OfApproval(DecideApprovalCall call, DateTimeOffset now);

    /// <summary>Makes the entry of what is told with a document that is written.</summary>
    /// <param name="change">What is told.</param>
    /// <param name="now">About the present time.</param>
    ReadOnlyMemory<byte> OfChange(LimitChange change, DateTimeOffset now);

    /// <summary>Makes the entry of a counter that is set back. The store says how much was spent.</summary>
    /// <param name="partition">The partition; null without partitions.</param>
    /// <param name="family">The counter's family.</param>
    /// <param name="scopeId">The counter's scope.</param>
    /// <param name="now">A time in the counter's period.</param>
    ReadOnlyMemory<byte> OfReset(string? partition, CounterFamily family, string scopeId, DateTimeOffset now);
}
