namespace BudgetFirewall.Tool;

/// <summary>A counter, and the amount that was moved in it.</summary>
internal sealed record CounterAnswer(string Family, string Scope, DateTimeOffset? PeriodStart, string? Unit, string Amount)
{
    public static CounterAnswer Of(LedgerCounter counter) => new(counter.Family, counter.Scope.ToString(), counter.PeriodStart, counter.Unit, Texts.Of(counter.Amount));

    public static CounterAnswer Of(CorrectedAmount counter) => new(counter.Family, counter.Scope.ToString(), counter.PeriodStart, counter.Unit, Texts.Of(counter.Amount));
}
