using BudgetFirewall.Tests.Registration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Tests.Configuration;

/// <summary>Budgets of money where nothing has a price are told at start, once.</summary>
public sealed class UnpricedBudgetsTests : IDisposable
{
    private readonly RecordingLoggerFactory _log = new();

    [Fact]
    public async Task Budgets_of_money_without_any_price_are_one_warning_that_names_them_and_the_remedy()
    {
        await using var firewall = Build(options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 10m });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 10m, Enforcement = Enforcement.Soft });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 10m, Unit = "record" });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Project("p"), Limit = 10m, IsActive = false });
        });

        var (level, id, message) = _log.Entries.Should().ContainSingle().Which;
        (level, id).Should().Be((LogLevel.Warning, 112));
        message.Should().StartWith("2 budgets count money (of the kinds user, global) and nothing is priced");
        message.Should().Contain("DefaultCostPerRequest");
        message.Should().Contain("Pricing.UnknownProviders to Free");
    }

    [Fact]
    public async Task Of_many_budgets_the_kinds_are_named_and_no_user()
    {
        await using var firewall = Build(options =>
        {
            for (var i = 0; i < 7; i++)
                options.Budgets.Add(new Budget { Scope = BudgetScope.User($"u{i}"), Limit = 10m });
        });

        var message = _log.Entries.Should().ContainSingle().Which.Message;
        message.Should().StartWith("7 budgets");
        message.Should().Contain("(of the kinds user)");
        message.Should().NotContain("u4");
    }

    [Theory]
    [InlineData("Providers")]
    [InlineData("Units")]
    [InlineData("Models")]
    [InlineData("Book")]
    [InlineData("Default")]
    [InlineData("Free")]
    [InlineData("no money")]
    public async Task Where_anything_has_a_price_or_nothing_counts_money_nothing_is_warned_of(string what)
    {
        await using var firewall = Build(options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 10m, Unit = what == "no money" ? "record" : null });
            Price(options.Pricing, what);
        });

        _log.Entries.Should().NotContain(entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task A_change_that_takes_the_last_price_away_is_warned_of_and_the_next_change_is_not()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["BudgetFirewall:Budgets:0:Scope"] = "global",
            ["BudgetFirewall:Budgets:0:Limit"] = "10",
            ["BudgetFirewall:Pricing:DefaultCostPerRequest"] = "1",
        }).Build();
        await using var firewall = new BudgetFirewallBuilder().Configure(configuration.GetSection("BudgetFirewall")).UseLoggerFactory(_log).Build();
        _log.Entries.Should().BeEmpty();

        configuration["BudgetFirewall:Pricing:DefaultCostPerRequest"] = null;
        configuration.Reload();
        configuration["BudgetFirewall:Budgets:0:Limit"] = "11";
        configuration.Reload();

        _log.Entries.Should().ContainSingle(entry => entry.Id == 112);
    }

    public void Dispose() => _log.Dispose();

    private static void Price(PricingOptions pricing, string what)
    {
        switch (what)
        {
            case "Providers":
                pricing.Providers["finnhub"] = 1m;
                break;
            case "Units":
                pricing.Units["record"] = 1m;
                break;
            case "Models":
                pricing.Models["m"] = new ModelPrice { Input = 1m };
                break;
            case "Book":
                pricing.Book = new ModelPriceBook(new Dictionary<string, ModelPrice> { ["m"] = new() { Input = 1m } });
                break;
            case "Default":
                pricing.DefaultCostPerRequest = 0m;
                break;
            case "Free":
                pricing.UnknownProviders = UnknownProviderPolicy.Free;
                break;
        }
    }

    private IBudgetFirewall Build(Action<BudgetFirewallOptions> configure) => new BudgetFirewallBuilder().Configure(configure).UseLoggerFactory(_log).Build();
}
