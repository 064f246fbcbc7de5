namespace BudgetFirewall.Storage;

/// <summary>The place of an approval in a list: approvals are listed in the order in which they were asked for.</summary>
/// <param name="RequestedAt">The time at which it was asked for, UTC.</param>
/// <param name="Id">Its id, by which those of one moment are ordered.</param>
public readonly record struct ApprovalPlace(DateTimeOffset RequestedAt, string Id) : IComparable<ApprovalPlace>
{
    /// <inheritdoc/>
    public int CompareTo(ApprovalPlace other) => RequestedAt == other.RequestedAt ? string.CompareOrdinal(Id, other.Id) : RequestedAt.CompareTo(other.RequestedAt);

    /// <summary>True when the first comes before the second.</summary>
    public static bool operator <(ApprovalPlace left, ApprovalPlace right) => left.CompareTo(right) < 0;

    /// <summary>True when the first comes after the second.</summary>
    public static bool operator >(ApprovalPlace left, ApprovalPlace right) => left.CompareTo(right) > 0;

    /// <summary>True when the first does not come after the second.</summary>
    public static bool operator <=(ApprovalPlace left, ApprovalPlace right) => left.CompareTo(right) <= 0;

    /// <summary>True when the first does not come before the second.</summary>
    public static bool operator >=(ApprovalPlace left, ApprovalPlace right) => left.CompareTo(right) >= 0;
}
