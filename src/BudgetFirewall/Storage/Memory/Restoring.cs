namespace BudgetFirewall.Storage;

/// <summary>Puts what an earlier store has had into a new one.</summary>
internal readonly ref struct Restoring(MemoryBudgetStore store, in StoreTime time)
{
    private readonly StoreTime _time = time;

    public void Run(StoreImage image)
    {
        foreach (var counter in image.Counters)
            Restore(counter);
        foreach (var operation in image.Operations)
            Restore(operation);
        foreach (var limits in image.Limits.GroupBy(limit => limit.Partition))
            _ = store.Catalog.Set(limits.Key, store.Catalog.VersionOf(limits.Key), [.. limits.Select(limit => limit.Limit)]);
        foreach (var document in image.Documents)
            _ = store.Documents.Write(document.Partition, document.Name, expectedVersion: "", document.Content, document.ExpiresAt, _time.Now);
        foreach (var approval in image.Approvals)
            Restore(approval);
    }

    private void Restore(in RestoredCounter restored)
    {
        var key = new LimitStateKey(restored.Family, restored.Family.GetHashCode(StringComparison.Ordinal), restored.ScopeId, restored.Partition, restored.PeriodStart);
        var counter = store.LimitStates.GetCounter(key, restored.KeptUntil, _time.Ticks);
        counter.Enter();
        try
        {
            counter.Restore(restored.Spent, restored.Allowance);
        }
        finally
        {
            store.LimitStates.Leave(counter);
        }
    }

    private void Restore(in RestoredOperation restored)
    {
        if (restored.RememberedUntil <= _time.Now)
            return;
        var space = restored.Kind is null ? OperationSpace.Allowance : OperationSpace.Shared;
        var key = new OperationKey(restored.Partition, restored.OperationScope, OperationId.Of(restored.OperationId), space);
        var operations = store.OperationsOf(key);
        lock (operations.Lock)
            operations.Remember(key, RecordOf(restored));
    }

    private static RememberedOperation RecordOf(in RestoredOperation restored) => restored.Kind is { } kind
        ? new OperationRecord(new DecisionCall
        {
            Kind = kind, OperationId = restored.OperationId, CatalogVersion = "", CostNanos = restored.Amount, IsCostUnknown = restored.IsCostUnknown,
        })
        {
            DropAtTicks = restored.RememberedUntil.UtcTicks,
        }
        : new AllowanceRecord(fingerprint: 0, restored.Amount) { DropAtTicks = restored.RememberedUntil.UtcTicks };

    private void Restore(in RestoredApproval restored)
    {
        var (partition, approval, silentUntil) = restored;
        if (approval.KeptUntil <= _time.Now)
            return;
        _ = store.Approvals.Change(partition, approvals =>
        {
            approvals.Add(approval with { State = ApprovalState.Pending });
            if (approval.State != ApprovalState.Pending)
                approvals.End(approval, silentUntil);
            return approval;
        });
    }
}
