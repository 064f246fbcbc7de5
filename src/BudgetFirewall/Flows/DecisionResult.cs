using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The result of a decision: the call to the store and its answer.</summary>
/// <param name="Call">The call that was made to the store, or would have been made.</param>
/// <param name="Answer">Its answer; null when it could not give one, or was not asked to decide.</param>
/// <param name="Failure">The failure of the store; null when it answered, or when the request was denied because no budget counts it.</param>
internal readonly record struct DecisionResult(DecisionCall Call, DecisionAnswer? Answer, BudgetStoreException? Failure)
{
    /// <summary>The ids of the approvals that are pending for the call; default when nothing was asked for.</summary>
    public ImmutableArray<string> ApprovalIds { get; init; }

    /// <summary>True when the catalog has changed since the call was matched, or limits that change with time have: it must be matched anew.</summary>
    public bool IsStale => Answer is { Status: DecisionStatus.StaleCatalog or DecisionStatus.OtherTime };

    /// <summary>True when the call has to wait for its turn.</summary>
    public bool IsDelayed => Answer is { } answer && (answer.Wait > TimeSpan.Zero || answer.Status == DecisionStatus.Delayed);
}
