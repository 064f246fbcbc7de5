using System.Globalization;
using System.Text;

namespace BudgetFirewall.Storage;

/// <summary>The prices of an entry's lines as one text, which is equal for entries that were priced alike.</summary>
internal static class PriceList
{
    /// <summary>The line of a cost that the caller has given.</summary>
    public const string GivenCost = "cost";

    private const string Rounding = "rounding";

    public static string Of(LedgerEntry entry)
    {
        var list = new StringBuilder().Append(entry.Currency);
        foreach (var line in entry.Lines)
            list.Append(CultureInfo.InvariantCulture, $";{line.Name.Length}:{line.Name}={PriceOf(line)}");
        return list.ToString();
    }

    /// <summary>The price of one unit as text; null for an amount that was given or rounded, which is no price.</summary>
    public static string? PriceOf(CostLine line) => HasPrice(line) ? Text(line.UnitPrice) : null;

    /// <summary>False for an amount that was given or rounded, which is no price.</summary>
    public static bool HasPrice(CostLine line) => line is not { Name: GivenCost or Rounding, Quantity: 1 } || line.UnitPrice != line.Amount;

    /// <summary>The shortest exact text: a product has zeros at its end that say nothing.</summary>
    public static string Text(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);

    public static decimal Value(string text) => decimal.Parse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
