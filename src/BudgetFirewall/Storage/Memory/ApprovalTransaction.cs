using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>Asks for approvals, ends them and reads them. Counters are entered inside the lock of a partition's approvals, and never the other way round.</summary>
internal sealed class ApprovalTransaction(MemoryBudgetStore store, in StoreTime time)
{
    private readonly StoreTime _time = time;

    public AskApprovalAnswer Ask(AskApprovalCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (call.Counters.Length > DecisionCall.MaxLimits)
            throw new ArgumentException($"A call has at most {DecisionCall.MaxLimits} counters, not {call.Counters.Length}.", nameof(call));
        return store.Approvals.Change(call.Partition, approvals =>
        {
            var expired = Tidy(approvals);
            return new AskApprovalAnswer { Now = _time.Now, Approvals = [.. call.Counters.Select(counter => Ask(call, counter, approvals))], Expired = expired };
        });
    }

    public DecideApprovalAnswer Decide(DecideApprovalCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return store.Approvals.Change(call.Partition, approvals =>
        {
            var expired = Tidy(approvals);
            var (status, record, isReplay) = Decide(call, approvals);
            return new DecideApprovalAnswer { Status = status, Now = _time.Now, IsReplay = isReplay, Approval = record, Expired = expired };
        });
    }

    public ReadApprovalsAnswer Read(ReadApprovalsCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var now = _time.Now;
        if (store.Approvals.Find(call.Partition) is not { } approvals)
            return new() { Now = now, Approvals = [] };
        lock (approvals.Lock)
        {
            if (!call.Ids.IsDefault)
                return new() { Now = now, Approvals = [.. call.Ids.Select(approvals.Find).OfType<ApprovalRecord>().Select(record => record.At(now))] };
            // One more than asked for tells whether there is more.
            List<ApprovalRecord> listed = [.. approvals.After(call.After).Select(record => record.At(now)).Where(record => call.State is null || record.State == call.State).Take(call.Count + 1)];
            var last = listed.Count > call.Count ? listed[call.Count - 1] : null;
            return new() { Now = now, Approvals = [.. listed.Take(call.Count)], Next = last is null ? null : new(last.RequestedAt, last.Id) };
        }
    }

    private ImmutableArray<ApprovalRecord> Tidy(PartitionApprovals approvals)
    {
        ImmutableArray<ApprovalRecord> expired = [.. approvals.Expire(_time.Now)];
        approvals.Forget(_time.Now);
        return expired;
    }

    private AskedApproval Ask(AskApprovalCall call, in AskedCounter counter, PartitionApprovals approvals)
    {
        var now = _time.Now;
        if (!counter.Period.Contains(now) || AllowanceOf(call.Partition, counter) != counter.Reading.Allowance)
            return new(Id: null, IsOutdated: true);
        if (approvals.LastOf(counter, out var silentUntil) is { State: ApprovalState.Pending } pending)
            return new(pending.Id);
        if (silentUntil > now || approvals.PendingOf(counter.Rule.Id) >= AskApprovalCall.MaxPending)
            return new(Id: null);
        var made = counter.AskedAt(now, call);
        approvals.Add(made);
        return new(made.Id, made);
    }

    private (DecideApprovalStatus Status, ApprovalRecord? Record, bool IsReplay) Decide(DecideApprovalCall call, PartitionApprovals approvals)
    {
        if (approvals.Find(call.Approval.Id) is not { } record)
            return (DecideApprovalStatus.NotFound, null, false);
        if (record.State != ApprovalState.Pending)
            return record.Fingerprint == call.Fingerprint ? (DecideApprovalStatus.Done, record, true) : (DecideApprovalStatus.Conflict, record, false);
        if (call.Amount > 0 && !TryGrant(call, record))
            return (DecideApprovalStatus.OutOfRange, record, false);
        var ended = call.EndedAt(_time.Now, record);
        approvals.End(ended, call.State == ApprovalState.Denied && call.AskAgainAfter > TimeSpan.Zero ? _time.Now + call.AskAgainAfter : null);
        return (DecideApprovalStatus.Done, ended, false);
    }

    private long AllowanceOf(string? partition, in AskedCounter counter)
    {
        if (store.LimitStates.FindCounter(LimitStateKey.Of(counter.Rule.Family, counter.ScopeId, partition, counter.PeriodStart)) is not { } found)
            return 0;
        found.Enter();
        var allowance = found.Reading.Allowance;
        store.LimitStates.Leave(found);
        return allowance;
    }

    private bool TryGrant(DecideApprovalCall call, ApprovalRecord record)
    {
        var key = LimitStateKey.Of(record.Rule.Family, record.ScopeId, call.Partition, record.PeriodStart);
        while (true)
        {
            var counter = store.LimitStates.GetCounter(key, record.Rule.KeptUntil(record.Period), _time.Ticks);
            counter.Enter();
            if (!counter.IsDropped)
            {
                var hasRoom = call.Amount <= AllowanceCall.MaxAllowance - counter.Allowance;
                if (hasRoom)
                    counter.Grant(call.Amount);
                store.LimitStates.Leave(counter);
                return hasRoom;
            }
            counter.Exit();
        }
    }
}
