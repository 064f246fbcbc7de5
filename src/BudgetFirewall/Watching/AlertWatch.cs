using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Looks at the causes of open alerts, which may be over, and at budgets and pools, which may be above their fraction or used up. Not thread-safe.</summary>
/// <param name="store">The place where alerts are kept.</param>
/// <param name="writer">Writes what becomes of them.</param>
/// <param name="settings">Gives the settings in force.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">The log.</param>
/// <param name="source">The source of the firewall's events.</param>
internal sealed class AlertWatch(IAlertStore store, AlertWriter writer, Func<FirewallSettings> settings, TimeProvider timeProvider, ILogger logger, string source)
{
    private const int MostInOnePage = 500;
    private const int MostInOneChange = 100;
    private const int PartitionsInOnePage = 1_000;
    private const int MostScopes = 100_000;

    private readonly PoolWatch _pools = new(timeProvider);

    /// <summary>Looks once.</summary>
    /// <param name="firewall">The firewall.</param>
    /// <param name="mayGoOnAsync">Asked before each open alert, partition and scope; false ends the look.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    /// <exception cref="BudgetStoreException">The store of budgets does not answer.</exception>
    public async ValueTask LookAsync(IBudgetFirewall firewall, Func<CancellationToken, ValueTask<bool>> mayGoOnAsync, CancellationToken cancellationToken)
    {
        var known = new KnownCauses();
        var check = new CauseCheck(firewall, timeProvider.GetUtcNow(), StoreAwayFor, settings().PartitionBy is null ? null : CauseCheck.AnyPartition);
        if (!await LookAtOpenAsync(check, known, mayGoOnAsync, cancellationToken).ConfigureAwait(false) || !settings().Alerts.WatchBudgets)
            return;
        if (settings().PartitionBy is null)
        {
            await LookAtAsync(firewall, partition: null, known, mayGoOnAsync, cancellationToken).ConfigureAwait(false);
            return;
        }
        for (string? after = null; ;)
        {
            var page = await store.FindPartitionsAsync(timeProvider.GetUtcNow(), after, PartitionsInOnePage, cancellationToken).ConfigureAwait(false);
            foreach (var partition in page)
            {
                if (!await LookAtAsync(firewall, partition, known, mayGoOnAsync, cancellationToken).ConfigureAwait(false))
                    return;
            }
            if (page.Count < PartitionsInOnePage)
                return;
            after = page[^1];
        }
    }

    // A process that sees the store away says so at each of its looks, which may be a day apart.
    private TimeSpan StoreAwayFor => settings().Alerts.LookEvery * 3 is { } looks && looks > CauseCheck.StoreAwayFor ? looks : CauseCheck.StoreAwayFor;

    private async ValueTask<bool> LookAtAsync(
        IBudgetFirewall firewall, string? partition, KnownCauses known, Func<CancellationToken, ValueTask<bool>> mayGoOnAsync, CancellationToken cancellationToken)
    {
        if (!await mayGoOnAsync(cancellationToken).ConfigureAwait(false) || !await LookAtBudgetsAsync(firewall, partition, known, mayGoOnAsync, cancellationToken).ConfigureAwait(false))
            return false;
        foreach (var usedUp in await _pools.LookAsync(firewall, partition, known, cancellationToken).ConfigureAwait(false))
            writer.Raise(usedUp);
        return true;
    }

    private async ValueTask<bool> LookAtOpenAsync(CauseCheck check, KnownCauses known, Func<CancellationToken, ValueTask<bool>> mayGoOnAsync, CancellationToken cancellationToken)
    {
        for (var after = 0L; ;)
        {
            var page = await store.ReadOpenAsync(after, MostInOnePage, cancellationToken).ConfigureAwait(false);
            foreach (var record in page)
            {
                if (!await mayGoOnAsync(cancellationToken).ConfigureAwait(false))
                    return false;
                var over = await check.FindOverAsync(record, cancellationToken).ConfigureAwait(false);
                var now = timeProvider.GetUtcNow();
                if (over.Count > 0 || (record.TellAt is { } time && time <= now))
                    await writer.ChangeAsync(record.Alert.Id, present => ChangeOf(present, record, over, now), cancellationToken).ConfigureAwait(false);
                known.Add(record, over.ContainsKey);
            }
            if (page.Count < MostInOnePage)
                return true;
            after = page[^1].Number;
        }
    }

    // What has happened since it was looked at is not over.
    private static AlertChange? ChangeOf(AlertRecord present, AlertRecord seen, IReadOnlyDictionary<AlertCause, string> over, DateTimeOffset now)
    {
        if (present.Alert.State == AlertState.Resolved || present.Alert.LastAt != seen.Alert.LastAt)
            return null;
        return (over.Count > 0 ? AlertBook.Ended(present, over.ContainsKey, over.Values.First(), now) : null) ?? AlertBook.Reported(present, now);
    }

    private async ValueTask<bool> LookAtBudgetsAsync(
        IBudgetFirewall firewall, string? partition, KnownCauses known, Func<CancellationToken, ValueTask<bool>> mayGoOnAsync, CancellationToken cancellationToken)
    {
        var scopes = await ScopesAsync(firewall, partition, cancellationToken).ConfigureAwait(false);
        var (alerts, above) = (settings().Alerts, new List<BudgetEvent>());
        // A rule that hears of higher fractions alone hears of its own.
        decimal[] fractions = [.. alerts.Rules.Select(rule => rule.Above ?? 0).Append(alerts.Above).Where(fraction => fraction >= alerts.Above).Distinct().Order()];
        foreach (var scope in scopes)
        {
            if (!await mayGoOnAsync(cancellationToken).ConfigureAwait(false))
                return false;
            var status = await firewall.GetStatusAsync(scope, partition, cancellationToken).ConfigureAwait(false);
            foreach (var e in status.Budgets.SelectMany(budget => fractions.Where(fraction => budget.Utilization >= fraction).Select(fraction => EventOf(budget, partition, fraction))))
            {
                if (alerts.Rules.Any(rule => rule.Chooses(e) && !known.Contains(rule.Name, AlertCauses.Of(e, rule, e.Time))))
                    above.Add(e);
            }
            if (above.Count >= MostInOneChange)
                await WriteAsync().ConfigureAwait(false);
        }
        await WriteAsync().ConfigureAwait(false);
        return true;

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
        Source = source,
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
}
