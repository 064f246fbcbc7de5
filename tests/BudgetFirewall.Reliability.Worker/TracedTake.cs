namespace BudgetFirewall.Reliability;

/// <summary>One take from rate limits as its caller saw it. Times are microseconds since 1970.</summary>
/// <param name="Id">The name of the call, unique among the processes of a scenario.</param>
/// <param name="User">The user whose limits were concerned too; null: none.</param>
/// <param name="Permits">The permits that were asked for.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Began">When it was asked for, by the machine's clock.</param>
/// <param name="Ended">When it was answered, and might start, by the machine's clock.</param>
/// <param name="Turn">Its turn by the server's clock; 0 where it has none.</param>
/// <param name="WaitMicroseconds">How long it had to wait for its turn, from the decision on.</param>
/// <param name="Queued">What was queued after the decision.</param>
/// <param name="RefusedBy">The ids of the limits that refused it.</param>
public sealed record TracedTake(
    string Id, string? User, int Permits, CallOutcome Outcome, long Began, long Ended, long Turn, long WaitMicroseconds, decimal Queued, IReadOnlyList<string> RefusedBy);
