namespace BudgetFirewall.Storage;

/// <summary>A change of an allowance that was made.</summary>
/// <param name="fingerprint">The digest of what the caller passed.</param>
/// <param name="moved">The amount that was moved.</param>
internal sealed class AllowanceRecord(UInt128 fingerprint, long moved) : RememberedOperation
{
    public UInt128 Fingerprint { get; } = fingerprint;

    public long Moved { get; } = moved;
}
