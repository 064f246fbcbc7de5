using System.Globalization;

namespace BudgetFirewall;

/// <summary>Makes the rows of entries and of reports.</summary>
internal sealed class FocusRows(FocusOptions options)
{
    private const string Tenant = "tenant";

    // What the lines of a cost do not explain.
    private const string Rest = "rest";

    // The item of a cost that was given, not priced.
    private const string Given = "cost";

    private const string UsualCurrency = "USD";

    private static readonly string[] NoTags = [LedgerScopes.Provider, Tenant];

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>A row for each line of the entry's cost; one row where it has none. Their costs add up to the entry's amount. None for an entry that spends nothing. A part of a shared cost is one row.</summary>
    /// <exception cref="ArgumentException">The system does not know the time zone.</exception>
    public IEnumerable<FocusRow> Of(LedgerEntry entry)
    {
        if (entry.Kind == LedgerEntryKind.Allocation)
            return [OfAllocation(entry)];
        if (!LedgerKinds.IsCost(entry.Kind))
            return [];
        IReadOnlyList<CostLine> lines = entry.Lines.IsDefaultOrEmpty || entry.Kind == LedgerEntryKind.Correction ? [new(Given, 1, entry.Amount, entry.Amount)] : entry.Lines;
        var rest = entry.Amount - lines.Sum(line => line.Amount);
        return (rest == 0 ? lines : lines.Append(new(Rest, 1, rest, rest))).Select(line => Of(entry, line));
    }

    /// <summary>A row for what was spent in each row of a report, and one for what was allocated in it.</summary>
    /// <exception cref="ArgumentException">A row's span is in more than one billing month.</exception>
    public IEnumerable<FocusRow> Of(LedgerReport report)
    {
        for (var i = 0; i < report.Rows.Length; i++)
        {
            var (row, spent) = (report.Rows[i], Of(report, report.Rows[i], i));
            if (row.Allocated == 0 || row.Amount != 0 || row.Count != 0)
                yield return spent;
            if (row.Allocated != 0)
                yield return AllocatedIn(spent, row.Allocated);
        }
    }

    private static FocusRow AllocatedIn(FocusRow spent, decimal allocated) => new()
    {
        Start = spent.Start,
        End = spent.End,
        BillingPeriod = spent.BillingPeriod,
        Cost = allocated,
        Currency = spent.Currency,
        Provider = spent.Provider,
        Description = "Parts of shared costs",
        IsAllocation = true,
        SubAccount = spent.SubAccount,
        Tags = spent.Tags,
    };

    private FocusRow OfAllocation(LedgerEntry entry)
    {
        var note = AllocationNote.Of(entry);
        var start = SecondOf(entry);
        return new()
        {
            Start = start,
            End = start + Second,
            BillingPeriod = MonthOf(start, options.TimeZone),
            Cost = entry.Amount,
            Currency = entry.Currency,
            Provider = ProviderOf(entry.Provider),
            Description = note is null ? "Part of a shared cost" : $"Part of {note.Source}",
            IsAllocation = true,
            IsRecurring = note?.DaysOf is not null,
            AllocatedMethod = note?.Method,
            AllocatedDetails = entry.After ?? entry.Before,
            SubAccount = entry.Scopes.GetValueOrDefault(Tenant),
            Tags = entry.Scopes.Where(scope => !NoTags.Contains(scope.Key)).ToDictionary(),
            EntryId = entry.Id,
            EntryKind = entry.Kind.ToString(),
            OperationId = entry.OperationId,
            Partition = entry.Partition,
        };
    }

    private static DateTimeOffset SecondOf(LedgerEntry entry) => new(entry.Time.UtcTicks - (entry.Time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    private FocusRow Of(LedgerEntry entry, CostLine line)
    {
        var start = SecondOf(entry);
        var (provider, unit) = (ProviderOf(entry.Provider), FocusPrice.UnitOf(line.Name == Given ? UsageUnits.Request : line.Name));
        var price = FocusPrice.Of(line.Amount, line.Quantity, line.UnitPrice);
        var isWhole = price.Quantity == line.Quantity;
        var sku = string.Join('/', [provider, entry.Model ?? entry.Operation ?? Given, line.Name]);
        return new()
        {
            Start = start,
            End = start + Second,
            BillingPeriod = MonthOf(start, options.TimeZone),
            Cost = line.Amount,
            Currency = entry.Currency,
            Price = price,
            PricingUnit = isWhole ? unit : "Units",
            Consumed = (entry.Kind == LedgerEntryKind.Correction ? 0 : line.Quantity, unit),
            Provider = provider,
            SkuId = sku,
            SkuPriceId = entry.PriceVersion is { } version ? string.Create(CultureInfo.InvariantCulture, $"{sku}/{version}") : sku,
            SkuMeter = line.Name,
            Description = DescriptionOf(entry, line),
            IsCorrection = entry.Kind == LedgerEntryKind.Correction && IsOfEarlierMonth(entry),
            SubAccount = entry.Scopes.GetValueOrDefault(Tenant),
            Tags = entry.Scopes.Where(scope => !NoTags.Contains(scope.Key)).ToDictionary(),
            EntryId = entry.Id,
            EntryKind = entry.Kind.ToString(),
            Operation = entry.Operation,
            OperationId = entry.OperationId,
            Partition = entry.Partition,
        };
    }

    private FocusRow Of(LedgerReport report, LedgerReportRow row, int number)
    {
        var names = report.GroupBy.Zip(row.Names).Where(pair => pair.Second is not null).ToDictionary(pair => pair.First, pair => pair.Second!);
        var (start, end) = report.SpanOf(row);
        var month = MonthOf(start, report.TimeZone);
        if (end.UtcDateTime > month.End)
        {
            throw new ArgumentException(
                $"Row {number} of the report is from {start:yyyy-MM-ddTHH:mmZ} to {end:yyyy-MM-ddTHH:mmZ}, and a row of a FOCUS file lies in one month: ask for a report by the hour, day or month.", nameof(report));
        }
        var provider = ProviderOf(names.GetValueOrDefault(LedgerScopes.Provider));
        var sku = string.Join('/', [provider, names.GetValueOrDefault(LedgerScopes.Model) ?? names.GetValueOrDefault(LedgerScopes.Operation) ?? Given]);
        return new()
        {
            Start = start,
            End = end,
            BillingPeriod = month,
            Cost = row.Amount,
            Currency = options.Currency ?? UsualCurrency,
            Price = FocusPrice.Of(row.Amount),
            PricingUnit = "Units",
            Consumed = (row.Count, "Requests"),
            Provider = provider,
            SkuId = sku,
            SkuPriceId = sku,
            SkuMeter = Given,
            Description = row.IsRest ? "All that is not among the top groups" : $"{row.Count.ToString(CultureInfo.InvariantCulture)} requests",
            SubAccount = names.GetValueOrDefault(Tenant),
            Tags = names.Where(name => !NoTags.Contains(name.Key)).ToDictionary(),
        };
    }

    private static PeriodWindow MonthOf(DateTimeOffset moment, string timeZone) => PeriodWindow.At(BudgetPeriod.Month, moment, timeZone);

    private static string DescriptionOf(LedgerEntry entry, CostLine line) =>
        string.Join(' ', ((string?[])[entry.Kind == LedgerEntryKind.Correction ? "Correction" : null, entry.Operation, entry.Model, line.Name]).Where(text => text is not null));

    private string ProviderOf(string? provider) => provider ?? options.DefaultProvider ?? options.AccountName;

    // An id of an entry begins with its time.
    private bool IsOfEarlierMonth(LedgerEntry entry) =>
        entry.CorrectedEntryId is { } id && LedgerEntryId.TryParse(id, out var corrected)
        && MonthOf(LedgerTime.FromMicroseconds(corrected.Value.TimeMicroseconds), options.TimeZone).End <= MonthOf(entry.Time, options.TimeZone).Start;
}
