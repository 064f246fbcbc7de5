using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Reads the state of the limits of a scope.</summary>
internal sealed class StatusReader(SettingsSource settingsSource, StoreCaller storeCaller, LimitsSource limitsSource, CatalogReader catalogReader, EventReporter events)
{
    private const int MaxAttempts = 16;

    public async ValueTask<BudgetStatus> ReadAsync(BudgetScope scope, string? partition, CancellationToken cancellationToken)
    {
        try
        {
            var deadline = storeCaller.Begin(cancellationToken);
            var limits = limitsSource.Of(partition);
            for (var attempt = 0; attempt < MaxAttempts; attempt++)
            {
                var call = Call(scope, partition, limits);
                var answer = await storeCaller.CallAsync("status", static (store, asked) => store.ReadStatusAsync(asked), call, deadline).ConfigureAwait(false);
                if (!answer.IsStaleCatalog)
                    return Status(scope, call, answer, limits);
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

    private static StatusCall Call(BudgetScope scope, string? partition, Limits limits)
    {
        var rules = limits.Budgets.ForScope(scope).Concat(limits.RateLimits.ForScope(scope));
        return new() { Partition = partition, CatalogVersion = limits.CatalogVersion, Limits = [.. rules.Select(rule => LimitDemand.Look(rule, scope.Id))] };
    }

    private BudgetStatus Status(BudgetScope scope, StatusCall call, StatusAnswer answer, Limits limits) => new()
    {
        Scope = scope,
        Partition = call.Partition,
        AsOf = answer.Now,
        Currency = settingsSource.Current.Currency,
        Budgets = [.. call.Limits.Zip(answer.Readings).Take(call.BudgetCount).Select(limit => StateOf.Budget(limit.First, limit.Second, answer.Now))],
        RateLimits = [.. call.Limits.Zip(answer.Readings).Skip(call.BudgetCount).Select(limit => StateOf.RateLimit(limit.First, limit.Second, Judgement.Admitted))],
        UnreadableBudgets = [.. limits.Unreadable.Select(unreadable => unreadable.Id)],
    };
}
