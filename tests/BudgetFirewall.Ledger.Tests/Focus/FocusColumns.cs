namespace BudgetFirewall.Ledger.Tests;

/// <summary>Every column of a FOCUS file, for each kind of row.</summary>
public abstract class FocusColumns<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private static readonly FocusOptions Acme = new() { BillingAccountId = "acme-ai", BillingAccountName = "ACME", InvoiceIssuer = "reseller", ServiceCategory = "Compute", TimeZone = "Europe/Berlin" };

    private static readonly LedgerEntry Whole = Charge("call-1", 0.012m, Noon.AddSeconds(59.5)) with
    {
        OperationScope = "tenant",
        Partition = "acme",
        Currency = "EUR",
        Lines = [new("input_tokens", 1_200, 0.00001m, 0.012m)],
        Scopes = new Dictionary<string, string> { ["user"] = "alice", ["provider"] = "openai", ["tenant"] = "acme", ["model"] = "gpt-5" },
    };

    [Fact]
    public async Task A_row_of_a_charge_has_all_that_the_ledger_knows()
    {
        await Ledger.AppendAsync([Whole]);

        Filled(await RowAsync(Acme, "acme")).Should().Equal(new Dictionary<string, string>
        {
            ["BilledCost"] = "0.012", ["BillingAccountId"] = "acme-ai", ["BillingAccountName"] = "ACME", ["BillingCurrency"] = "EUR", ["BillingPeriodEnd"] = "2026-03-31T22:00:00Z", ["BillingPeriodStart"] = "2026-02-28T23:00:00Z",
            ["ChargeCategory"] = "Usage", ["ChargeDescription"] = "chat gpt-5 input_tokens", ["ChargeFrequency"] = "Usage-Based", ["ChargePeriodEnd"] = "2026-03-10T12:01:00Z", ["ChargePeriodStart"] = "2026-03-10T12:00:59Z",
            ["ConsumedQuantity"] = "1200", ["ConsumedUnit"] = "Tokens", ["ContractedCost"] = "0.012", ["EffectiveCost"] = "0.012", ["InvoiceIssuerName"] = "reseller", ["ListCost"] = "0.012", ["ListUnitPrice"] = "0.00001",
            ["PricingQuantity"] = "1200", ["PricingUnit"] = "Tokens", ["ProviderName"] = "openai", ["PublisherName"] = "openai", ["ServiceCategory"] = "Compute", ["ServiceName"] = "openai",
            ["SkuId"] = "openai/gpt-5/input_tokens", ["SkuMeter"] = "input_tokens", ["SkuPriceId"] = "openai/gpt-5/input_tokens/1", ["SubAccountId"] = "acme", ["SubAccountName"] = "acme",
            ["Tags"] = """{"model":"gpt-5","user":"alice"}""", ["x_EntryId"] = Whole.Id, ["x_EntryKind"] = "Charge", ["x_Operation"] = "chat", ["x_OperationId"] = "call-1", ["x_Partition"] = "acme",
        });
    }

    [Fact]
    public async Task A_row_of_a_correction_says_so_and_has_consumed_nothing()
    {
        await Ledger.AppendAsync([Whole, Whole with { Kind = LedgerEntryKind.Correction, OperationId = "note", AmountNanos = -12_000_000, CorrectedEntryId = Whole.Id }]);

        var row = (await RowsAsync(Acme, "acme")).Single(each => each["x_EntryKind"] == "Correction");

        Filled(row).Should().Contain(new Dictionary<string, string>
        {
            ["BilledCost"] = "-0.012", ["ChargeDescription"] = "Correction chat gpt-5 cost", ["ConsumedQuantity"] = "0", ["ConsumedUnit"] = "Requests", ["ListUnitPrice"] = "0.012", ["PricingQuantity"] = "-1", ["PricingUnit"] = "Units",
            ["SkuId"] = "openai/gpt-5/cost", ["SkuMeter"] = "cost",
        }).And.NotContainKey("ChargeClass");
    }

    [Fact]
    public async Task A_row_of_a_part_of_a_shared_cost_has_no_price_and_says_how_it_was_divided()
    {
        var asked = new CostAllocation
        {
            Id = "fee", Partition = "acme", Source = "GPU cluster", Amount = 6m, Currency = "EUR", From = Noon.AddSeconds(0.25), To = Noon.AddDays(1), Method = AllocationMethod.FixedShares, Targets = [new(BudgetScope.Project("search"))],
            Scopes = new Dictionary<string, string> { ["tenant"] = "acme", ["provider"] = "farm", ["feature"] = "chat" },
        };
        await ((IAllocationLedger)Ledger).AllocateAsync(asked);
        var entry = (await Ledger.ReadEntriesAsync(new() { Partition = "acme" })).Entries.Single();

        Filled(await RowAsync(Acme with { InvoiceIssuer = null }, "acme")).Should().Equal(new Dictionary<string, string>
        {
            ["BilledCost"] = "0", ["BillingAccountId"] = "acme-ai", ["BillingAccountName"] = "ACME", ["BillingCurrency"] = "EUR", ["BillingPeriodEnd"] = "2026-03-31T22:00:00Z", ["BillingPeriodStart"] = "2026-02-28T23:00:00Z",
            ["ChargeCategory"] = "Adjustment", ["ChargeDescription"] = "Part of GPU cluster", ["ChargeFrequency"] = "One-Time", ["ChargePeriodEnd"] = "2026-03-10T12:00:01Z", ["ChargePeriodStart"] = "2026-03-10T12:00:00Z",
            ["ContractedCost"] = "0", ["EffectiveCost"] = "6", ["InvoiceIssuerName"] = "farm", ["ListCost"] = "0", ["ProviderName"] = "farm", ["PublisherName"] = "farm", ["ServiceCategory"] = "Compute", ["ServiceName"] = "farm",
            ["SubAccountId"] = "acme", ["SubAccountName"] = "acme", ["Tags"] = """{"feature":"chat","project":"search"}""", ["x_AllocatedMethodDetails"] = entry.After!, ["x_AllocatedMethodId"] = "FixedShares",
            ["x_EntryId"] = entry.Id, ["x_EntryKind"] = "Allocation", ["x_OperationId"] = "fee", ["x_Partition"] = "acme",
        });
    }

    [Fact]
    public async Task A_part_whose_note_is_not_one_is_a_part_of_a_shared_cost_all_the_same()
    {
        await Ledger.AppendAsync([Charge("fee", 6m) with { Kind = LedgerEntryKind.Allocation, Operation = null, After = "no JSON", Before = "{}" }, Charge("old", 1m) with { Kind = LedgerEntryKind.Allocation, Operation = null }]);

        (await RowsAsync(Acme, null)).Select(row => (row["ChargeDescription"], row["ChargeFrequency"], row["x_AllocatedMethodId"], row["x_AllocatedMethodDetails"])).Should().BeEquivalentTo<(string?, string?, string?, string?)>(
            [("Part of a shared cost", "One-Time", null, "no JSON"), ("Part of a shared cost", "One-Time", null, null)]);
    }

    [Fact]
    public async Task Rows_of_a_report_have_what_it_is_grouped_by()
    {
        await Ledger.AppendAsync([Whole with { Partition = null }, Whole with { Partition = null, OperationId = "2", Time = Noon.AddHours(1) }, Charge("3", 0.001m, user: "bob"), Charge("4", 0.002m, user: null, provider: "finnhub"), Charge("5", 0m, user: "zero")]);
        await ((IAllocationLedger)Ledger).AllocateAsync(new()
        {
            Id = "fee", Source = "seats", Amount = 2m, From = Noon, To = Noon.AddHours(1), Method = AllocationMethod.FixedShares, Targets = [new(BudgetScope.User("carol"))], Scopes = new Dictionary<string, string> { ["provider"] = "openai", ["tenant"] = "acme", ["model"] = "gpt-5" },
        });
        async Task<List<Dictionary<string, string?>>> ReportAsync(int? top, FocusOptions options, params string[] groups) =>
            FocusTable.Parse((await Ledger.ReportAsync(new() { From = Noon.AddDays(-1), To = Noon.AddDays(1), GroupBy = groups, Interval = LedgerInterval.Day, TimeZone = "Europe/Berlin", Top = top })).ToFocusCsv(options)).Rows;

        var rows = await ReportAsync(null, Acme with { Currency = "CHF" }, "provider", "model", "tenant", "user");

        Filled(rows.Single(row => row["SubAccountId"] == "acme" && row["ChargeCategory"] == "Usage")).Should().Equal(new Dictionary<string, string>
        {
            ["BilledCost"] = "0.024", ["BillingAccountId"] = "acme-ai", ["BillingAccountName"] = "ACME", ["BillingCurrency"] = "CHF", ["BillingPeriodEnd"] = "2026-03-31T22:00:00Z", ["BillingPeriodStart"] = "2026-02-28T23:00:00Z",
            ["ChargeCategory"] = "Usage", ["ChargeDescription"] = "2 requests", ["ChargeFrequency"] = "Usage-Based", ["ChargePeriodEnd"] = "2026-03-10T23:00:00Z", ["ChargePeriodStart"] = "2026-03-09T23:00:00Z",
            ["ConsumedQuantity"] = "2", ["ConsumedUnit"] = "Requests", ["ContractedCost"] = "0.024", ["EffectiveCost"] = "0.024", ["InvoiceIssuerName"] = "reseller", ["ListCost"] = "0.024", ["ListUnitPrice"] = "0.024",
            ["PricingQuantity"] = "1", ["PricingUnit"] = "Units", ["ProviderName"] = "openai", ["PublisherName"] = "openai", ["ServiceCategory"] = "Compute", ["ServiceName"] = "openai",
            ["SkuId"] = "openai/gpt-5", ["SkuMeter"] = "cost", ["SkuPriceId"] = "openai/gpt-5", ["SubAccountId"] = "acme", ["SubAccountName"] = "acme", ["Tags"] = """{"model":"gpt-5","user":"alice"}""",
        });
        Filled(rows.Single(row => row["ChargeCategory"] == "Adjustment")).Should().Equal(new Dictionary<string, string>
        {
            ["BilledCost"] = "0", ["BillingAccountId"] = "acme-ai", ["BillingAccountName"] = "ACME", ["BillingCurrency"] = "CHF", ["BillingPeriodEnd"] = "2026-03-31T22:00:00Z", ["BillingPeriodStart"] = "2026-02-28T23:00:00Z",
            ["ChargeCategory"] = "Adjustment", ["ChargeDescription"] = "Parts of shared costs", ["ChargeFrequency"] = "One-Time", ["ChargePeriodEnd"] = "2026-03-10T23:00:00Z", ["ChargePeriodStart"] = "2026-03-09T23:00:00Z",
            ["ContractedCost"] = "0", ["EffectiveCost"] = "2", ["InvoiceIssuerName"] = "reseller", ["ListCost"] = "0", ["ProviderName"] = "openai", ["PublisherName"] = "openai", ["ServiceCategory"] = "Compute", ["ServiceName"] = "openai",
            ["SubAccountId"] = "acme", ["SubAccountName"] = "acme", ["Tags"] = """{"model":"gpt-5","user":"carol"}""",
        });
        rows.Should().HaveCount(5).And.ContainSingle(row => row["BilledCost"] == "0" && row["PricingQuantity"] == "1" && row["ListUnitPrice"] == "0");
        (await ReportAsync(null, Acme, "operation")).Where(row => row["ChargeCategory"] == "Usage").Select(row => (row["ProviderName"], row["SkuId"], row["BillingCurrency"], row["Tags"])).Should().Equal(("ACME", "ACME/chat", "USD", """{"operation":"chat"}"""));
        (await ReportAsync(1, Acme with { DefaultProvider = "several" }, "user")).Where(row => row["ChargeCategory"] == "Usage").Select(row => (row["ProviderName"], row["SkuId"], row["Tags"], row["ChargeDescription"])).Should().Contain(
            ("several", "several/cost", null, "All that is not among the top groups"));
    }

    [Fact]
    public async Task What_was_given_back_has_a_row_beside_what_was_allocated()
    {
        await Ledger.AppendAsync([Charge("note", -1m, project: "a") with { Kind = LedgerEntryKind.Correction }]);
        await ((IAllocationLedger)Ledger).AllocateAsync(new() { Id = "fee", Source = "seats", Amount = 2m, From = Noon, To = Noon.AddHours(1), Method = AllocationMethod.FixedShares, Targets = [new(BudgetScope.Project("a"))] });

        var report = await Ledger.ReportAsync(new() { From = Noon.AddDays(-1), To = Noon.AddDays(1), GroupBy = ["project"], Interval = LedgerInterval.Month });

        FocusTable.Parse(report.ToFocusCsv(Acme)).Rows.Select(row => (row["ChargeCategory"], row["EffectiveCost"], row["BilledCost"], row["PricingQuantity"], row["ListUnitPrice"])).Should().Equal(
            ("Usage", "-1", "-1", "-1", "1"), ("Adjustment", "2", "0", null, null));
    }

    [Theory]
    [InlineData("request", "Requests")]
    [InlineData("kb", "KiB")]
    [InlineData("mb", "MiB")]
    [InlineData("image", "Images")]
    [InlineData("record", "Records")]
    [InlineData("records", "Records")]
    [InlineData("cached_input_tokens", "Tokens")]
    [InlineData("tokens_of_some_kind", "Units")]
    [InlineData("cost", "Requests")]
    public async Task Quantities_have_the_unit_of_their_line(string line, string unit)
    {
        await Ledger.AppendAsync([Charge("1", 3m) with { Lines = [new(line, 2, 1.5m, 3m)] }]);

        Filled(await RowAsync(Acme)).Should().Contain(new Dictionary<string, string> { ["PricingQuantity"] = "2", ["PricingUnit"] = unit, ["ConsumedQuantity"] = "2", ["ConsumedUnit"] = unit, ["ListUnitPrice"] = "1.5" });
    }

    [Fact]
    public async Task A_line_whose_quantity_and_price_do_not_make_its_amount_is_priced_once_as_a_whole()
    {
        await Ledger.AppendAsync([Charge("rounded", 2m) with { Lines = [new("kb", 3, 0.333m, 1m), new("mb", 79_000_000_000_000_000_000_000_000_000m, 2m, 1m)] }]);

        var rows = await RowsAsync(Acme);

        rows.Select(row => (row["PricingQuantity"], row["ListUnitPrice"], row["PricingUnit"], row["ConsumedUnit"])).Should().Equal(("1", "1", "Units", "KiB"), ("1", "1", "Units", "MiB"));
        rows[0]["ConsumedQuantity"].Should().Be("3");
    }

    [Fact]
    public async Task Without_a_provider_a_model_or_an_operation_the_account_and_the_cost_take_their_places()
    {
        await Ledger.AppendAsync([Charge("1", 1m) with { Scopes = new Dictionary<string, string>(), Operation = null }]);

        Filled(await RowAsync(Acme with { BillingAccountName = null, InvoiceIssuer = null })).Should().Contain(new Dictionary<string, string>
        {
            ["ProviderName"] = "acme-ai", ["InvoiceIssuerName"] = "acme-ai", ["SkuId"] = "acme-ai/cost/cost", ["SkuPriceId"] = "acme-ai/cost/cost", ["ChargeDescription"] = "cost", ["PricingUnit"] = "Requests",
        }).And.NotContainKeys("BillingAccountName", "Tags", "SubAccountId", "SubAccountName");
        (await RowAsync(Acme with { DefaultProvider = "unknown" }))["ProviderName"].Should().Be("unknown");
    }

    [Fact]
    public async Task A_correction_is_of_an_earlier_month_by_the_clock_of_the_account()
    {
        // In Berlin it is April from 22:00 by UTC on.
        var night = new DateTimeOffset(2026, 3, 31, 21, 30, 0, TimeSpan.Zero);
        var charge = Charge("1", 2m, night);
        LedgerEntry Correction(string id, double hours, string? of) => charge with { Kind = LedgerEntryKind.Correction, OperationId = id, Time = night.AddHours(hours), AmountNanos = -1_000_000, CorrectedEntryId = of };
        await Ledger.AppendAsync([charge, Correction("same", 0.25, charge.Id), Correction("later", 1, charge.Id), Correction("unknown", 1.5, "no id"), Correction("of nothing", 2, null)]);

        var classes = (await RowsAsync(Acme)).ToDictionary(row => row["x_OperationId"]!, row => row["ChargeClass"]);

        classes.Should().Equal(new Dictionary<string, string?> { ["1"] = null, ["same"] = null, ["later"] = "Correction", ["unknown"] = null, ["of nothing"] = null });
    }

    private static Dictionary<string, string> Filled(Dictionary<string, string?> row) => row.Where(field => field.Value is not null).ToDictionary(field => field.Key, field => field.Value!);

    private async Task<Dictionary<string, string?>> RowAsync(FocusOptions options, string? partition = null) => (await RowsAsync(options, partition)).Should().ContainSingle().Subject;

    private async Task<List<Dictionary<string, string?>>> RowsAsync(FocusOptions options, string? partition = null)
    {
        var text = new StringWriter();
        await Ledger.WriteFocusAsync(new() { Partition = partition, IsOldestFirst = true }, text, options);
        return FocusTable.Parse(text.ToString()).Rows;
    }
}
