using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

public sealed class P1NeverOverAdmitInMemory : P1NeverOverAdmit<MemoryHarness>;
public sealed class P12AWindowIsAWindowInMemory : P12AWindowIsAWindow<MemoryHarness>;
public sealed class P2AllOrNothingInMemory : P2AllOrNothing<MemoryHarness>;
public sealed class P3NothingLostNothingTwiceInMemory : P3NothingLostNothingTwice<MemoryHarness>;
public sealed class P3ReplayInMemory : P3Replay<MemoryHarness>;
public sealed class P3ConflictInMemory : P3Conflict<MemoryHarness>;
public sealed class P3OperationScopesInMemory : P3OperationScopes<MemoryHarness>;
public sealed class P3SettlementInMemory : P3Settlement<MemoryHarness>;
public sealed class P3RepeatedCommitsInMemory : P3RepeatedCommits<MemoryHarness>;
public sealed class P4HoldsEndInMemory : P4HoldsEnd<MemoryHarness>;
public sealed class P4ExtendInMemory : P4Extend<MemoryHarness>;
public sealed class P4DisposeInMemory : P4Dispose<MemoryHarness>;
public sealed class P4StaleHandlesInMemory : P4StaleHandles<MemoryHarness>;
public sealed class P5ADayIsADayInMemory : P5ADayIsADay<MemoryHarness>;
public sealed class P5ADayInATimeZoneInMemory : P5ADayInATimeZone<MemoryHarness>;
public sealed class P5ABudgetOfOneSpanInMemory : P5ABudgetOfOneSpan<MemoryHarness>;
public sealed class P6OneClockInMemory : P6OneClock<MemoryHarness>;
public sealed class P7ClosedWhenBlindInMemory : P7ClosedWhenBlind<MemoryHarness>;
public sealed class P7FailureModeAllowInMemory : P7FailureModeAllow<MemoryHarness>;
public sealed class P7OutboxInMemory : P7Outbox<MemoryHarness>;
public sealed class P7UnconfirmedInMemory : P7Unconfirmed<MemoryHarness>;
public sealed class P7LateAnswersInMemory : P7LateAnswers<MemoryHarness>;
public sealed class P8ExactInMemory : P8Exact<MemoryHarness>;
public sealed class P10StrangersStayOutInMemory : P10StrangersStayOut<MemoryHarness>;
public sealed class UnknownIsNotZeroInMemory : UnknownIsNotZero<MemoryHarness>;
public sealed class UnpricedIsNotFreeInMemory : UnpricedIsNotFree<MemoryHarness>;
public sealed class UnpricedCommitsInMemory : UnpricedCommits<MemoryHarness>;
public sealed class HighestCostInMemory : HighestCost<MemoryHarness>;
public sealed class RateLimitsPerFlowInMemory : RateLimitsPerFlow<MemoryHarness>;
public sealed class UnitRateLimitsPerFlowInMemory : UnitRateLimitsPerFlow<MemoryHarness>;
public sealed class SeveralRefusalsInMemory : SeveralRefusals<MemoryHarness>;
public sealed class DecisionsExplainThemselvesInMemory : DecisionsExplainThemselves<MemoryHarness>;
public sealed class ShadowLimitsRefuseNothingInMemory : ShadowLimitsRefuseNothing<MemoryHarness>;
public sealed class PrioritiesKeepHeadroomInMemory : PrioritiesKeepHeadroom<MemoryHarness>;
public sealed class CommitSettlesInMemory : CommitSettles<MemoryHarness>;
public sealed class WarningsFireOnceInMemory : WarningsFireOnce<MemoryHarness>;
public sealed class OverrunIsReportedInMemory : OverrunIsReported<MemoryHarness>;
public sealed class MostSpecificWinsInMemory : MostSpecificWins<MemoryHarness>;
public sealed class ManyRuntimeBudgetsInMemory : ManyRuntimeBudgets<MemoryHarness>;
public sealed class RuntimeBudgetsInMemory : RuntimeBudgets<MemoryHarness>;
public sealed class SchedulesApplyInMemory : SchedulesApply<MemoryHarness>;
public sealed class RuntimeRateLimitsInMemory : RuntimeRateLimits<MemoryHarness>;
public sealed class ExplainTakesNothingInMemory : ExplainTakesNothing<MemoryHarness>;
public sealed class RateLimitsCheckedAloneInMemory : RateLimitsCheckedAlone<MemoryHarness>;
public sealed class PartitionsCountApartInMemory : PartitionsCountApart<MemoryHarness>;
public sealed class StatusTellsInMemory : StatusTells<MemoryHarness>;
public sealed class FiltersSelectInMemory : FiltersSelect<MemoryHarness>;
public sealed class TokenBucketVectorsInMemory : TokenBucketVectors<MemoryHarness>;
public sealed class SequentialModelInMemory : SequentialModel<MemoryHarness>;
public sealed class ConcurrentModelInMemory : ConcurrentModel<MemoryHarness>;
public sealed class BrokenStoresAreCaughtInMemory : BrokenStoresAreCaught<MemoryHarness>;

/// <summary>Measures the memory of the whole process, so nothing else may run beside it.</summary>
[Collection(Alone.Name)]
public sealed class P9BoundedInMemory : P9Bounded<MemoryHarness>;
