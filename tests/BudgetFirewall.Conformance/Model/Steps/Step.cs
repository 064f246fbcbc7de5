namespace BudgetFirewall.Conformance;

/// <summary>One random operation. What it refers to (a reservation, an earlier request) is a number, and the last there is if there are fewer, so that any part of a sequence is a sequence.</summary>
internal abstract record Step;

/// <summary>A check, reservation, spend or charge by one of two processes.</summary>
internal sealed record Decide(OperationKind Kind, RequestPlan Request, int Process) : Step;

/// <summary>The same call as an earlier one, its id included.</summary>
internal sealed record DecideAgain(int Earlier, int Process) : Step;

/// <summary>A commit through the handle, or by id from one of two processes.</summary>
internal sealed record Commit(int Reservation, CommitPlan What, bool IsById, int Process) : Step;

internal sealed record Release(int Reservation, bool IsById, int Process) : Step;

internal sealed record Dispose(int Reservation) : Step;

internal sealed record Extend(int Reservation, TimeSpan Lease, bool IsById, int Process) : Step;

internal sealed record LetTimePass(TimeSpan Time) : Step;

/// <summary>Moves to the end of a reservation's lease.</summary>
internal sealed record MoveToEndOf(int Reservation) : Step;

internal sealed record MoveToMidnight : Step;

internal sealed record SetBudget(int Budget, int Process) : Step;

internal sealed record RemoveBudget(int Budget, int Process) : Step;

/// <summary>An allowance that is given, or taken back.</summary>
internal sealed record Allow(int Scope, int Budget, decimal Amount, bool IsRevocation, string? OperationId, int Process) : Step;

internal sealed record Reset(int Scope, int Budget, int Process) : Step;
