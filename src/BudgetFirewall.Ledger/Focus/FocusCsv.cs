using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The columns of a FOCUS 1.2 file and how each is written. Null is an empty field.</summary>
internal static class FocusCsv
{
    private static readonly (string Name, Func<FocusRow, FocusOptions, string?> Value)[] Columns =
    [
        ("BilledCost", (row, _) => Billed(row)),
        ("BillingAccountId", (_, options) => options.BillingAccountId),
        ("BillingAccountName", (_, options) => options.BillingAccountName),
        ("BillingCurrency", (row, _) => row.Currency),
        ("BillingPeriodEnd", (row, _) => Time(row.BillingPeriod.End)),
        ("BillingPeriodStart", (row, _) => Time(row.BillingPeriod.Start)),
        ("ChargeCategory", (row, _) => row.IsAllocation ? "Adjustment" : "Usage"),
        ("ChargeClass", (row, _) => row.IsCorrection ? "Correction" : null),
        ("ChargeDescription", (row, _) => row.Description),
        ("ChargeFrequency", (row, _) => Frequency(row)),
        ("ChargePeriodEnd", (row, _) => Time(row.End.UtcDateTime)),
        ("ChargePeriodStart", (row, _) => Time(row.Start.UtcDateTime)),
        ("ConsumedQuantity", (row, _) => Number(row.Consumed?.Quantity)),
        ("ConsumedUnit", (row, _) => row.Consumed?.Unit),
        ("ContractedCost", (row, _) => Billed(row)),
        ("EffectiveCost", (row, _) => PriceList.Text(row.Cost)),
        ("InvoiceIssuerName", (row, options) => options.InvoiceIssuer ?? row.Provider),
        ("ListCost", (row, _) => Billed(row)),
        ("ListUnitPrice", (row, _) => Number(row.Price?.UnitPrice)),
        ("PricingQuantity", (row, _) => Number(row.Price?.Quantity)),
        ("PricingUnit", (row, _) => row.PricingUnit),
        ("ProviderName", (row, _) => row.Provider),
        ("PublisherName", (row, _) => row.Provider),
        ("ServiceCategory", (row, options) => options.ServiceCategories.GetValueOrDefault(row.Provider, options.ServiceCategory)),
        ("ServiceName", (row, _) => row.Provider),
        ("SkuId", (row, _) => row.SkuId),
        ("SkuMeter", (row, _) => row.SkuMeter),
        ("SkuPriceId", (row, _) => row.SkuPriceId),
        ("SubAccountId", (row, _) => row.SubAccount),
        ("SubAccountName", (row, _) => row.SubAccount),
        ("Tags", (row, _) => Tags(row.Tags)),
        ("x_AllocatedMethodDetails", (row, _) => row.AllocatedDetails),
        ("x_AllocatedMethodId", (row, _) => row.AllocatedMethod),
        ("x_EntryId", (row, _) => row.EntryId),
        ("x_EntryKind", (row, _) => row.EntryKind),
        ("x_Operation", (row, _) => row.Operation),
        ("x_OperationId", (row, _) => row.OperationId),
        ("x_Partition", (row, _) => row.Partition),
    ];

    // Nothing is put into a page: the text stays readable.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The line of headings.</summary>
    public static string Head => CsvText.Line(Columns.Select(column => (string?)column.Name));

    public static string Line(FocusRow row, FocusOptions options) => CsvText.Line(Columns.Select(column => column.Value(row, options)));

    // The bill that is shared is somebody else's row: with the cost here, a sum of bills would have it twice.
    private static string Billed(FocusRow row) => PriceList.Text(row.IsAllocation ? 0 : row.Cost);

    private static string? Number(decimal? value) => value is { } number ? PriceList.Text(number) : null;

    private static string Frequency(FocusRow row)
    {
        if (row.IsAllocation)
            return row.IsRecurring ? "Recurring" : "One-Time";
        return "Usage-Based";
    }

    private static string Time(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static string? Tags(IReadOnlyDictionary<string, string> tags)
    {
        if (tags.Count == 0)
            return null;
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Readable))
        {
            json.WriteStartObject();
            foreach (var (key, value) in tags.OrderBy(tag => tag.Key, StringComparer.Ordinal))
                json.WriteString(key, value);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
