using Microsoft.Extensions.Configuration;

namespace BudgetFirewall.Tests.Configuration;

public sealed class UnknownKeyTests
{
    [Theory]
    [InlineData("Curency", "Curency is not a known key")]
    [InlineData("Budgets:0:Limmit", "Budgets:0:Limmit is not a known key")]
    [InlineData("Budgets:0:Limit:Value", "Budgets:0:Limit must be a single value but has the keys Value")]
    [InlineData("Budgets:0:WarnAt:0:Value", "Budgets:0:WarnAt:0 must be a single value")]
    [InlineData("Budgets:daily:Limit", "Budgets:daily must be an entry of a list but its key 'daily' is not a number")]
    [InlineData("Budgets:0:Models:first", "Budgets:0:Models:first must be an entry of a list but its key 'first' is not a number")]
    [InlineData("RateLimits:0:Refill", "RateLimits:0:Refill is not a known key")]
    [InlineData("Pricing:Provider", "Pricing:Provider is not a known key")]
    [InlineData("Pricing:Models:gpt-4o:Ouput", "Pricing:Models:gpt-4o:Ouput is not a known key")]
    [InlineData("Pricing:Models:0:Ouput", "Pricing:Models:0:Ouput is not a known key")]
    [InlineData("Pricing:Providers:0:Cost", "Pricing:Providers:0:Cost is not a known key")]
    [InlineData("StoreTimeout:Seconds", "StoreTimeout must be a single value but has the keys Seconds")]
    public void A_key_that_is_not_known_is_an_error_at_every_level(string key, string expected)
    {
        (string, string?)[] valid =
        [
            ("Currency", "USD"),
            ("Budgets:0:Scope", "global"), ("Budgets:0:Limit", "10"), ("Budgets:0:WarnAt:0", "0.5"), ("Budgets:0:Models:0", "gpt-4o"),
            ("RateLimits:0:Scope", "global"), ("RateLimits:0:Capacity", "1"), ("RateLimits:0:RefillPerSecond", "1"),
            ("Pricing:Models:gpt-4o:Input", "1"), ("Pricing:Models:0:Name", "a:b"), ("Pricing:Models:0:Input", "1"),
            ("Pricing:Providers:0:Name", "finnhub"), ("Pricing:Providers:0:Price", "1"),
        ];

        Configured.Errors(Configured.Values(valid)).Should().BeEmpty();
        var error = Configured.Errors(Configured.Values([.. valid, (key, "1")])).Should().ContainSingle().Which;

        error.Should().StartWith("BudgetFirewall:" + expected);
    }

    [Fact]
    public void A_misspelt_limit_names_the_keys_that_are_known()
    {
        Configured.Errors("""{ "Budgets": [{ "Scope": "global", "Limmit": 5 }] }""").Should().Equal("BudgetFirewall:Budgets:0:Limit is missing", "BudgetFirewall:Budgets:0:Limmit is not a known key, did you mean Limit; known here are Id, Scope, Limit, Period, TimeZone, Unit, Enforcement, Throttle, WarnAt, IsActive, Providers, Models, Operations, Dimensions, CountsRequestsWithoutModel, PriorityHeadroom, Name, Schedule, LimitFromUsage");
    }

    [Fact]
    public void The_value_of_an_unknown_key_is_not_shown()
    {
        Configured.Errors("""{ "Currency": "USD", "ConnectionString": "s3cret" }""").Should().ContainSingle().Which.Should().NotContain("s3cret");
    }

    [Fact]
    public void Keys_are_the_same_in_any_case()
    {
        var options = Configured.Options("""{ "BUDGETS": [{ "scope": "global", "lIMIT": 5 }], "pricing": { "MODELS": { "M": { "inputpermillion": 1 } } } }""");

        options.Budgets.Should().ContainSingle().Which.Limit.Should().Be(5);
        options.Pricing.Models.Should().ContainSingle().Which.Key.Should().Be("M");
    }

    [Fact]
    public void A_section_that_does_not_exist_is_an_error_since_it_would_limit_nothing()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("BudgetFirewall:Budgets:0:Limit", (string?)"1")]).Build();

        Configured.Errors(configuration.GetSection("BudgetFirwall")).Should().Equal("The configuration section 'BudgetFirwall' does not exist or is empty");
    }

    [Fact]
    public void The_whole_configuration_is_not_its_section()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("BudgetFirewall:Currency", (string?)"EUR"), KeyValuePair.Create("AllowedHosts", (string?)"*")]).Build();

        Configured.Errors(configuration).Should().Equal("The whole configuration was given: give its section, GetSection(\"BudgetFirewall\")");
    }

    [Fact]
    public void A_configuration_of_nothing_else_needs_no_section()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Currency", (string?)"EUR")]).Build();

        Configured.Options(configuration).Currency.Should().Be("EUR");
        configuration["Curency"] = "USD";
        Configured.Errors(configuration).Should().ContainSingle().Which.Should().StartWith("Curency is not a known key");
    }
}
