using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>An operation that was done, and its first answer.</summary>
internal class OperationRecord(DecisionCall call) : RememberedOperation
{
    public DecisionKind Kind { get; } = call.Kind;

    public UInt128 Fingerprint { get; } = call.Fingerprint;

    public long CostNanos { get; } = call.CostNanos;

    public bool IsCostUnknown { get; } = call.IsCostUnknown;

    public ImmutableArray<BudgetOverrun> Overruns { get; init; } = [];

    public ImmutableArray<BudgetWarning> Warnings { get; init; } = [];

    /// <summary>The time of the operation's turn, in UTC ticks; 0 where it had none to wait for.</summary>
    public long TurnTicks { get; init; }

    /// <summary>True once the operation was repeated, so that somebody else relies on it too.</summary>
    public bool IsShared { get; set; }

    /// <summary>
    /// True when another call repeats this operation: the same kind and the same content. For an id that the library generated (fingerprint 0), the kind is
    /// enough, because only the caller that received the id can repeat it.
    /// </summary>
    public bool IsSame(DecisionCall other) => Kind == other.Kind && (Fingerprint == 0 || Fingerprint == other.Fingerprint);

    /// <summary>The answer to a repetition of the operation, whose turn from then on belongs to both callers.</summary>
    public DecisionAnswer Replay(DateTimeOffset now, ImmutableArray<LimitReading> readings)
    {
        // After the turn too: whoever got it first may not have noticed yet that it has come.
        IsShared = true;
        return new()
        {
            Status = DecisionStatus.Done,
            IsReplay = true,
            Wait = new(Math.Max(TurnTicks - now.UtcTicks, 0)),
            Now = now,
            CostNanos = CostNanos,
            IsCostUnknown = IsCostUnknown,
            Readings = readings,
            Reservation = (this as ReservationRecord)?.Reservation,
            Overruns = Overruns,
            Warnings = Warnings,
        };
    }
}
