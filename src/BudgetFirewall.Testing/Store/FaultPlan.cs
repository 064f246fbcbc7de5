namespace BudgetFirewall.Testing;

/// <summary>Chooses the fault and the latency of each call. Thread-safe; random choices follow the seed, in the order of the calls.</summary>
internal sealed class FaultPlan(int seed)
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private readonly Queue<(StoreCalls Calls, IStoreFault? Fault)> _next = new();
    private readonly List<(StoreCalls Calls, double Share, IStoreFault Fault)> _lasting = [];
    private Func<StoreCalls, IStoreFault?>? _chooser;
    private (StoreCalls Calls, TimeSpan Least, TimeSpan Most) _latency;

    public void Next(StoreCalls calls, IStoreFault? fault)
    {
        lock (_lock)
            _next.Enqueue((calls, fault));
    }

    public void Add(StoreCalls calls, double share, IStoreFault fault)
    {
        lock (_lock)
            _lasting.Insert(0, (calls, share, fault));
    }

    public void Choose(Func<StoreCalls, IStoreFault?> chooser)
    {
        lock (_lock)
            _chooser = chooser;
    }

    public void Slow(StoreCalls calls, TimeSpan least, TimeSpan most)
    {
        lock (_lock)
            _latency = (calls, least, most);
    }

    public void Clear()
    {
        lock (_lock)
        {
            _next.Clear();
            _lasting.Clear();
            _chooser = null;
            _latency = default;
        }
    }

    public (IStoreFault? Fault, TimeSpan Latency) For(StoreCalls kind)
    {
        lock (_lock)
            return (FaultFor(kind), LatencyFor(kind));
    }

    private IStoreFault? FaultFor(StoreCalls kind)
    {
        if (_next.TryPeek(out var next) && next.Calls.HasFlag(kind))
            return _next.Dequeue().Fault;
        foreach (var (calls, share, fault) in _lasting)
        {
            if (calls.HasFlag(kind) && (share >= 1 || _random.NextDouble() < share))
                return fault;
        }
        return _chooser?.Invoke(kind);
    }

    private TimeSpan LatencyFor(StoreCalls kind) =>
        _latency.Calls.HasFlag(kind) && _latency.Most > TimeSpan.Zero
            ? _latency.Least + ((_latency.Most - _latency.Least) * _random.NextDouble())
            : TimeSpan.Zero;
}
