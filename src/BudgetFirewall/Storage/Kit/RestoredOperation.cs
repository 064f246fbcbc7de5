namespace BudgetFirewall.Storage;

/// <summary>
/// An operation that was done. What its caller passed is not known any more: whatever is asked under its id by the same kind of call is taken for its repetition, and any other kind of call for a conflict.
/// </summary>
/// <param name="Partition">The partition; null without partitions.</param>
/// <param name="OperationScope">The scope that owns the id; null when it has none.</param>
/// <param name="OperationId">The id.</param>
/// <param name="Kind">The kind of call; null for a change of an allowance.</param>
/// <param name="Amount">The cost in nanos, or the amount by which the allowance was changed, 0 or more.</param>
/// <param name="IsCostUnknown">True when the cost was only the part that was known.</param>
/// <param name="RememberedUntil">The time, UTC, until which it is remembered.</param>
public readonly record struct RestoredOperation(
    string? Partition, string? OperationScope, string OperationId, DecisionKind? Kind, long Amount, bool IsCostUnknown, DateTimeOffset RememberedUntil);
