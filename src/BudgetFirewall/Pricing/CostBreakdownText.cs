using System.Globalization;

namespace BudgetFirewall;

/// <summary>Writes a breakdown as a table for people: one line each, numbers aligned at their points, invariant culture.</summary>
internal static class CostBreakdownText
{
    private const string NumberFormat = "#,0.############################";

    public static string Of(CostBreakdown breakdown)
    {
        var lines = breakdown.Lines;
        string[] names = [.. lines.Select(line => line.Name), breakdown.IsUnknown ? "total, at least" : "total"];
        var nameWidth = names.Max(name => name.Length);
        var quantities = Aligned(lines.Select(line => line.Quantity));
        var prices = Aligned(lines.Select(line => line.UnitPrice));
        var amounts = Aligned(lines.Select(line => line.Amount).Append(breakdown.Total));
        var rows = lines.Select((_, i) => $"{names[i].PadRight(nameWidth)}  {quantities[i]} × {prices[i]} = {amounts[i]}".TrimEnd());
        var gap = lines.Count == 0 ? 0 : "  ".Length + quantities[0].Length + " × ".Length + prices[0].Length;
        var total = $"{names[^1].PadRight(nameWidth + gap)} = {amounts[^1].TrimEnd()} {breakdown.Currency}";
        return string.Join('\n', rows.Append(total));
    }

    private static string[] Aligned(IEnumerable<decimal> values)
    {
        string[] texts = [.. values.Select(value => value.ToString(NumberFormat, CultureInfo.InvariantCulture))];
        var before = texts.Select(BeforePoint).DefaultIfEmpty().Max();
        var after = texts.Select(text => text.Length - BeforePoint(text)).DefaultIfEmpty().Max();
        return [.. texts.Select(text => text.PadLeft(text.Length + before - BeforePoint(text)).PadRight(before + after))];
    }

    private static int BeforePoint(string text) => text.IndexOf('.', StringComparison.Ordinal) is var point and >= 0 ? point : text.Length;
}
