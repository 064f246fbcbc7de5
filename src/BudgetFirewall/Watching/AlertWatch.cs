using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Looks at the causes of open alerts, which may be over, and at budgets and pools, which may be above their fraction or used up. Not thread-safe.</summary>
/// <param name="store">The place where alerts are kept.</param>
/// <param name="writer">Writes what becomes of them.</param>
/// <param name="settings">Gives the settings in force.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed class AlertWatch(IAlertStore store, AlertWriter writer, Func<FirewallSettings> settings, TimeProvider timeProvider, ILogger logger)
{
    private const int MostInOnePage = 500;
    private const int MostInOneChange = 100;
    private const int MostPartitions = 1_000;
    private const int MostScopes = 100_000;
    private const string AnyPartition = "start";

    private readonly PoolWatch _pools = new(timeProvider);

    /// <summary>Looks once.</summary>
    /// <exception cref="BudgetStoreException">The store of budgets does not answer.</exception>
    public async ValueTask LookAsync(IBudgetFirewall firewall, CancellationToken cancellationToken)
    {
        var known = new HashSet<(string Rule, AlertCause Cause)>();
        await LookAtOpenAsync(new CauseCheck(firewall, timeProvider.GetUtcNow(), settings().PartitionBy is null ? null : AnyPartition), known, cancellationToken).ConfigureAwait(false);
        if (settings().Alerts.WatchBudgets)
        {
            foreach (var partition in await PartitionsAsync(cancellationToken).ConfigureAwait(false))
            {
                await LookAtBudgetsAsync(firewall, partition, known, cancellationToken).ConfigureAwait(false);
                foreach (var usedUp in await _pools.LookAsync(firewall, partition, cancellationToken).ConfigureAwait(false))
                    writer.Raise(usedUp);
            }
        }
    }

    private async ValueTask<IEnumerable<string?>> PartitionsAsync(CancellationToken cancellationToken)
    {
        if (settings().PartitionBy is null)
            return [null];
        return await store.FindPartitionsAsync(timeProvider.GetUtcNow(), MostPartitions, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask LookAtOpenAsync(CauseCheck check, HashSet<(string Rule, AlertCause Cause)> known, CancellationToken cancellationToken)
    {
        for (var after = 0L; ;)
        {
            var page = await store.ReadOpenAsync(after, MostInOnePage, cancellationToken).ConfigureAwait(false);
            foreach (var record in page)
            {
                var over = await check.FindOverAsync(record, cancellationToken).ConfigureAwait(false);
                var now = timeProvider.GetUtcNow();
                if (over.Count > 0 || (record.TellAt is { } time && time <= now))
                    await writer.ChangeAsync(record.Alert.Id, present => ChangeOf(present, record, over, now), cancellationToken).ConfigureAwait(false);
                foreach (var cause in record.Causes.Where(cause => cause.Kind == AlertCauseKind.Budget && !over.ContainsKey(cause)))
                    known.Add((record.Alert.Rule, KeyOf(cause)));
            }
            if (page.Count < MostInOnePage)
                return;
            after = page[^1].Number;
        }
    }

    // What has happened since it was looked at is not over.
    private static AlertChange? ChangeOf(AlertRecord present, AlertRecord seen, IReadOnlyDictionary<AlertCause, string> over, DateTimeOffset now)
    {
        if (present.Alert.State == AlertState.Resolved || present.Alert.LastAt != seen.Alert.LastAt)
            return null;
        return (over.Count > 0 ? AlertBook.Ended(present, over.ContainsKey, over.Values.First(), now) : null) ?? AlertBook.Told(present, now);
    }

    private async ValueTask LookAtBudgetsAsync(IBudgetFirewall firewall, string? partition, HashSet<(string Rule, AlertCause Cause)> known, CancellationToken cancellationToken)
    {
        var scopes = await ScopesAsync(firewall, partition, cancellationToken).ConfigureAwait(false);
        var (alerts, above) = (settings().Alerts, new List<BudgetEvent>());
        // A rule that hears of higher fractions alone hears of its own.
        decimal[] fractions = [.. alerts.Rules.Select(rule => rule.Above ?? 0).Append(alerts.Above).Where(fraction => fraction >= alerts.Above).Distinct().Order()];
        foreach (var scope in scopes)
        {
            var status = await firewall.GetStatusAsync(scope, partition, cancellationToken).ConfigureAwait(false);
            foreach (var e in status.Budgets.SelectMany(budget => fractions.Where(fraction => budget.Utilization >= fraction).Select(fraction => EventOf(budget, partition, fraction))))
            {
                if (alerts.Rules.Any(rule => rule.Chooses(e) && !known.Contains((rule.Name, KeyOf(AlertCauses.Of(e, rule, e.Time))))))
                    above.Add(e);
            }
            if (above.Count >= MostInOneChange)
                await WriteAsync().ConfigureAwait(false);
        }
        await WriteAsync().ConfigureAwait(false);

        async ValueTask WriteAsync()
        {
            if (above.Count > 0)
                await writer.WriteAsync(above, isSeen: true, cancellationToken).ConfigureAwait(false);
            above.Clear();
        }
    }

    /// <summary>The scopes that may be above the fraction of a budget: those that have budgets of their own, and of budgets for each those that the ledger knows to have spent as much.</summary>
    private async ValueTask<IReadOnlyCollection<BudgetScope>> ScopesAsync(IBudgetFirewall firewall, string? partition, CancellationToken cancellationToken)
    {
        var (alerts, scopes) = (settings().Alerts, new HashSet<BudgetScope>());
        for (string? after = null; ;)
        {
            var page = await firewall.Budgets.ListAsync(MostInOnePage, after, partition, cancellationToken).ConfigureAwait(false);
            foreach (var budget in page.Where(budget => budget.IsActive))
            {
                if (!budget.Scope.IsEach)
                {
                    scopes.Add(budget.Scope);
                    continue;
                }
                var found = await store.FindSpendersAsync(SpendersOf(budget, partition, alerts.Above), alerts.MaxScopes + 1, cancellationToken).ConfigureAwait(false);
                if (found.Count > alerts.MaxScopes)
                    AlertLog.ScopesLeftOut(logger, alerts.MaxScopes);
                scopes.UnionWith(found.Take(alerts.MaxScopes).Select(id => BudgetScope.Of(budget.Scope.Kind, id)));
            }
            if (page.Count < MostInOnePage || scopes.Count >= MostScopes)
                return scopes;
            after = page[^1].Id;
        }
    }

    private AlertSpenders SpendersOf(Budget budget, string? partition, decimal above)
    {
        var rule = new CounterRule(budget);
        var calendar = rule.Family.Calendar;
        DateTimeOffset? start = calendar.IsEndless ? null : new DateTimeOffset(calendar.At(timeProvider.GetUtcNow()).Start, TimeSpan.Zero);
        // A limit that changes with the time or follows from use may be lower than the one that is written.
        var isFixed = budget.Schedule.Count == 0 && budget.LimitFromUsage is null;
        return new(partition, rule.Family.Name, start, isFixed ? (long)Math.Min(rule.Limit * above, long.MaxValue) : 1);
    }

    private BudgetEvent EventOf(BudgetState budget, string? partition, decimal above) => new(BudgetEventTypes.ThresholdCrossed, timeProvider.GetUtcNow(), budget.BudgetId)
    {
        Scope = budget.Scope,
        Partition = partition,
        Data = new()
        {
            BudgetId = budget.BudgetId,
            Name = budget.Name,
            Scope = budget.Scope.ToString(),
            Partition = partition,
            Unit = budget.Unit,
            PeriodStart = budget.PeriodStart,
            Threshold = above,
            Limit = budget.Limit,
            Allowance = budget.Allowance,
            Spent = budget.Spent,
        },
    };

    private static AlertCause KeyOf(AlertCause cause) => cause with { Threshold = null, EndsAt = null };
}
