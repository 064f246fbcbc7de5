using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// Finds the budgets that are spent so fast that they will be used up long before their periods end. It looks at the scopes that have spent enough in the last hour by the roll-ups, a bounded number of them at a time, and asks the firewall's
/// store what is left only of those whose counters have moved enough. Not thread-safe.
/// </summary>
internal sealed class BurnRates
{
    private const decimal Thousandths = 1_000m;
    private const decimal TenThousandths = 10_000m;
    private const decimal MicrosPerUnit = 1_000_000m;

    private readonly CounterReader _counters;
    private readonly SpendReader _reader;
    private readonly Func<IBudgetFirewall> _firewall;
    private readonly BurnRule _rule;

    public BurnRates(CounterReader counters, SpendReader reader, Func<IBudgetFirewall> firewall, AnomalyOptions options)
    {
        (_counters, _reader, _firewall) = (counters, reader, firewall);
        _rule = new((long)(options.BurnRateFactor!.Value * Thousandths), (long)(options.BurnRateShare * TenThousandths));
    }

    /// <summary>Finds the budgets that are spent too fast, and were not told since they were calm.</summary>
    /// <param name="now">The time now.</param>
    /// <param name="onFound">Takes what was found, some scopes at a time; false ends the evaluation.</param>
    /// <param name="cancellationToken">Ends the evaluation.</param>
    public async ValueTask EvaluateAsync(DateTimeOffset now, Func<IReadOnlyList<FoundAnomaly>, ValueTask<bool>> onFound, CancellationToken cancellationToken)
    {
        var firewall = _firewall();
        await CalmAsync(firewall, now, cancellationToken).ConfigureAwait(false);
        var lastHour = new HourSpan(LedgerTime.Quarter(LedgerTime.Microseconds(now - BurnRule.Long)), LedgerTime.Quarter(LedgerTime.Microseconds(now)) + 1);
        var families = await FamiliesAsync(firewall, lastHour, cancellationToken).ConfigureAwait(false);
        foreach (var (kind, id) in await _reader.KindsAsync(families.All.Select(one => one.Family.Kind).Distinct(), cancellationToken).ConfigureAwait(false))
        {
            var lowest = families.LowestLimit(kind);
            for (long? after = 0; after is { } start;)
            {
                (var spent, after) = await _reader.ReadPageAsync(id, lastHour, start, cancellationToken).ConfigureAwait(false);
                foreach (var part in spent.Where(one => lowest == 0 || _rule.IsWorth(one.Amount, lowest)).Chunk(SpendReader.MostScopes))
                {
                    var found = await LookAsync(firewall, families, kind, part.ToDictionary(one => one.Scope, one => one.Amount), now, cancellationToken).ConfigureAwait(false);
                    if (!await onFound(found).ConfigureAwait(false))
                        return;
                }
            }
        }
    }

    /// <summary>The families of the budgets of all partitions. The budgets themselves are forgotten partition by partition.</summary>
    private async ValueTask<WatchedFamilies> FamiliesAsync(IBudgetFirewall firewall, HourSpan lastHour, CancellationToken cancellationToken)
    {
        var families = new WatchedFamilies();
        if (firewall.PartitionBy is null)
        {
            families.Add(await BudgetsAsync(firewall, partition: null, cancellationToken).ConfigureAwait(false));
            return families;
        }
        foreach (var (_, id) in await _reader.KindsAsync([LedgerScopes.StoredPartition], cancellationToken).ConfigureAwait(false))
        {
            for (long? after = 0; after is { } start;)
            {
                (var spent, after) = await _reader.ReadPageAsync(id, lastHour, start, cancellationToken).ConfigureAwait(false);
                if (spent.Count == 0)
                    break;
                foreach (var partition in (await _reader.NamesAsync([.. spent.Select(one => one.Scope)], cancellationToken).ConfigureAwait(false)).Values)
                    families.Add(await BudgetsAsync(firewall, partition, cancellationToken).ConfigureAwait(false));
            }
        }
        return families;
    }

    private static async ValueTask<WatchedBudgets> BudgetsAsync(IBudgetFirewall firewall, string? partition, CancellationToken cancellationToken) =>
        new(await firewall.Budgets.ListAsync(partition, cancellationToken).ConfigureAwait(false));

    /// <summary>Looks at the counters of some scopes of a kind, with the budgets of one partition after the other.</summary>
    private async ValueTask<IReadOnlyList<FoundAnomaly>> LookAsync(
        IBudgetFirewall firewall, WatchedFamilies families, string kind, Dictionary<long, long> spent, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (found, counters) = (new List<FoundAnomaly>(), new List<(CounterFamily Family, OpenCounter Counter)>());
        var names = await _reader.NamesAsync([.. spent.Keys], cancellationToken).ConfigureAwait(false);
        foreach (var (family, lowest) in families.All.Where(one => one.Family.Kind == kind))
        {
            var open = await _counters.ReadAsync(family.Name, family.Calendar.At(now).Start, [.. spent.Keys], cancellationToken).ConfigureAwait(false);
            counters.AddRange(open.Where(counter => IsWorth(counter, spent[counter.Scope], lowest)).Select(counter => (family, counter)));
        }
        // Those of before partitions were given or taken have no budgets.
        foreach (var partition in counters.Where(one => one.Counter.Partition is null == firewall.PartitionBy is null).GroupBy(one => one.Counter.Partition))
        {
            var budgets = await BudgetsAsync(firewall, partition.Key, cancellationToken).ConfigureAwait(false);
            foreach (var (family, counter) in partition)
            {
                foreach (var rule in budgets.Of(family, names[counter.Scope]).Where(rule => IsWorth(counter, spent[counter.Scope], WatchedBudgets.FixedLimit(rule))))
                {
                    if (await FindAsync(firewall, rule, BudgetScope.Of(kind, names[counter.Scope]), counter, now, cancellationToken).ConfigureAwait(false) is { } one)
                        found.Add(one);
                }
            }
        }
        return found;
    }

    // What the scope has spent in all is no less than what one of its counters has.
    private bool IsWorth(OpenCounter counter, long spent, long limit) => limit == 0 || (_rule.IsWorth(counter.Moved, limit) && _rule.IsWorth(spent, limit));

    private async ValueTask<FoundAnomaly?> FindAsync(IBudgetFirewall firewall, CounterRule rule, BudgetScope scope, OpenCounter counter, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var state = await StateAsync(firewall, scope, counter.Partition, rule.Budget.Id, cancellationToken).ConfigureAwait(false);
        if (state is not { Remaining: > 0, TimeLeft: { Ticks: > 0 } timeLeft } || state.PeriodStart?.UtcDateTime != rule.Family.Calendar.At(now).Start)
            return null;
        var (remaining, limit) = (AmountOf(state.Remaining, state.Unit), AmountOf(state.Limit + state.Allowance, state.Unit));
        var expectation = _rule.Expected(remaining, timeLeft);
        long? scopeId = scope.Kind == LedgerScopes.Global ? null : counter.Scope;
        var lastMinutes = await _counters.SumAsync(counter.Id, scopeId, now - BurnRule.Short, cancellationToken).ConfigureAwait(false);
        if (!BurnRule.IsTooFastNow(expectation, lastMinutes))
            return null;
        var lastHour = await _counters.SumAsync(counter.Id, scopeId, now - BurnRule.Long, cancellationToken).ConfigureAwait(false);
        if (!_rule.IsTooFast(expectation, lastHour, lastMinutes, limit) || await _counters.IsBurningAsync(counter.Id, rule.Budget.Id, cancellationToken).ConfigureAwait(false))
            return null;
        return new()
        {
            Kind = AnomalyKind.BurnRate,
            Scope = scope,
            ScopeId = counter.Scope,
            Hour = now - BurnRule.Long,
            HourEnd = now,
            Expectation = expectation,
            Seen = lastHour,
            Counter = counter.Id,
            PartitionId = counter.PartitionId,
            Partition = counter.Partition,
            BudgetId = rule.Budget.Id,
            Unit = state.Unit,
            Remaining = state.Remaining,
            UsedUpAt = now + new TimeSpan(RobustStatistics.Scaled(BurnRule.Long.Ticks, remaining, lastHour)),
            PeriodEnd = state.ResetsAt,
        };
    }

    /// <summary>Lets those be told again that are no longer spent too fast, or whose period is over.</summary>
    private async ValueTask CalmAsync(IBudgetFirewall firewall, DateTimeOffset now, CancellationToken cancellationToken)
    {
        IReadOnlyList<BurningCounter> page;
        for (var after = 0L; (page = await _counters.ReadBurningAsync(after, cancellationToken).ConfigureAwait(false)).Count > 0; after = page[^1].Anomaly)
        {
            foreach (var burning in page)
            {
                if (await IsCalmAsync(firewall, burning, now, cancellationToken).ConfigureAwait(false))
                    await _counters.CalmAsync(burning.Anomaly, now, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<bool> IsCalmAsync(IBudgetFirewall firewall, BurningCounter burning, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var state = await StateAsync(firewall, burning.Scope, burning.Partition, burning.BudgetId, cancellationToken).ConfigureAwait(false);
        if (state is not { TimeLeft: { Ticks: > 0 } timeLeft } || state.PeriodStart != burning.Period)
            return true;
        var lastHour = await _counters.SumAsync(burning.Id, burning.Scope.Kind == LedgerScopes.Global ? null : burning.ScopeId, now - BurnRule.Long, cancellationToken).ConfigureAwait(false);
        return BurnRule.IsCalm(_rule.Expected(AmountOf(state.Remaining, state.Unit), timeLeft), lastHour);
    }

    // A budget that is no longer there, or that partitions were given or taken, is nothing to look at.
    private static async ValueTask<BudgetState?> StateAsync(IBudgetFirewall firewall, BudgetScope scope, string? partition, string budgetId, CancellationToken cancellationToken)
    {
        try
        {
            return (await firewall.GetStatusAsync(scope, partition, cancellationToken).ConfigureAwait(false)).Budgets.FirstOrDefault(state => state.BudgetId == budgetId);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static long AmountOf(decimal amount, string? unit) => (long)Math.Min(amount * (unit is null ? LedgerEntry.NanosPerUnit : MicrosPerUnit), long.MaxValue);
}
