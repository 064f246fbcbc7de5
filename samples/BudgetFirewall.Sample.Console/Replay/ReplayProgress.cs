namespace BudgetFirewall.Sample.Replay;

/// <summary>How far a replay is.</summary>
public sealed record ReplayProgress
{
    public required DateTimeOffset Time { get; init; }
    public required int CallsSeen { get; init; }
    public required int CallsInLog { get; init; }
    public required int Denied { get; init; }
    public required int InFlight { get; init; }
    public required decimal Spent { get; init; }
    public required IReadOnlyList<FiredWarning> Warnings { get; init; }

    /// <summary>The budgets touched so far, as they stood when they were last touched.</summary>
    public required IReadOnlyCollection<BudgetState> Budgets { get; init; }
}
