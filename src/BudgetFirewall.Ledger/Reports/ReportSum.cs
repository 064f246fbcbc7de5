namespace BudgetFirewall.Storage;

/// <summary>The sum of what was spent, in currency units, and the number of paid calls.</summary>
/// <param name="Amount">The amount.</param>
/// <param name="Count">The number of calls.</param>
internal readonly record struct ReportSum(decimal Amount, long Count)
{
    public static ReportSum operator +(ReportSum one, ReportSum other) => new(one.Amount + other.Amount, one.Count + other.Count);

    public static ReportSum operator -(ReportSum one, ReportSum other) => new(one.Amount - other.Amount, one.Count - other.Count);
}
