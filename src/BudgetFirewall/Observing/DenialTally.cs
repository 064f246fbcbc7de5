namespace BudgetFirewall;

/// <summary>Counts the denials of a minute by reason, limit and scope. Not thread-safe.</summary>
internal sealed class DenialTally
{
    /// <summary>The most events that a minute makes; what is beyond them is counted by its reason alone.</summary>
    private const int MostKeys = 1_000;

    private const string AnyLimit = "limits";
    private const string Store = "store";

    private readonly Dictionary<Key, Counted> _counts = [];

    public void Count(BudgetDecision decision, DateTimeOffset now)
    {
        var limit = decision.Limits.FirstOrDefault(limit => VerdictTraits.Of(limit.Verdict).Denies);
        var key = new Key(decision.Outcome, limit?.Kind, limit?.Id, limit?.Scope, decision.Call?.Partition);
        if (_counts.Count >= MostKeys && !_counts.ContainsKey(key))
            (key, limit) = (new(decision.Outcome, null, null, null, null), null);
        var before = _counts.GetValueOrDefault(key);
        _counts[key] = before is null ? new(1, now, now, limit) : before with { Count = before.Count + 1, Last = now };
    }

    /// <summary>The events of what was counted; then it begins anew.</summary>
    public IReadOnlyList<BudgetEvent> Close()
    {
        BudgetEvent[] events = [.. _counts.Select(count => EventOf(count.Key, count.Value))];
        _counts.Clear();
        return events;
    }

    private static BudgetEvent EventOf(Key key, Counted counted)
    {
        var type = key.Outcome == DecisionOutcome.Throttled ? BudgetEventTypes.Throttled : BudgetEventTypes.Denied;
        return new(type, counted.Last, key.LimitId ?? (key.Outcome == DecisionOutcome.StoreUnavailable ? Store : AnyLimit))
        {
            Scope = key.Scope,
            Partition = key.Partition,
            Data = new()
            {
                BudgetId = key.Kind == LimitKind.Budget ? key.LimitId : null,
                RateLimitId = key.Kind == LimitKind.RateLimit ? key.LimitId : null,
                Name = counted.Limit?.Name,
                Scope = key.Scope?.ToString(),
                Partition = key.Partition,
                Unit = counted.Limit?.Unit,
                Outcome = OutcomeTraits.Of(key.Outcome).Name,
                Count = counted.Count,
                FirstAt = counted.First,
                LastAt = counted.Last,
            },
        };
    }

    private readonly record struct Key(DecisionOutcome Outcome, LimitKind? Kind, string? LimitId, BudgetScope? Scope, string? Partition);

    private sealed record Counted(long Count, DateTimeOffset First, DateTimeOffset Last, LimitVerdict? Limit);
}
