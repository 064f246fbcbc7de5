using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Reads the state of limits: those of a scope, or those that a request meets.</summary>
internal sealed class StatusReader(SettingsSource settingsSource, StoreCaller storeCaller, LimitsSource limitsSource, CatalogReader catalogReader, EventReporter events, TimeProvider timeProvider)
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
            UnreadableBudgets = Unreadable(limits),
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
            UnreadableBudgets = Unreadable(limits),
        };
    }

    private async ValueTask<(StatusCall Call, StatusAnswer Answer, Limits Limits)> ReadAsync(
        string? partition, Func<Limits, IEnumerable<LimitDemand>> looks, CancellationToken cancellationToken)
    {
        try
        {
            var deadline = storeCaller.Begin(cancellationToken);
            var limits = limitsSource.Of(partition);
            DateTimeOffset? storeNow = null;
            for (var attempt = 0; attempt < MaxAttempts; attempt++)
            {
                ImmutableArray<LimitDemand> demands = [.. looks(limits)];
                var budgetCount = DecisionCall.CountBudgets(demands);
                var validity = TimedLimits.Resolve(ref demands, ref budgetCount, timeProvider, storeNow);
                var call = new StatusCall { Partition = partition, CatalogVersion = limits.CatalogVersion, Limits = demands, Validity = validity };
                var answer = await storeCaller.CallAsync("status", static (store, asked) => store.ReadStatusAsync(asked), call, deadline).ConfigureAwait(false);
                if (!answer.IsStaleCatalog && !answer.IsOtherTime)
                    return (call, answer, limits);
                if (answer.IsOtherTime)
                    storeNow = answer.Now;
                else
                    limits = await catalogReader.CatchUpAsync(partition, limits.CatalogVersion, deadline).ConfigureAwait(false);
            }
            throw new BudgetStoreException("The budgets were changed faster than they could be read.") { MayHaveHappened = false };
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
        [.. call.Limits.Zip(answer.Readings).Take(call.BudgetCount).Select(limit => StateOf.Budget(limit.First, limit.Second, answer.Now))];

    private static IReadOnlyList<RateLimitState> RateLimits(StatusCall call, StatusAnswer answer) =>
        [.. call.Limits.Zip(answer.Readings).Skip(call.BudgetCount).Select(limit => StateOf.RateLimit(limit.First, limit.Second, Judgement.Admitted))];

    private static string[] Unreadable(Limits limits) => [.. limits.Unreadable.Select(unreadable => unreadable.Id)];
}
