namespace BudgetFirewall.Storage;

/// <summary>The sums of some entries: spent in each quarter of an hour, and moved in each counter. Not thread-safe.</summary>
internal sealed class RollUps
{
    private readonly Dictionary<(long Kind, long Quarter, long Scope), Sum> _scopes = [];
    private readonly Dictionary<(long Quarter, long Attribution), Sum> _attributions = [];
    private readonly Dictionary<long, (long Moved, long Allowance)> _counters = [];

    public void Add(LedgerEntry entry, long attribution, IReadOnlyList<(long Kind, long Scope)> scopes, (long Kind, long Scope) global)
    {
        if (SumOf(entry) is not { } sum)
            return;
        var quarter = LedgerTime.Quarter(entry.TimeMicroseconds);
        Add(_attributions, (quarter, attribution), sum);
        Add(_scopes, (global.Kind, quarter, global.Scope), sum);
        foreach (var (kind, scope) in scopes)
            Add(_scopes, (kind, quarter, scope), sum);
    }

    /// <summary>Adds what an entry has moved in a counter.</summary>
    public void Move(long counter, long moved)
    {
        var total = _counters.GetValueOrDefault(counter);
        _counters[counter] = total with { Moved = total.Moved + moved };
    }

    /// <summary>Adds what an entry has added to the allowance of a counter.</summary>
    public void Grant(long counter, long amount)
    {
        var total = _counters.GetValueOrDefault(counter);
        _counters[counter] = total with { Allowance = total.Allowance + amount };
    }

    /// <summary>
    /// The rows, those apart of which none can be there: they are written without being looked for. Nobody else writes meanwhile, so these are the sums of quarters after the newest that a kind has, and those of new counters.
    /// </summary>
    /// <param name="newest">The newest quarters that the ledger has sums of.</param>
    /// <param name="newCounters">The counters that were added with these entries.</param>
    public IEnumerable<LedgerRows> Rows(NewestQuarters newest, HashSet<long> newCounters)
    {
        var (newScopes, scopes) = (OfScopes(""), OfScopes(
            "on conflict (kind_id, quarter, scope_id) do update set amount_nanos = ledger_scope_rollups.amount_nanos + excluded.amount_nanos, calls = ledger_scope_rollups.calls + excluded.calls, "
            + "allocated_nanos = ledger_scope_rollups.allocated_nanos + excluded.allocated_nanos"));
        foreach (var ((kind, quarter, scope), sum) in _scopes.OrderBy(row => row.Key))
            (quarter > newest.OfScopes(kind) ? newScopes : scopes).Add([kind, quarter, scope, sum.AmountNanos, sum.Calls, sum.AllocatedNanos]);
        var (newAttributions, attributions) = (OfAttributions(""), OfAttributions(
            "on conflict (quarter, attribution_id) do update set amount_nanos = ledger_rollups.amount_nanos + excluded.amount_nanos, calls = ledger_rollups.calls + excluded.calls, "
            + "allocated_nanos = ledger_rollups.allocated_nanos + excluded.allocated_nanos"));
        foreach (var ((quarter, attribution), sum) in _attributions.OrderBy(row => row.Key))
            (quarter > newest.OfAttributions ? newAttributions : attributions).Add([quarter, attribution, sum.AmountNanos, sum.Calls, sum.AllocatedNanos]);
        var (newTotals, totals) = (OfCounters(""), OfCounters(
            "on conflict (counter_id) do update set moved = ledger_counter_totals.moved + excluded.moved, allowance = ledger_counter_totals.allowance + excluded.allowance"));
        foreach (var (counter, (moved, allowance)) in _counters.OrderBy(row => row.Key))
            (newCounters.Contains(counter) ? newTotals : totals).Add([counter, moved, allowance]);
        return [newScopes, scopes, newAttributions, attributions, newTotals, totals];
    }

    private static LedgerRows OfScopes(string onConflict) => new("ledger_scope_rollups", ["kind_id", "quarter", "scope_id", "amount_nanos", "calls", "allocated_nanos"], [], onConflict);

    private static LedgerRows OfAttributions(string onConflict) => new("ledger_rollups", ["quarter", "attribution_id", "amount_nanos", "calls", "allocated_nanos"], [], onConflict);

    private static LedgerRows OfCounters(string onConflict) => new("ledger_counter_totals", ["counter_id", "moved", "allowance"], [], onConflict);

    /// <summary>What an entry adds to sums; null for one that neither spends nor is a part of a shared cost.</summary>
    private static Sum? SumOf(LedgerEntry entry)
    {
        if (entry.Kind == LedgerEntryKind.Allocation)
            return new(0, 0, entry.AmountNanos);
        return LedgerKinds.IsCost(entry.Kind) ? new(entry.AmountNanos, LedgerKinds.IsCall(entry.Kind) ? 1 : 0, 0) : null;
    }

    private static void Add<TKey>(Dictionary<TKey, Sum> sums, TKey key, Sum added) where TKey : notnull
    {
        var sum = sums.GetValueOrDefault(key);
        sums[key] = new(sum.AmountNanos + added.AmountNanos, sum.Calls + added.Calls, sum.AllocatedNanos + added.AllocatedNanos);
    }

    private readonly record struct Sum(long AmountNanos, long Calls, long AllocatedNanos);
}
