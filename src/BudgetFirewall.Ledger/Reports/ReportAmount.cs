using System.Globalization;

namespace BudgetFirewall;

/// <summary>Amounts of reports as text.</summary>
internal static class ReportAmount
{
    /// <summary>The shortest exact text.</summary>
    public static string Text(decimal amount) => amount.ToString("0.#########", CultureInfo.InvariantCulture);
}
