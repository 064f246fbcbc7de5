using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace BudgetFirewall.Storage;

/// <summary>Takes amounts out of counters of any periods. A counter that is gone stays gone.</summary>
internal ref struct CorrectionTransaction(MemoryBudgetStore store, in StoreTime time, CorrectionCall call)
{
    private readonly StoreTime _time = time;
    private LimitStateSet _states = new();

    public CorrectionAnswer Run()
    {
        ArgumentNullException.ThrowIfNull(call);
        call.Check();
        var key = OperationKey.Of(call);
        var operations = store.OperationsOf(key);
        lock (operations.Lock)
        {
            if (operations.Find(key, _time.Ticks) is CorrectionRecord record)
                return record.IsSame(call) ? Done(record, isReplay: true) : new() { Status = CorrectionStatus.Conflict, Now = _time.Now };
            if (_time.Now >= call.NotAfter)
                return new() { Status = CorrectionStatus.TooLate, Now = _time.Now };
            var done = new CorrectionRecord(call.Fingerprint, WholeMicroseconds(_time.Now), Take()) { DropAtTicks = (_time.Now + call.Retention).UtcTicks };
            operations.Remember(key, done);
            return Done(done, isReplay: false);
        }
    }

    private ImmutableArray<long> Take()
    {
        Enter();
        var moved = new long[call.Counters.Length];
        for (var i = 0; i < moved.Length; i++)
        {
            if (_states[i] is Counter counter)
                moved[i] = counter.GiveBack(call.Counters[i].Amount);
        }
        _states.Leave(store.LimitStates);
        return ImmutableCollectionsMarshal.AsImmutableArray(moved);
    }

    private CorrectionAnswer Done(CorrectionRecord record, bool isReplay)
    {
        Enter();
        var readings = new LimitReading?[call.Counters.Length];
        for (var i = 0; i < readings.Length; i++)
        {
            if (_states[i] is not Counter counter)
                continue;
            counter.PurgeHolds(_time.Milliseconds);
            readings[i] = counter.Reading;
        }
        _states.Leave(store.LimitStates);
        return new()
        {
            Status = CorrectionStatus.Done,
            Now = _time.Now,
            IsReplay = isReplay,
            DoneAt = record.DoneAt,
            Moved = record.Moved,
            Readings = ImmutableCollectionsMarshal.AsImmutableArray(readings),
        };
    }

    private void Enter()
    {
        do
        {
            for (var i = 0; i < call.Counters.Length; i++)
                _states[i] = store.LimitStates.FindCounter(KeyOf(call.Counters[i]));
        }
        while (!_states.TryEnter(call.Counters.Length, store.LimitStates));
    }

    private readonly LimitStateKey KeyOf(in CorrectedCounter counter) =>
        new(counter.Family, counter.Family.GetHashCode(StringComparison.Ordinal), counter.Scope.Id, call.Partition, counter.PeriodStart);

    private static DateTimeOffset WholeMicroseconds(DateTimeOffset time) => time.AddTicks(-(time.UtcTicks % TimeSpan.TicksPerMicrosecond));
}
