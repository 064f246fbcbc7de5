namespace BudgetFirewall.Reliability;

/// <summary>One call as its caller saw it: when it began and ended by the machine's monotonic clock, and what came of it.</summary>
/// <param name="OperationId">The operation; a commit's and a release's is that of its reservation.</param>
/// <param name="Verb">What was asked for.</param>
/// <param name="Nanos">The amount.</param>
/// <param name="User">The user whose budget was concerned too; null: none.</param>
/// <param name="Began">When it began, in stopwatch ticks.</param>
/// <param name="Ended">When it ended; <see cref="long.MaxValue"/> when that was not seen.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="IsReplay">Whether the answer was that of an earlier call.</param>
public sealed record TracedCall(
    string OperationId, CallVerb Verb, long Nanos, string? User, long Began, long Ended, CallOutcome Outcome, bool IsReplay);
