namespace BudgetFirewall.Storage;

/// <summary>The sum of what was spent, in currency units, the number of paid calls, and the sum of parts of shared costs.</summary>
/// <param name="Amount">The amount that was spent.</param>
/// <param name="Count">The number of calls.</param>
/// <param name="Allocated">The parts of shared costs.</param>
internal readonly record struct ReportSum(decimal Amount, long Count, decimal Allocated)
{
    public static ReportSum operator +(ReportSum one, ReportSum other) => new(one.Amount + other.Amount, one.Count + other.Count, one.Allocated + other.Allocated);

    public static ReportSum operator -(ReportSum one, ReportSum other) => new(one.Amount - other.Amount, one.Count - other.Count, one.Allocated - other.Allocated);
}
