namespace BudgetFirewall.Storage;

/// <summary>A store's answer about one counter for which an approval was asked.</summary>
/// <param name="Id">The id of the approval that is pending; null when there is none: one was denied not long ago, or the budget has as many pending ones as it may.</param>
/// <param name="Made">The approval, where this call has made it; null otherwise.</param>
/// <param name="IsOutdated">True when the counter does not refuse as it did: its period is over, or it has another allowance by now. Nothing was asked then.</param>
public readonly record struct AskedApproval(string? Id, ApprovalRecord? Made = null, bool IsOutdated = false);
