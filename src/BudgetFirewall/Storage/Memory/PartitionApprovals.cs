namespace BudgetFirewall.Storage;

/// <summary>The approvals of one partition. Whoever calls a method holds <see cref="Lock"/>.</summary>
internal sealed class PartitionApprovals
{
    private readonly Dictionary<string, ApprovalRecord> _records = new(StringComparer.Ordinal);
    private readonly SortedSet<ApprovalPlace> _byTime = [];
    // Pending ones by their end, and all by the time until which they are kept.
    private readonly SortedSet<ApprovalPlace> _pendingByEnd = [];
    private readonly SortedSet<ApprovalPlace> _byKeptUntil = [];
    private readonly Dictionary<CounterName, LastAsked> _asked = [];
    private readonly Dictionary<string, int> _pendingOf = new(StringComparer.Ordinal);

    public Lock Lock { get; } = new();

    /// <summary>True once nobody uses the object any more.</summary>
    public bool IsDropped { get; set; }

    public int Count => _records.Count;

    public ApprovalRecord? Find(string id) => _records.GetValueOrDefault(id);

    /// <summary>The approvals behind a place, in the order in which they were asked for.</summary>
    public IEnumerable<ApprovalRecord> After(ApprovalPlace? place)
    {
        var places = place is { } after && _byTime.Count > 0 ? after < _byTime.Max ? _byTime.GetViewBetween(after, _byTime.Max) : [] : _byTime;
        return places.Where(found => found != place).Select(found => _records[found.Id]);
    }

    /// <summary>The approval that was asked for last for a counter; null when there is none, and then the time until which none is asked for, if there is one.</summary>
    public ApprovalRecord? LastOf(in AskedCounter counter, out DateTimeOffset? silentUntil)
    {
        silentUntil = null;
        if (!_asked.TryGetValue(CounterName.Of(counter.Rule, counter.ScopeId, counter.PeriodStart), out var last))
            return null;
        silentUntil = last.SilentUntil;
        return _records.GetValueOrDefault(last.Id);
    }

    /// <summary>The number of pending approvals of a budget.</summary>
    public int PendingOf(string budgetId) => _pendingOf.GetValueOrDefault(budgetId);

    public void Add(ApprovalRecord record)
    {
        _records.Add(record.Id, record);
        _byTime.Add(new(record.RequestedAt, record.Id));
        _pendingByEnd.Add(new(record.ExpiresAt, record.Id));
        _byKeptUntil.Add(new(record.KeptUntil, record.Id));
        _asked[CounterName.Of(record)] = new(record.Id, SilentUntil: null);
        _pendingOf[record.Rule.Id] = PendingOf(record.Rule.Id) + 1;
    }

    /// <summary>Replaces a pending approval by the same one that has ended.</summary>
    /// <param name="ended">The approval as it has ended.</param>
    /// <param name="silentUntil">The time until which its counter asks for none; null: it may ask at once.</param>
    public void End(ApprovalRecord ended, DateTimeOffset? silentUntil)
    {
        var pending = _records[ended.Id];
        _records[ended.Id] = ended;
        _pendingByEnd.Remove(new(pending.ExpiresAt, pending.Id));
        _byKeptUntil.Remove(new(pending.KeptUntil, pending.Id));
        _byKeptUntil.Add(new(ended.KeptUntil, ended.Id));
        if (silentUntil is not null)
            _asked[CounterName.Of(ended)] = new(ended.Id, silentUntil);
        if (PendingOf(ended.Rule.Id) is var count and > 1)
            _pendingOf[ended.Rule.Id] = count - 1;
        else
            _pendingOf.Remove(ended.Rule.Id);
    }

    /// <summary>Stores as expired what is pending and past its end, and gives it.</summary>
    public List<ApprovalRecord> Expire(DateTimeOffset now)
    {
        var expired = new List<ApprovalRecord>();
        while (_pendingByEnd.Count > 0 && _pendingByEnd.Min.RequestedAt <= now)
        {
            var record = _records[_pendingByEnd.Min.Id].At(now);
            End(record, silentUntil: null);
            expired.Add(record);
        }
        return expired;
    }

    /// <summary>Forgets what is past its time.</summary>
    public void Forget(DateTimeOffset now)
    {
        while (_byKeptUntil.Count > 0 && _byKeptUntil.Min.RequestedAt <= now)
        {
            var record = _records[_byKeptUntil.Min.Id];
            if (record.State == ApprovalState.Pending)
                End(record.At(now), silentUntil: null);
            _byKeptUntil.Remove(new(record.KeptUntil, record.Id));
            _byTime.Remove(new(record.RequestedAt, record.Id));
            _records.Remove(record.Id);
            if (_asked.TryGetValue(CounterName.Of(record), out var last) && last.Id == record.Id)
                _asked.Remove(CounterName.Of(record));
        }
    }

    private sealed record LastAsked(string Id, DateTimeOffset? SilentUntil);

    private readonly record struct CounterName(string Family, string ScopeId, DateTime PeriodStart)
    {
        public static CounterName Of(ApprovalRecord record) => Of(record.Rule, record.ScopeId, record.PeriodStart);

        public static CounterName Of(CounterRule rule, string scopeId, DateTime periodStart) => new(rule.Family.Name, scopeId, periodStart);
    }
}
