namespace BudgetFirewall.Sample.Log;

/// <summary>A line of the log that was skipped, and why.</summary>
public sealed record BadLine(int Line, string Reason)
{
    public override string ToString() => $"line {Line}: {Reason}";
}
