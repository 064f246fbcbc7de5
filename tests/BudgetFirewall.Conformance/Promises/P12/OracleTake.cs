namespace BudgetFirewall.Conformance;

/// <summary>What was taken at a time; a settlement changes the amount.</summary>
public sealed class OracleTake(DateTimeOffset at)
{
    public DateTimeOffset At { get; } = at;

    public decimal Amount { get; set; }
}
