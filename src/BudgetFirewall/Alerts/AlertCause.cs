namespace BudgetFirewall.Storage;

/// <summary>A cause of an alert, by which is found whether it is over. Immutable.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Id">The id of the budget, approval or pool; null for none.</param>
/// <param name="Scope">The scope, as text; null for none.</param>
/// <param name="Partition">The partition; null for none.</param>
/// <param name="Threshold">The fraction of its limit that a budget is above; null for other causes.</param>
/// <param name="EndsAt">The time at which it ends by itself at the latest, UTC; null for none.</param>
public sealed record AlertCause(AlertCauseKind Kind, string? Id = null, string? Scope = null, string? Partition = null, decimal? Threshold = null, DateTimeOffset? EndsAt = null)
{
    /// <summary>True for the same cause, whatever its threshold and end are.</summary>
    /// <param name="other">The other cause.</param>
    internal bool IsSame(AlertCause other) => Kind == other.Kind && Id == other.Id && Scope == other.Scope && Partition == other.Partition;
}
