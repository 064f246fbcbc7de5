namespace BudgetFirewall.Conformance;

/// <summary>What charging has brought about; part of the first answer, and of every replay of it.</summary>
public sealed record ModelEffects(decimal Cost)
{
    public List<(string BudgetId, BudgetScope Scope, decimal Threshold)> Warnings { get; } = [];

    public List<(string BudgetId, BudgetScope Scope, decimal Amount)> Overruns { get; } = [];

    /// <summary>The largest overrun of a money budget.</summary>
    public decimal Overrun { get; private set; }

    /// <summary>True when a counter was concerned that the store may have made anew.</summary>
    public bool IsUncertain { get; private set; }

    public void Charge(Budget budget, BudgetScope scope, ModelCounter counter, decimal amount, DateTimeOffset now)
    {
        var (warned, overrun) = counter.Charge(budget, amount);
        IsUncertain |= counter.IsUncertainAt(now);
        Warnings.AddRange(warned.Select(threshold => (budget.Id, scope, threshold)));
        if (overrun == 0)
            return;
        Overruns.Add((budget.Id, scope, overrun));
        Overrun = budget.Unit is null ? Math.Max(Overrun, overrun) : Overrun;
    }
}
