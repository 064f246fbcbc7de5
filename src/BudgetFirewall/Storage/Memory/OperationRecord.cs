using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>An operation that was done, and its first answer.</summary>
internal class OperationRecord(DecisionCall call)
{
    public DecisionKind Kind { get; } = call.Kind;

    public UInt128 Fingerprint { get; } = call.Fingerprint;

    public long CostNanos { get; } = call.CostNanos;

    public bool IsCostUnknown { get; } = call.IsCostUnknown;

    public ImmutableArray<BudgetOverrun> Overruns { get; init; } = [];

    public ImmutableArray<BudgetWarning> Warnings { get; init; } = [];

    /// <summary>When the record may be forgotten, in UTC ticks.</summary>
    public long DropAtTicks { get; set; }

    /// <summary>True once its time was over: a clock that is set back does not bring it back.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>An id that was made up is repeated only by whoever was told it: then the kind of call is content enough.</summary>
    public bool IsSame(DecisionCall other) => Kind == other.Kind && (Fingerprint == 0 || Fingerprint == other.Fingerprint);
}
