namespace BudgetFirewall.Ledger.Tests;

/// <summary>Options that no FOCUS file could have are refused where they are given.</summary>
public sealed class FocusOptionsTests
{
    private static readonly FocusOptions Acme = new() { BillingAccountId = "acme" };

    public static TheoryData<Func<FocusOptions>, string, string> Wrong => new()
    {
        { () => new() { BillingAccountId = " " }, "BillingAccountId", "BillingAccountId must not be blank*" },
        { () => Acme with { BillingAccountName = "" }, "BillingAccountName", "*blank*" },
        { () => Acme with { DefaultProvider = "" }, "DefaultProvider", "*blank*" },
        { () => Acme with { InvoiceIssuer = "\t" }, "InvoiceIssuer", "*blank*" },
        { () => Acme with { Currency = "" }, "Currency", "*blank*" },
        { () => Acme with { ServiceCategory = "AI" }, "ServiceCategory", "ServiceCategory is 'AI', which FOCUS 1.2 does not have: it is one of AI and Machine Learning, Analytics, Business Applications, Compute, *, Storage, Web.*" },
        { () => Acme with { ServiceCategories = new Dictionary<string, string> { ["openai"] = "ai" } }, "ServiceCategories[openai]", "ServiceCategories?openai? is 'ai'*" },
        { () => Acme with { ServiceCategories = null! }, "ServiceCategories", "*" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void It_is_refused_by_name_and_value(Func<FocusOptions> make, string member, string message) => make.Should().Throw<ArgumentException>().WithMessage(message).WithParameterName(member);

    [Fact]
    public void What_is_left_out_has_the_values_that_are_told()
    {
        Acme.Should().BeEquivalentTo(new { BillingAccountName = (string?)null, DefaultProvider = (string?)null, InvoiceIssuer = (string?)null, ServiceCategory = "AI and Machine Learning", TimeZone = "UTC", Currency = (string?)null });
        Acme.ServiceCategories.Should().BeEmpty();
        (Acme with { BillingAccountName = "ACME", BillingAccountId = "x", DefaultProvider = "p", InvoiceIssuer = "i", Currency = "EUR" } with { BillingAccountName = null, DefaultProvider = null, InvoiceIssuer = null, Currency = null })
            .Should().BeEquivalentTo(new FocusOptions { BillingAccountId = "x" });
    }

    [Fact]
    public void Every_category_of_the_specification_is_allowed()
    {
        // The values of the column in FOCUS 1.2.
        string[] categories =
        [
            "AI and Machine Learning", "Analytics", "Business Applications", "Compute", "Databases", "Developer Tools", "Identity", "Integration", "Internet of Things", "Management and Governance", "Media", "Migration", "Mobile", "Multicloud",
            "Networking", "Other", "Security", "Storage", "Web",
        ];

        FocusOptions.AllowedServiceCategories.Should().BeEquivalentTo(categories);
        foreach (var category in categories)
            (Acme with { ServiceCategory = category }).ServiceCategory.Should().Be(category);
    }

    [Fact]
    public async Task Whatever_is_missing_is_named()
    {
        await using var ledger = SqliteLedger.Open("Data Source=/nowhere/at/all/ledger.db");

        await FluentActions.Awaiting(async () => await FocusExport.WriteFocusAsync(null!, new(), TextWriter.Null, Acme)).Should().ThrowAsync<ArgumentNullException>().WithParameterName("ledger");
        await FluentActions.Awaiting(async () => await ledger.WriteFocusAsync(null!, TextWriter.Null, Acme)).Should().ThrowAsync<ArgumentNullException>().WithParameterName("query");
        await FluentActions.Awaiting(async () => await ledger.WriteFocusAsync(new(), null!, Acme)).Should().ThrowAsync<ArgumentNullException>().WithParameterName("writer");
        await FluentActions.Awaiting(async () => await ledger.WriteFocusAsync(new(), TextWriter.Null, null!)).Should().ThrowAsync<ArgumentNullException>().WithParameterName("options");
        FluentActions.Invoking(() => FocusExport.ToFocusCsv(null!, Acme)).Should().Throw<ArgumentNullException>().WithParameterName("report");
    }
}
