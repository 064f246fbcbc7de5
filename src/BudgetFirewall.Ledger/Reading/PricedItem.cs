using System.Data.Common;

namespace BudgetFirewall.Storage;

/// <summary>One item of a version of prices. Immutable.</summary>
/// <param name="Name">The item, as <c>input_tokens</c>.</param>
/// <param name="UnitPrice">The price of one unit; null for an amount that was given or rounded, which is no price.</param>
internal sealed record PricedItem(string Name, decimal? UnitPrice)
{
    /// <summary>The item of a row of <c>read_prices</c>.</summary>
    public static PricedItem Of(DbDataReader reader) => new(reader.Text(2), reader.OptionalText(3) is { } price ? PriceList.Value(price) : null);
}
