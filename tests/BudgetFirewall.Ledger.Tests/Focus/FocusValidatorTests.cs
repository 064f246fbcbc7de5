namespace BudgetFirewall.Ledger.Tests;

/// <summary>The validator finds what is wrong, so that finding nothing means something.</summary>
public sealed class FocusValidatorTests
{
    public static TheoryData<string, string?, string> Faults => new()
    {
        { "BilledCost", "1,5", "BilledCost is '1,5'" },
        { "BilledCost", "+1.5", "BilledCost is '+1.5'" },
        { "EffectiveCost", null, "EffectiveCost is null" },
        { "BillingCurrency", "Dollars", "BillingCurrency is 'Dollars'" },
        { "ChargePeriodStart", "2026-03-10 12:00:00", "ChargePeriodStart is '2026-03-10 12:00:00'" },
        { "ChargePeriodStart", "2026-02-10T12:00:00Z", "BillingPeriodStart is not before ChargePeriodStart" },
        { "ChargeCategory", "Consumption", "ChargeCategory is 'Consumption'" },
        { "ServiceCategory", "AI", "ServiceCategory is 'AI'" },
        { "PricingUnit", null, "PricingUnit does not go with PricingQuantity" },
        { "PricingQuantity", "3", "ListCost is not ListUnitPrice times PricingQuantity" },
        { "ListUnitPrice", "-1.5", "ListUnitPrice is '-1.5'" },
        { "ConsumedUnit", "tokens", "ConsumedUnit is 'tokens'" },
        { "Tags", """{"a":{"b":1}}""", "Tags is" },
        { "SkuId", null, "SkuId is null for usage" },
        { "ContractedCost", "2", "ContractedCost is not BilledCost" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_that_is_planted_is_found(string column, string? value, string finding)
    {
        var table = FocusTable.Parse(await GoodAsync());
        FocusValidator.Check(table).Should().BeEmpty();

        table.Rows[0][column] = value;

        FocusValidator.Check(table).Should().Contain(found => found.Contains(finding));
    }

    [Theory]
    [InlineData("BilledCost,", "Cost,", "BilledCost is missing")]
    [InlineData("ListCost,", "Price,", "Price is none of FOCUS")]
    public async Task A_column_that_is_missing_or_unknown_is_found(string column, string other, string finding)
    {
        var text = await GoodAsync();

        FocusValidator.Check(FocusTable.Parse(text.Replace(column, other, StringComparison.Ordinal))).Should().Contain(finding);
    }

    [Theory]
    [InlineData(" ", null, null, "BillingAccountId must not be blank.")]
    [InlineData("a", "", null, "BillingAccountName must not be blank.")]
    [InlineData("a", null, "Finance", "ServiceCategories[finnhub] is 'Finance', which FOCUS 1.2 does not have: it is one of AI and Machine Learning, Analytics,*")]
    public void Options_that_no_file_can_have_are_refused(string id, string? name, string? category, string message) =>
        FluentActions.Invoking(() => new FocusOptions
        {
            BillingAccountId = id, BillingAccountName = name, ServiceCategories = category is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["finnhub"] = category },
        }).Should().Throw<ArgumentException>().WithMessage(message + "*");

    private static async Task<string> GoodAsync()
    {
        await using var harness = new SqliteHarness();
        await harness.StartAsync();
        await using var ledger = harness.Open(TimeProvider.System);
        await ledger.AppendAsync([new()
        {
            Kind = LedgerEntryKind.Charge, OperationId = "1", Time = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero), AmountNanos = 1_500_000_000,
            Scopes = new Dictionary<string, string> { ["provider"] = "openai", ["user"] = "alice" },
        }]);
        var text = new StringWriter();
        await ledger.WriteFocusAsync(new(), text, new() { BillingAccountId = "acme" });
        return text.ToString();
    }
}
