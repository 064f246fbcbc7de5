namespace BudgetFirewall;

/// <summary>Prices and units as FOCUS wants them: a price is not below zero, and quantity times price is the cost.</summary>
internal static class FocusPrice
{
    /// <summary>The quantity and the price of one whose product is an amount: those given, or else the amount once.</summary>
    public static (decimal Quantity, decimal UnitPrice) Of(decimal amount, decimal quantity, decimal unitPrice)
    {
        if (!IsProduct(amount, quantity, unitPrice))
            return Of(amount);
        return unitPrice < 0 ? (-quantity, -unitPrice) : (quantity, unitPrice);
    }

    /// <summary>An amount once; below zero once less.</summary>
    public static (decimal Quantity, decimal UnitPrice) Of(decimal amount) => amount < 0 ? (-1, -amount) : (1, amount);

    /// <summary>The unit of an item of a cost, as the unit format of FOCUS has it.</summary>
    public static string UnitOf(string item) => item switch
    {
        UsageUnits.Request => "Requests",
        UsageUnits.Kilobytes => "KiB",
        UsageUnits.Megabytes => "MiB",
        UsageUnits.Image => "Images",
        "record" or "records" => "Records",
        _ when item.EndsWith("_tokens", StringComparison.Ordinal) => "Tokens",
        _ => "Units",
    };

    private static bool IsProduct(decimal amount, decimal quantity, decimal unitPrice)
    {
        try
        {
            return quantity * unitPrice == amount;
        }
        catch (OverflowException)
        {
            return false;
        }
    }
}
