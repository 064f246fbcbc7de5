using System.Runtime.InteropServices;

namespace BudgetFirewall.Storage;

/// <summary>Takes up what a provider has said, in every rate limit that it concerns.</summary>
internal ref struct AdaptTransaction(MemoryBudgetStore store, in StoreTime time, AdaptCall call)
{
    private readonly StoreTime _time = time;
    private LimitStateSet _states = new();

    public AdaptAnswer Run()
    {
        if (call.Reports.Length > DecisionCall.MaxLimits)
            throw new ArgumentException($"A call has at most {DecisionCall.MaxLimits} rate limits, not {call.Reports.Length}.", nameof(call));
        if (store.Catalog.VersionOf(call.Partition) != call.CatalogVersion)
            return new() { Now = _time.Now, IsStaleCatalog = true };
        if (call.Validity is { } valid && !valid.Contains(_time.Now))
            return new() { Now = _time.Now, IsOtherTime = true };
        var changes = new AdaptiveChange[call.Reports.Length];
        Enter();
        for (var i = 0; i < changes.Length; i++)
            changes[i] = ((RateLimiter)_states[i]!).Adapt(call.Reports.ItemRef(i), _time);
        _states.Leave(store.LimitStates);
        return new() { Now = _time.Now, Changes = ImmutableCollectionsMarshal.AsImmutableArray(changes) };
    }

    private void Enter()
    {
        do
        {
            for (var i = 0; i < call.Reports.Length; i++)
                _states[i] = store.LimitStates.GetRateLimiter(LimitDemand.Look(call.Reports[i].Rule, call.Reports[i].ScopeId), call.Partition);
        }
        while (!_states.TryEnter(call.Reports.Length, store.LimitStates));
    }
}
