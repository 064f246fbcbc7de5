using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>What came of a step.</summary>
/// <param name="Call">What the store was, or would have been, asked.</param>
/// <param name="Answer">Its answer; null when it could not give one, or was not asked to decide.</param>
/// <param name="Trouble">Why it could not; null when the request was denied for want of a budget.</param>
internal readonly record struct DecisionResult(DecisionCall Call, DecisionAnswer? Answer, BudgetStoreException? Trouble)
{
    /// <summary>True when the catalog has changed since the call was matched: it must be matched anew.</summary>
    public bool IsStale => Answer is { Status: DecisionStatus.StaleCatalog };
}
