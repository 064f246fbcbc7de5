using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>
/// Checks a file by the requirements of FOCUS 1.2 (FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec, tag v1.2, specification/columns and specification/attributes): columns, types, nulls, allowed values, and what columns say of one another.
/// </summary>
internal static partial class FocusValidator
{
    private static readonly Dictionary<string, Func<string, bool>> Mandatory = new()
    {
        ["BilledCost"] = IsNumber, ["BillingAccountId"] = IsText, ["BillingAccountName"] = IsText, ["BillingCurrency"] = IsCurrency, ["BillingPeriodEnd"] = IsTime, ["BillingPeriodStart"] = IsTime,
        ["ChargeCategory"] = OneOf("Usage", "Purchase", "Tax", "Credit", "Adjustment"), ["ChargeClass"] = OneOf("Correction"), ["ChargeDescription"] = IsText, ["ChargePeriodEnd"] = IsTime, ["ChargePeriodStart"] = IsTime,
        ["ContractedCost"] = IsNumber, ["EffectiveCost"] = IsNumber, ["InvoiceIssuerName"] = IsText, ["ListCost"] = IsNumber, ["PricingQuantity"] = IsNumber, ["PricingUnit"] = IsUnit, ["ProviderName"] = IsText,
        ["PublisherName"] = IsText, ["ServiceCategory"] = OneOf([.. FocusOptions.AllowedServiceCategories]), ["ServiceName"] = IsText,
    };

    private static readonly Dictionary<string, Func<string, bool>> Others = new()
    {
        ["ChargeFrequency"] = OneOf("One-Time", "Recurring", "Usage-Based"), ["ConsumedQuantity"] = IsNumber, ["ConsumedUnit"] = IsUnit, ["ListUnitPrice"] = IsPrice, ["SkuId"] = IsText, ["SkuMeter"] = IsText, ["SkuPriceId"] = IsText,
        ["SubAccountId"] = IsText, ["SubAccountName"] = IsText, ["Tags"] = IsKeyValue,
    };

    private static readonly string[] MayBeNull =
        ["BillingAccountName", "ChargeClass", "ChargeDescription", "PricingQuantity", "PricingUnit", "ConsumedQuantity", "ConsumedUnit", "ListUnitPrice", "SkuId", "SkuMeter", "SkuPriceId", "SubAccountId", "SubAccountName", "Tags"];

    /// <summary>All that does not conform, each with its row and column.</summary>
    public static IReadOnlyList<string> Check(FocusTable table)
    {
        var findings = new List<string>();
        findings.AddRange(Mandatory.Keys.Except(table.Columns).Select(column => $"{column} is missing"));
        findings.AddRange(table.Columns.Where(column => !Mandatory.ContainsKey(column) && !Others.ContainsKey(column) && !column.StartsWith("x_", StringComparison.Ordinal)).Select(column => $"{column} is none of FOCUS"));
        findings.AddRange(table.Columns.SkipWhile(column => !column.StartsWith("x_", StringComparison.Ordinal)).Where(column => !column.StartsWith("x_", StringComparison.Ordinal)).Select(column => $"{column} stands behind custom columns"));
        for (var i = 0; i < table.Rows.Count; i++)
        {
            findings.AddRange(CheckValues(table.Rows[i]).Concat(CheckRow(table.Rows[i])).Select(finding => $"row {i}: {finding}"));
        }
        foreach (var prices in table.Rows.Where(row => row.GetValueOrDefault("SkuPriceId") is not null).GroupBy(row => row["SkuPriceId"]!))
        {
            if (prices.Select(row => row["SkuId"]).Distinct().Count() > 1)
                findings.Add($"SkuPriceId {prices.Key} has more than one SkuId");
        }
        foreach (var services in table.Rows.Where(row => row.GetValueOrDefault("ServiceName") is not null).GroupBy(row => row["ServiceName"]!))
        {
            if (services.Select(row => row["ServiceCategory"]).Distinct().Count() > 1)
                findings.Add($"ServiceName {services.Key} has more than one ServiceCategory");
        }
        return findings;
    }

    private static IEnumerable<string> CheckValues(Dictionary<string, string?> row)
    {
        foreach (var (column, isValid) in Mandatory.Concat(Others))
        {
            if (!row.TryGetValue(column, out var value))
                continue;
            if (value is null && !MayBeNull.Contains(column))
                yield return $"{column} is null";
            if (value is not null && !isValid(value))
                yield return $"{column} is '{value}'";
        }
    }

    private static IEnumerable<string> CheckRow(Dictionary<string, string?> row)
    {
        var isPriced = row.GetValueOrDefault("ChargeCategory") is "Usage" or "Purchase" && row.GetValueOrDefault("ChargeClass") != "Correction";
        foreach (var column in new[] { "PricingQuantity", "ListUnitPrice", "SkuId", "SkuPriceId", "ConsumedQuantity" })
        {
            if (isPriced && row.TryGetValue(column, out var value) && value is null)
                yield return $"{column} is null for usage";
        }
        foreach (var (quantity, unit) in new[] { ("PricingQuantity", "PricingUnit"), ("ConsumedQuantity", "ConsumedUnit"), ("SubAccountId", "SubAccountName") })
        {
            if (row.TryGetValue(quantity, out var value) && row.TryGetValue(unit, out var name) && value is null != name is null)
                yield return $"{unit} does not go with {quantity}";
        }
        if (isPriced && Number(row, "ListUnitPrice") is { } price && Number(row, "PricingQuantity") is { } priced && Number(row, "ListCost") != price * priced)
            yield return "ListCost is not ListUnitPrice times PricingQuantity";
        if (Number(row, "ContractedCost") != Number(row, "BilledCost"))
            yield return "ContractedCost is not BilledCost, and there is no ContractedUnitPrice";
        foreach (var (start, end) in new[] { ("BillingPeriodStart", "BillingPeriodEnd"), ("ChargePeriodStart", "ChargePeriodEnd"), ("BillingPeriodStart", "ChargePeriodStart"), ("ChargePeriodEnd", "BillingPeriodEnd") })
        {
            // Times of one form compare as texts.
            if (string.CompareOrdinal(row.GetValueOrDefault(start), row.GetValueOrDefault(end)) is var order && (order > 0 || (order == 0 && start[..6] == end[..6] && start.EndsWith("Start", StringComparison.Ordinal) && end.EndsWith("End", StringComparison.Ordinal))))
                yield return $"{start} is not before {end}";
        }
    }

    private static decimal? Number(Dictionary<string, string?> row, string column) =>
        row.GetValueOrDefault(column) is { } text && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static Func<string, bool> OneOf(params string[] values) => values.Contains;

    private static bool IsText(string value) => !string.IsNullOrWhiteSpace(value);

    private static bool IsNumber(string value) => NumericFormat().IsMatch(value);

    private static bool IsPrice(string value) => IsNumber(value) && value[0] != '-';

    private static bool IsTime(string value) => DateTime.TryParseExact(value, "yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out _);

    private static bool IsCurrency(string value) => Currency().IsMatch(value);

    private static bool IsUnit(string value) => Unit().IsMatch(value);

    private static bool IsKeyValue(string value)
    {
        try
        {
            using var json = JsonDocument.Parse(value);
            var members = json.RootElement.EnumerateObject().ToList();
            return members.DistinctBy(member => member.Name).Count() == members.Count && members.All(member => member.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^-?\d+(\.\d+)?(E-?\d+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex NumericFormat();

    [GeneratedRegex("^[A-Z]{3}$", RegexOptions.CultureInvariant)]
    private static partial Regex Currency();

    // Count-based units are capitalised plurals; data sizes have their abbreviations.
    [GeneratedRegex(@"^(\d+ )?([A-Z][a-z]+s|[KMGTPE]i?[bB]|[bB])(-(Years|Months|Days|Hours|Minutes|Seconds)|/(Year|Month|Day|Hour|Minute|Second))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Unit();
}
