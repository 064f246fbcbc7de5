using BudgetFirewall.Sample.Log;

namespace BudgetFirewall.Sample.Replay;

/// <summary>What became of one call of the log.</summary>
public sealed record CallOutcome
{
    public required UsageLogEntry Call { get; init; }

    /// <summary>Why the call was denied; null for one that was made.</summary>
    public BudgetDecision? Denial { get; init; }

    /// <summary>What the call was charged; null for one that was denied.</summary>
    public ChargeReceipt? Receipt { get; init; }

    /// <summary>What had been set aside for it.</summary>
    public decimal Reserved { get; init; }

    public decimal Cost => Receipt?.Cost ?? 0;
}
