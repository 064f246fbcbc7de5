using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>The approvals that were asked for of one denial.</summary>
/// <param name="Ids">The ids of those that are pending, in the order of the limits.</param>
/// <param name="LimitCount">The number of limits that await an approval.</param>
/// <param name="IsOutdated">True when a limit does not refuse any more as it did, so that the call is to be decided anew.</param>
internal readonly record struct AskedApprovals(ImmutableArray<string> Ids, int LimitCount, bool IsOutdated)
{
    /// <summary>True when each limit has a pending approval, so that there is something to wait for.</summary>
    public bool CanBeAwaited => Ids.Length == LimitCount;
}
