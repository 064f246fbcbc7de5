namespace BudgetFirewall.Storage;

/// <summary>The sums of some entries: spent in each quarter of an hour, and moved in each counter. Not thread-safe.</summary>
internal sealed class RollUps
{
    private readonly Dictionary<(long Kind, long Quarter, long Scope), Sum> _scopes = [];
    private readonly Dictionary<(long Quarter, long Attribution), Sum> _attributions = [];
    private readonly Dictionary<long, (long Moved, long Allowance)> _counters = [];

    public void Add(LedgerEntry entry, long attribution, IReadOnlyList<(long Kind, long Scope)> scopes, (long Kind, long Scope) global)
    {
        if (!LedgerKinds.IsCost(entry.Kind))
            return;
        var quarter = LedgerTime.Quarter(entry.TimeMicroseconds);
        var calls = LedgerKinds.IsCall(entry.Kind) ? 1 : 0;
        Add(_attributions, (quarter, attribution), entry.AmountNanos, calls);
        Add(_scopes, (global.Kind, quarter, global.Scope), entry.AmountNanos, calls);
        foreach (var (kind, scope) in scopes)
            Add(_scopes, (kind, quarter, scope), entry.AmountNanos, calls);
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

    public IEnumerable<LedgerRows> Rows()
    {
        var scopes = new LedgerRows(
            "ledger_scope_rollups", ["kind_id", "quarter", "scope_id", "amount_nanos", "calls"], [],
            "on conflict (kind_id, quarter, scope_id) do update set amount_nanos = ledger_scope_rollups.amount_nanos + excluded.amount_nanos, calls = ledger_scope_rollups.calls + excluded.calls");
        foreach (var ((kind, quarter, scope), sum) in _scopes.OrderBy(row => row.Key))
            scopes.Add([kind, quarter, scope, sum.AmountNanos, sum.Calls]);
        var attributions = new LedgerRows(
            "ledger_rollups", ["quarter", "attribution_id", "amount_nanos", "calls"], [],
            "on conflict (quarter, attribution_id) do update set amount_nanos = ledger_rollups.amount_nanos + excluded.amount_nanos, calls = ledger_rollups.calls + excluded.calls");
        foreach (var ((quarter, attribution), sum) in _attributions.OrderBy(row => row.Key))
            attributions.Add([quarter, attribution, sum.AmountNanos, sum.Calls]);
        var counters = new LedgerRows(
            "ledger_counter_totals", ["counter_id", "moved", "allowance"], [],
            "on conflict (counter_id) do update set moved = ledger_counter_totals.moved + excluded.moved, allowance = ledger_counter_totals.allowance + excluded.allowance");
        foreach (var (counter, (moved, allowance)) in _counters.OrderBy(row => row.Key))
            counters.Add([counter, moved, allowance]);
        return [scopes, attributions, counters];
    }

    private static void Add<TKey>(Dictionary<TKey, Sum> sums, TKey key, long amountNanos, int calls) where TKey : notnull
    {
        var sum = sums.GetValueOrDefault(key);
        sums[key] = new(sum.AmountNanos + amountNanos, sum.Calls + calls);
    }

    private readonly record struct Sum(long AmountNanos, long Calls);
}
