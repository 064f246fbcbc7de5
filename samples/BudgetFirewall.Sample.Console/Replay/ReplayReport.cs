using BudgetFirewall.Sample.Log;

namespace BudgetFirewall.Sample.Replay;

/// <summary>What happened in a replay.</summary>
public sealed record ReplayReport
{
    public required string Currency { get; init; }
    public required DateTimeOffset EndedAt { get; init; }
    public required IReadOnlyList<CallOutcome> Outcomes { get; init; }
    public required IReadOnlyList<BadLine> BadLines { get; init; }
    public required IReadOnlyList<FiredWarning> Warnings { get; init; }
    public required IReadOnlyList<BudgetState> Budgets { get; init; }

    public IEnumerable<CallOutcome> Admitted => Outcomes.Where(outcome => outcome.Receipt is not null);
    public IEnumerable<CallOutcome> Denied => Outcomes.Where(outcome => outcome.Denial is not null);

    /// <summary>The sum of all charged costs.</summary>
    public decimal Spent => Outcomes.Sum(outcome => outcome.Cost);

    /// <summary>The calls that cost more than had been set aside for them.</summary>
    public IEnumerable<CallOutcome> AboveEstimate => Admitted.Where(outcome => outcome.Cost > outcome.Reserved);

    /// <summary>What was charged above the limits of hard budgets.</summary>
    public decimal Overrun => Admitted.Sum(outcome => outcome.Receipt!.Overrun);

    /// <summary>How often each budget or rate limit has refused a call, most first. A call refused by several counts at each.</summary>
    public IReadOnlyList<(string Reason, int Calls)> DenialsByReason() =>
        [.. Denied.SelectMany(outcome => Reasons(outcome.Denial!)).CountBy(reason => reason)
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value))];

    /// <summary>Costs added up by a property of the call, most first.</summary>
    public IReadOnlyList<(string Name, int Calls, decimal Cost)> CostBy(Func<UsageLogEntry, string?> key) =>
        [.. Admitted.GroupBy(outcome => key(outcome.Call) ?? "(none)")
            .Select(group => (Name: group.Key, Calls: group.Count(), Cost: group.Sum(outcome => outcome.Cost)))
            .OrderByDescending(row => row.Cost).ThenBy(row => row.Name, StringComparer.Ordinal)];

    /// <summary>Costs of each hour of the log, from its first to its last, by the time the call began.</summary>
    public IReadOnlyList<(DateTimeOffset Hour, decimal Cost)> CostPerHour()
    {
        var costs = Admitted.GroupBy(outcome => HourOf(outcome.Call.Time)).ToDictionary(group => group.Key, group => group.Sum(outcome => outcome.Cost));
        var hours = new List<(DateTimeOffset, decimal)>();
        if (Outcomes.Count > 0)
        {
            for (var hour = HourOf(Outcomes.Min(outcome => outcome.Call.Time)); hour <= HourOf(Outcomes.Max(outcome => outcome.Call.Time)); hour = hour.AddHours(1))
                hours.Add((hour, costs.GetValueOrDefault(hour)));
        }
        return hours;
    }

    private static DateTimeOffset HourOf(DateTimeOffset time) => new(time.UtcDateTime.Date.AddHours(time.UtcDateTime.Hour), TimeSpan.Zero);

    private static IEnumerable<string> Reasons(BudgetDecision denial) =>
    [
        .. denial.DeniedByBudgets.Select(state => $"budget {state.BudgetId} of {state.Scope}"),
        .. denial.DeniedByRateLimits.Select(state => $"rate limit {state.RateLimitId} of {state.Scope}"),
        .. denial.Outcome == DecisionOutcome.StoreUnavailable ? new[] { "store unavailable" } : [],
    ];
}
