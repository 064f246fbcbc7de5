using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Reads what the limits of a scope stand at.</summary>
internal sealed class StatusReader(FirewallParts parts)
{
    private const int MaxAttempts = 16;

    public async ValueTask<BudgetStatus> ReadAsync(BudgetScope scope, string? partition, CancellationToken cancellationToken)
    {
        try
        {
            var deadline = parts.Store.Begin(cancellationToken);
            var limits = parts.Limits.Of(partition);
            for (var attempt = 0; attempt < MaxAttempts; attempt++)
            {
                var call = Call(scope, partition, limits);
                var answer = await parts.Store.CallAsync("status", static (store, asked) => store.ReadStatusAsync(asked), call, deadline).ConfigureAwait(false);
                if (!answer.IsStaleCatalog)
                    return Status(scope, call, answer, limits);
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

    private static StatusCall Call(BudgetScope scope, string? partition, Limits limits)
    {
        ImmutableArray<CounterStep> counters = [.. limits.Counters.ForScope(scope).Select(rule => new CounterStep(rule, scope.Id, Amount: 0, IsUnknown: false))];
        ImmutableArray<BucketStep> buckets = [.. limits.Buckets.ForScope(scope).Select(rule => new BucketStep(rule, scope.Id, NeedMicros: 0, TakeMicros: 0))];
        return new() { Partition = partition, CatalogVersion = limits.CatalogVersion, Counters = counters, Buckets = buckets };
    }

    private BudgetStatus Status(BudgetScope scope, StatusCall call, StatusAnswer answer, Limits limits) => new()
    {
        Scope = scope,
        Partition = call.Partition,
        AsOf = answer.Now,
        Currency = parts.Settings.Current.Currency,
        Budgets = [.. call.Counters.Zip(answer.Counters, (step, reading) => StateOf.Counter(step, reading, answer.Now))],
        RateLimits = [.. call.Buckets.Zip(answer.Buckets, StateOf.Bucket)],
        UnreadableBudgets = [.. limits.Unreadable.Select(unreadable => unreadable.Id)],
    };
}
