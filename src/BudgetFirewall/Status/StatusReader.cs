using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Reads the state of limits: those of a scope, or those that a request meets.</summary>
internal sealed class StatusReader(FirewallParts parts)
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
            Currency = parts.Settings.Current.Currency,
            Budgets = Budgets(call, answer),
            RateLimits = RateLimits(call, answer),
            IsKindLimited = kinds.Contains(scope.Kind),
            LimitedKinds = kinds,
            UnreadableBudgets = Unreadable(limits),
        };
    }

    public async ValueTask<RequestStatus> ReadAsync(BudgetRequest request, CancellationToken cancellationToken)
    {
        var settings = parts.Settings.Current;
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
        string? partition, Func<Limits, IEnumerable<LimitStep>> looks, CancellationToken cancellationToken)
    {
        try
        {
            var deadline = parts.Store.Begin(cancellationToken);
            var limits = parts.Limits.Of(partition);
            for (var attempt = 0; attempt < MaxAttempts; attempt++)
            {
                var call = new StatusCall { Partition = partition, CatalogVersion = limits.CatalogVersion, Limits = [.. looks(limits)] };
                var answer = await parts.Store.CallAsync("status", static (store, asked) => store.ReadStatusAsync(asked), call, deadline).ConfigureAwait(false);
                if (!answer.IsStaleCatalog)
                    return (call, answer, limits);
                var catalog = await parts.Store.CallAsync("catalog", static (store, name) => store.ReadCatalogAsync(name), partition, deadline).ConfigureAwait(false);
                limits = parts.Limits.Learn(partition, catalog);
            }
            throw new BudgetStoreException("The budgets were changed faster than they could be read.") { MayHaveHappened = false };
        }
        catch (BudgetStoreException e)
        {
            parts.Signals.StatusTrouble(e);
            throw;
        }
    }

    private static IEnumerable<LimitStep> OfScope(Limits limits, BudgetScope scope) =>
        limits.Budgets.ForScope(scope).Concat(limits.RateLimits.ForScope(scope)).Select(rule => LimitStep.Look(rule, scope.Id));

    // What a check would look at; its amounts are not needed.
    private static IEnumerable<LimitStep> OfRequest(Limits limits, BudgetRequest request) =>
        LimitSteps.Of(limits, request, quote: default, DecisionKind.Check, out _).Select(step => LimitStep.Look(step.Rule, step.ScopeId));

    private static IReadOnlyList<BudgetState> Budgets(StatusCall call, StatusAnswer answer) =>
        [.. call.Limits.Zip(answer.Readings).Take(call.BudgetCount).Select(limit => StateOf.Budget(limit.First, limit.Second, answer.Now))];

    private static IReadOnlyList<RateLimitState> RateLimits(StatusCall call, StatusAnswer answer) =>
        [.. call.Limits.Zip(answer.Readings).Skip(call.BudgetCount).Select(limit => StateOf.RateLimit(limit.First, limit.Second, Judgement.Admitted))];

    private static string[] Unreadable(Limits limits) => [.. limits.Unreadable.Select(unreadable => unreadable.Id)];
}
