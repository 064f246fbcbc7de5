using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>A correction that was done.</summary>
/// <param name="fingerprint">The digest of its content.</param>
/// <param name="doneAt">The time at which it was done.</param>
/// <param name="moved">The amounts that were taken from the counters.</param>
internal sealed class CorrectionRecord(UInt128 fingerprint, DateTimeOffset doneAt, ImmutableArray<long> moved) : RememberedOperation
{
    public DateTimeOffset DoneAt { get; } = doneAt;

    public ImmutableArray<long> Moved { get; } = moved;

    public bool IsSame(CorrectionCall other) => fingerprint == other.Fingerprint && Moved.Length == other.Counters.Length;
}
