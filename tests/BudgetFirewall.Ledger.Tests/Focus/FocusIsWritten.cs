namespace BudgetFirewall.Ledger.Tests;

public abstract class FocusIsWritten<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private static readonly FocusOptions Acme = new()
    {
        BillingAccountId = "acme-ai", BillingAccountName = "ACME, \"AI\" division", ServiceCategories = new Dictionary<string, string> { ["finnhub"] = "Analytics" }, TimeZone = "Europe/Berlin",
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Any_entries_make_a_file_that_conforms_and_adds_up(int seed)
    {
        var random = new Random(seed);
        var entries = Enumerable.Range(0, 2_300).Select(i => Random(random, i)).ToList();
        await Ledger.AppendAsync(entries);
        var text = new StringWriter();

        var count = await Ledger.WriteFocusAsync(new() { Limit = 7 }, text, Acme);

        var table = FocusTable.Parse(text.ToString());
        FocusValidator.Check(table).Should().BeEmpty();
        table.Rows.Should().HaveCount((int)count);
        table.Sum("BilledCost").Should().Be(entries.Where(IsCost).Sum(entry => entry.Amount));
        table.Rows.GroupBy(row => row["x_EntryId"]!).ToDictionary(rows => rows.Key, rows => rows.Sum(row => decimal.Parse(row["EffectiveCost"]!, System.Globalization.CultureInfo.InvariantCulture)))
            .Should().BeEquivalentTo(entries.Where(IsCost).ToDictionary(entry => entry.Id, entry => entry.Amount));
        table.Rows.Should().Contain(row => row["ChargeClass"] == "Correction").And.Contain(row => row["ProviderName"] == "ACME, \"AI\" division");
    }

    [Fact]
    public async Task A_line_of_a_cost_is_a_row_with_quantity_price_and_tags()
    {
        var entry = Charge("1", 0.0123m, project: "search, \"new\"\r\n") with
        {
            Lines = [new("input_tokens", 1_200, 0.00001m, 0.012m), new("output_tokens", 10, 0.00003m, 0.0003m)],
            Scopes = new Dictionary<string, string> { ["provider"] = "openai", ["model"] = "gpt-5", ["user"] = "alice", ["project"] = "search, \"new\"\r\n", ["tenant"] = "acme" },
        };
        await Ledger.AppendAsync([entry]);

        var rows = await RowsAsync(new());

        rows.Should().HaveCount(2);
        Columns(rows[0], "BilledCost", "PricingQuantity", "ListUnitPrice", "PricingUnit", "ConsumedQuantity", "SkuId", "SkuMeter", "SubAccountId", "Tags", "ServiceCategory", "x_EntryId").Should().Equal(
            "0.012", "1200", "0.00001", "Tokens", "1200", "openai/gpt-5/input_tokens", "input_tokens", "acme",
            """{"model":"gpt-5","project":"search, \"new\"\r\n","user":"alice"}""", "AI and Machine Learning", entry.Id);
        Columns(rows[0], "BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargePeriodEnd").Should().Equal("2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z", "2026-03-10T12:00:00Z", "2026-03-10T12:00:01Z");
        rows.Select(row => row["SkuPriceId"]).Should().OnlyHaveUniqueItems().And.OnlyContain(id => id!.StartsWith("openai/gpt-5/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reduction_is_a_row_below_zero_whose_price_is_not()
    {
        await Ledger.AppendAsync([Charge("1", 0.75m) with { Lines = [new("base", 1, 1m, 1m), new("night", 1m, -0.25m, -0.25m)] }]);

        var night = (await RowsAsync(new()))[1];

        Columns(night, "BilledCost", "PricingQuantity", "ListUnitPrice").Should().Equal("-0.25", "-1", "0.25");
    }

    [Fact]
    public async Task What_the_lines_do_not_explain_is_a_row_of_its_own()
    {
        await Ledger.AppendAsync([Charge("1", 2m) with { Lines = [new("base", 1, 1.5m, 1.5m)] }]);

        (await RowsAsync(new())).Select(row => (row["SkuMeter"], row["BilledCost"])).Should().Equal(("base", "1.5"), ("rest", "0.5"));
    }

    [Fact]
    public async Task A_correction_is_of_its_class_where_it_changes_an_earlier_month()
    {
        var (march, april) = (Charge("1", 2m), Charge("2", 3m, Noon.AddMonths(1)));
        LedgerEntry Correction(LedgerEntry of, string id) => of with { Kind = LedgerEntryKind.Correction, OperationId = id, Time = Noon.AddMonths(1).AddHours(1), AmountNanos = -1_000_000_000, CorrectedEntryId = of.Id };
        await Ledger.AppendAsync([march, april, Correction(march, "c1"), Correction(april, "c2")]);

        var corrections = (await RowsAsync(new())).Where(row => row["x_EntryKind"] == "Correction").ToDictionary(row => row["x_OperationId"]!);

        Columns(corrections["c1"], "ChargeClass", "BilledCost", "ConsumedQuantity").Should().Equal("Correction", "-1", "0");
        Columns(corrections["c2"], "ChargeClass", "BilledCost", "PricingQuantity", "ListUnitPrice").Should().Equal(null, "-1", "-1", "1");
    }

    [Fact]
    public async Task A_report_is_a_file_that_conforms_and_adds_up()
    {
        await Ledger.AppendAsync([Charge("1", 1m, project: "a"), Charge("2", 2m, Noon.AddHours(13), project: "b"), Charge("3", 4m, user: "bob"), Charge("4", 8m, user: null, provider: "finnhub")]);
        var report = await Ledger.ReportAsync(new()
        {
            From = Noon.AddDays(-1), To = Noon.AddDays(3), GroupBy = ["provider", "user", "project"], Interval = LedgerInterval.Day, TimeZone = "Europe/Berlin", Top = 3,
        });

        var table = FocusTable.Parse(report.ToFocusCsv(Acme));

        FocusValidator.Check(table).Should().BeEmpty();
        table.Sum("BilledCost").Should().Be(15m);
        table.Sum("ConsumedQuantity").Should().Be(4);
        table.Rows.Select(row => (row["ProviderName"], row["Tags"], row["ServiceCategory"], row["ChargePeriodStart"])).Should().Contain(("finnhub", null, "Analytics", "2026-03-09T23:00:00Z"))
            .And.Contain(("openai", """{"project":"b","user":"alice"}""", "AI and Machine Learning", "2026-03-10T23:00:00Z"));
    }

    [Fact]
    public async Task A_report_whose_rows_are_longer_than_a_month_is_refused_and_a_month_by_any_clock_is_not()
    {
        await Ledger.AppendAsync([Charge("1", 1m), Charge("2", 1m, Noon.AddMonths(1))]);
        LedgerReportRequest Of(LedgerInterval interval) => new() { From = Noon.AddDays(-1), To = Noon.AddMonths(2), Interval = interval, TimeZone = "Pacific/Chatham" };

        var whole = await Ledger.ReportAsync(Of(LedgerInterval.Whole));
        var months = await Ledger.ReportAsync(Of(LedgerInterval.Month));

        whole.Invoking(report => report.ToFocusCsv(Acme)).Should().Throw<ArgumentException>().WithMessage("Row 0 of the report is from 2026-03-09T12:00Z to 2026-05-10T12:00Z, and a row of a FOCUS file lies in one month*");
        FocusValidator.Check(FocusTable.Parse(months.ToFocusCsv(Acme))).Should().BeEmpty();
    }

    [Fact]
    public async Task An_empty_ledger_is_a_line_of_headings()
    {
        var text = new StringWriter();

        (await Ledger.WriteFocusAsync(new(), text, Acme)).Should().Be(0);

        FocusTable.Parse(text.ToString()).Columns.Should().HaveCount(38).And.StartWith("BilledCost");
    }

    [Fact]
    public async Task A_part_of_a_shared_cost_is_an_adjustment_that_is_not_billed_here()
    {
        var allocations = (IAllocationLedger)Ledger;
        var march = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        await Ledger.AppendAsync([Charge("1", 3m, project: "search"), Charge("2", 1m, project: "mail")]);
        var asked = new CostAllocation
        {
            Id = "fee", Source = "GPU cluster", Amount = 8m, From = march, To = march.AddMonths(1), Method = AllocationMethod.ByCost, Each = "project", Scopes = new Dictionary<string, string> { ["provider"] = "farm", ["tenant"] = "acme" },
        };
        await allocations.AllocateAsync(asked);
        await allocations.AllocateAsync(asked with { Id = "daily", IsAmortised = true });
        await allocations.TakeBackAllocationAsync("daily");

        var rows = await RowsAsync(new());

        var row = rows.Single(row => row["x_OperationId"] == "fee" && row["Tags"] == "{\"project\":\"search\"}");
        Columns(row, "BilledCost", "EffectiveCost", "ContractedCost", "ListCost", "ChargeCategory", "ChargeClass", "ChargeFrequency", "ChargeDescription", "PricingQuantity", "ConsumedQuantity", "SkuId", "ProviderName", "SubAccountId", "x_EntryKind", "x_AllocatedMethodId")
            .Should().Equal("0", "6", "0", "0", "Adjustment", null, "One-Time", "Part of GPU cluster", null, null, null, "farm", "acme", "Allocation", "ByCost");
        row["x_AllocatedMethodDetails"].Should().Contain("\"weight\":\"3\",\"weights\":\"4\"");
        rows.Where(each => each["x_OperationId"] == "daily").Should().HaveCount(4 * 31).And.OnlyContain(each => each["ChargeFrequency"] == "Recurring" && each["ChargeDescription"] == "Part of GPU cluster");
        rows.Sum(each => decimal.Parse(each["EffectiveCost"]!, System.Globalization.CultureInfo.InvariantCulture)).Should().Be(12m);
        rows.Sum(each => decimal.Parse(each["BilledCost"]!, System.Globalization.CultureInfo.InvariantCulture)).Should().Be(4m);

        var report = await Ledger.ReportAsync(new() { From = march, To = march.AddMonths(1), GroupBy = ["provider", "project"], Interval = LedgerInterval.Month });
        var table = FocusTable.Parse(report.ToFocusCsv(Acme with { TimeZone = "UTC" }));
        FocusValidator.Check(table).Should().BeEmpty();
        (table.Sum("BilledCost"), table.Sum("EffectiveCost")).Should().Be((4m, 12m));
        table.Rows.Select(each => (each["ProviderName"], each["ChargeCategory"], each["EffectiveCost"], each["ChargeDescription"])).Should().BeEquivalentTo<(string?, string?, string?, string?)>(
            [("openai", "Usage", "3", "1 requests"), ("openai", "Usage", "1", "1 requests"), ("farm", "Adjustment", "6", "Parts of shared costs"), ("farm", "Adjustment", "2", "Parts of shared costs")]);
    }

    private static bool IsCost(LedgerEntry entry) => entry.Kind is LedgerEntryKind.Charge or LedgerEntryKind.Spend or LedgerEntryKind.Commit or LedgerEntryKind.Correction;

    private static LedgerEntry Random(Random random, int i)
    {
        var kind = (LedgerEntryKind)(1 + random.Next(9));
        var scopes = new Dictionary<string, string>();
        foreach (var (name, values) in new[] { ("provider", "openai finnhub π"), ("user", "alice bob =1+1"), ("project", "a,b \"c\""), ("model", "gpt-5"), ("tenant", "acme") })
        {
            if (random.Next(3) > 0)
                scopes[name] = values.Split(' ')[random.Next(values.Split(' ').Length)];
        }
        CostLine[] lines = [.. Enumerable.Range(0, random.Next(4)).Select(line =>
        {
            var (quantity, price) = (random.Next(5_000) / 4m, random.Next(-100, 1_000_000) / 100_000_000m);
            return new CostLine(new[] { "input_tokens", "output_tokens", "kb", "base" }[line], quantity, price, quantity * price);
        })];
        var nanos = lines.Length == 0 || random.Next(10) == 0 ? random.NextInt64(1_000_000_000_000) : (long)(lines.Sum(line => line.Amount) * 1_000_000_000m);
        return new()
        {
            Kind = kind, OperationId = $"operation-{i}", Time = Noon.AddSeconds(random.Next(80 * 86_400)), Scopes = scopes, Operation = random.Next(2) == 0 ? "chat" : null, AmountNanos = kind == LedgerEntryKind.Correction ? -nanos : nanos,
            Lines = [.. lines], CorrectedEntryId = kind == LedgerEntryKind.Correction ? (Charge("x", 1m)).Id : null,
        };
    }

    private static IEnumerable<string?> Columns(Dictionary<string, string?> row, params string[] columns) => columns.Select(column => row[column]);

    private async Task<List<Dictionary<string, string?>>> RowsAsync(LedgerQuery query)
    {
        var text = new StringWriter();
        await Ledger.WriteFocusAsync(query, text, Acme);
        var table = FocusTable.Parse(text.ToString());
        FocusValidator.Check(table).Should().BeEmpty();
        return table.Rows;
    }
}
