namespace BudgetFirewall.Storage;

/// <summary>A change of an allowance that was made.</summary>
/// <param name="fingerprint">The digest of what the caller passed; 0 where it is not known any more.</param>
/// <param name="moved">The amount that was moved.</param>
internal sealed class AllowanceRecord(UInt128 fingerprint, long moved) : RememberedOperation
{
    public long Moved { get; } = moved;

    public bool IsSame(AllowanceCall other) => fingerprint == 0 || fingerprint == other.Fingerprint;
}
