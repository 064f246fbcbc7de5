using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Reads the state of limits: those of a scope, or those that a request meets, also with their verdicts on it.</summary>
internal sealed class StatusReader(
    SettingsSource settingsSource,
    StoreCaller storeCaller,
    LimitsSource limitsSource,
    CatalogReader catalogReader,
    TimedLimits timedLimits,
    LimitFreezer limitFreezer,
    EventReporter events,
    TimeProvider timeProvider)
{
    private const int MaxAttempts = 16;

    public async ValueTask<BudgetStatus> ReadAsync(BudgetScope scope, string? partition, CancellationToken cancellationToken)
    {
        var (call, answer, limits) = await ReadAsync(partition, limits => OfScope(limits, scope), cancellationToken).ConfigureAwait(false);
        string[] kinds = [.. limits.Budgets.Kinds.Concat(limits.RateLimits.Kinds).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return new()
        {
            Scope = scope,
            Partition = partition,
            AsOf = answer.Now,
            Currency = settingsSource.Current.Currency,
            Budgets = Budgets(call, answer),
            RateLimits = RateLimits(call, answer),
            IsKindLimited = kinds.Contains(scope.Kind),
            LimitedKinds = kinds,
            UnreadableBudgets = Unreadable(limits, LimitKind.Budget),
            UnreadableRateLimits = Unreadable(limits, LimitKind.RateLimit),
        };
    }

    public async ValueTask<RequestStatus> ReadAsync(BudgetRequest request, CancellationToken cancellationToken)
    {
        var settings = settingsSource.Current;
        RequestCaps.Check(request, settings);
        var partition = Partitions.Of(request, settings.PartitionBy);
        var (call, answer, limits) = await ReadAsync(partition, limits => OfRequest(limits, request), cancellationToken).ConfigureAwait(false);
        return new()
        {
            Request = request,
            Partition = partition,
            AsOf = answer.Now,
            Currency = settings.Currency,
            Budgets = Budgets(call, answer),
            RateLimits = RateLimits(call, answer),
            UnreadableBudgets = Unreadable(limits, LimitKind.Budget),
            UnreadableRateLimits = Unreadable(limits, LimitKind.RateLimit),
        };
    }

    public async ValueTask<RequestExplanation> ExplainAsync(BudgetRequest request, CancellationToken cancellationToken)
    {
        var settings = settingsSource.Current;
        RequestCaps.Check(request, settings);
        // What was answered under the request's own id before does not matter.
        var operation = new OperationIdentity(Partitions.Of(request, settings.PartitionBy), Scope: null, ExplicitId: null, default);
        var (call, answer, limits) = await AskAsync(
            "explain",
            operation.Partition,
            (limits, storeNow) => RequestPlanner.Plan(DecisionKind.Check, request, operation, settings, limits, timedLimits, timeProvider, storeNow, isOnlyJudged: true),
            static call => (call.Limits, call.Validity),
            static (store, call) => store.ExplainAsync(call),
            static answer => (answer.Status == DecisionStatus.StaleCatalog, answer.Status == DecisionStatus.OtherTime ? answer.Now : null),
            cancellationToken).ConfigureAwait(false);
        var judged = DecisionFactory.Create(new(call, answer, Failure: null), settings);
        var decision = DecisionEngine.IsDeniedUnasked(call, request, settings, limits, out var failure) ? DecisionFactory.Create(new(call, Answer: null, failure), settings) : judged;
        return new()
        {
            Request = request,
            Partition = operation.Partition,
            AsOf = answer.Now,
            Currency = settings.Currency,
            Outcome = decision.Outcome,
            RetryAfter = decision.RetryAfter,
            Cost = judged.Cost,
            IsCostUnknown = judged.IsCostUnknown,
            CostBreakdown = settings.Prices.TryEstimate(request, timeProvider),
            Limits = judged.Limits,
            Budgets = judged.Budgets,
            RateLimits = judged.RateLimits,
            UnreadableBudgets = Unreadable(limits, LimitKind.Budget),
            UnreadableRateLimits = Unreadable(limits, LimitKind.RateLimit),
        };
    }

    private ValueTask<(StatusCall Call, StatusAnswer Answer, Limits Limits)> ReadAsync(string? partition, Func<Limits, IEnumerable<LimitDemand>> looks, CancellationToken cancellationToken) => AskAsync(
        "status",
        partition,
        (limits, storeNow) => LookAt(partition, limits, looks(limits), storeNow),
        static call => (call.Limits, call.Validity),
        static (store, call) => store.ReadStatusAsync(call),
        static answer => (answer.IsStaleCatalog, answer.IsOtherTime ? answer.Now : null),
        cancellationToken);

    private StatusCall LookAt(string? partition, Limits limits, IEnumerable<LimitDemand> looks, DateTimeOffset? storeNow)
    {
        ImmutableArray<LimitDemand> demands = [.. looks];
        var budgetCount = DecisionCall.CountBudgets(demands);
        var validity = timedLimits.Resolve(ref demands, ref budgetCount, partition, storeNow);
        demands = LimitDemands.WithThrottles(demands, budgetCount);
        return new() { Partition = partition, CatalogVersion = limits.CatalogVersion, Limits = demands, Validity = validity };
    }

    /// <summary>Asks the store about limits, again each time the catalog has changed, or what is in force at the time.</summary>
    private async ValueTask<(TCall Call, TAnswer Answer, Limits Limits)> AskAsync<TCall, TAnswer>(
        string operation,
        string? partition,
        Func<Limits, DateTimeOffset?, TCall> callOf,
        Func<TCall, (ImmutableArray<LimitDemand> Limits, PeriodWindow? Validity)> limitsOf,
        Func<IBudgetStore, TCall, ValueTask<TAnswer>> ask,
        Func<TAnswer, (bool IsCatalog, DateTimeOffset? OtherTime)> staleOf,
        CancellationToken cancellationToken)
    {
        try
        {
            var deadline = storeCaller.Begin(cancellationToken);
            var limits = limitsSource.Of(partition);
            DateTimeOffset? storeNow = null;
            for (var attempt = 0; attempt < MaxAttempts; attempt++)
            {
                var call = callOf(limits, storeNow);
                var (demands, validity) = limitsOf(call);
                if (TimedLimits.AreOpen(demands, validity))
                {
                    storeNow = await limitFreezer.FreezeAsync(partition, demands, storeNow ?? timedLimits.StoreNow, deadline).ConfigureAwait(false);
                    continue;
                }
                var answer = await storeCaller.CallAsync(operation, ask, call, deadline).ConfigureAwait(false);
                events.StoreAnswered();
                var stale = staleOf(answer);
                if (stale is { IsCatalog: false, OtherTime: null })
                    return (call, answer, limits);
                if (stale.OtherTime is { } storeTime)
                    storeNow = timedLimits.Heard(storeTime, validity);
                if (stale.IsCatalog)
                    limits = await catalogReader.CatchUpAsync(partition, limits.CatalogVersion, deadline).ConfigureAwait(false);
            }
            throw new BudgetStoreException("The limits were changed faster than they could be read.") { MayHaveHappened = false };
        }
        catch (BudgetStoreException e)
        {
            events.StatusFailed(e);
            throw;
        }
    }

    private static IEnumerable<LimitDemand> OfScope(Limits limits, BudgetScope scope) =>
        limits.Budgets.ForScope(scope).Concat(limits.RateLimits.ForScope(scope)).Select(rule => LimitDemand.Look(rule, scope.Id));

    // What a check would look at; its amounts are not needed.
    private static IEnumerable<LimitDemand> OfRequest(Limits limits, BudgetRequest request) =>
        LimitDemands.Of(limits, request, quote: default, DecisionKind.Check, out _).Select(demand => LimitDemand.Look(demand.Rule, demand.ScopeId));

    private static IReadOnlyList<BudgetState> Budgets(StatusCall call, StatusAnswer answer) =>
        [.. call.Limits.Zip(answer.Readings).Take(call.BudgetCount).Select(limit => StateOf.Budget(limit.First, limit.Second, Queue(call, answer, limit.First), answer.Now))];

    private static LimitReading? Queue(StatusCall call, StatusAnswer answer, LimitDemand budget)
    {
        var queue = ((CounterRule)budget.Rule).Throttle;
        for (var i = call.BudgetCount; queue is not null && i < call.Limits.Length; i++)
        {
            if (ReferenceEquals(call.Limits[i].Rule, queue))
                return answer.Readings[i];
        }
        return null;
    }

    private static IReadOnlyList<RateLimitState> RateLimits(StatusCall call, StatusAnswer answer) =>
        [.. call.Limits.Zip(answer.Readings).Skip(call.BudgetCount).Where(limit => !((RateLimitRule)limit.First.Rule).IsThrottle).Select(limit => StateOf.RateLimit(limit.First, limit.Second, Judgement.Admitted))];

    private static string[] Unreadable(Limits limits, LimitKind kind) =>
        [.. limits.Unreadable.Where(unreadable => unreadable.Key.Kind == kind).Select(unreadable => unreadable.Key.Id)];
}
