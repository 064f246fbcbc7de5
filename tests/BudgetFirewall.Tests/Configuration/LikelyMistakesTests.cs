using BudgetFirewall.Tests.Registration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Tests.Configuration;

/// <summary>Names and values that are nearly known ones are reported at start, in one warning.</summary>
public sealed class LikelyMistakesTests : IDisposable
{
    private const int LikelyMistakes = 113;

    private readonly RecordingLoggerFactory _log = new();

    [Theory]
    [InlineData("each:users", "users", "user")]
    [InlineData("User=alice", "User", "user")]
    [InlineData("user =alice", "user ", "user")]
    [InlineData("each:projcet", "projcet", "project")]
    [InlineData("provders=openai", "provders", "provider")]
    public async Task A_kind_that_is_nearly_a_known_one_is_warned_of(string scope, string kind, string meant)
    {
        await using var firewall = Build(("Budgets:0:Scope", scope), ("Budgets:0:Limit", "10"), ("Budgets:0:Unit", "request"));

        Warning().Should().Be("The configuration is valid and probably not what was meant: "
            + $"BudgetFirewall:Budgets:0 is about the kind '{kind}', which only requests that name it in their Dimensions belong to; did you mean '{meant}'?.");
    }

    [Fact]
    public async Task So_is_the_kind_each_whose_colon_became_an_equals_sign()
    {
        await using var firewall = Build(("RateLimits:0:Scope", "each=user"), ("RateLimits:0:Capacity", "10"), ("RateLimits:0:RefillPerSecond", "1"));

        Warning().Should().Contain("BudgetFirewall:RateLimits:0 is about one id of the kind 'each'; every id of a kind is 'each:user', with a colon");
    }

    [Fact]
    public async Task So_is_a_kind_that_partitions()
    {
        await using var firewall = Build(("PartitionBy", "Users"));

        Warning().Should().Contain("PartitionBy is about the kind 'Users'");
    }

    [Theory]
    [InlineData("input_token", "input_tokens")]
    [InlineData("InputTokens", "input_tokens")]
    [InlineData("tokens", "total_tokens")]
    [InlineData("completion_tokens", "output_tokens")]
    [InlineData("requests", "request")]
    [InlineData("records", "record")]
    public async Task A_unit_that_is_nearly_a_known_or_priced_one_is_warned_of(string unit, string meant)
    {
        await using var firewall = Build(("Budgets:0:Scope", "global"), ("Budgets:0:Limit", "10"), ("Budgets:0:Unit", unit), ("Pricing:Units:record", "1"));

        Warning().Should().Contain($"counts the unit '{unit}'").And.Contain($"did you mean '{meant}'?");
    }

    [Fact]
    public async Task A_warning_fraction_that_looks_like_percent_is_warned_of()
    {
        await using var firewall = Build(("Budgets:0:Scope", "global"), ("Budgets:0:Limit", "10"), ("Budgets:0:Unit", "request"), ("Budgets:0:WarnAt:0", "80"));

        Warning().Should().Contain("BudgetFirewall:Budgets:0:WarnAt warns at 8000 % of the limit; did you mean 0.8?");
    }

    [Fact]
    public async Task A_provider_or_model_that_has_a_price_in_another_case_only_is_warned_of()
    {
        await using var firewall = Build(
            ("Budgets:0:Scope", "provider=OpenAI"), ("Budgets:0:Limit", "10"), ("Budgets:0:Models:0", "GPT-4o"),
            ("Budgets:1:Scope", "global"), ("Budgets:1:Limit", "10"), ("Budgets:1:Providers:0", "OPENAI"),
            ("Pricing:Providers:openai", "1"), ("Pricing:Models:gpt-4o:Input", "1"));

        Warning().Should().ContainAll(
            "BudgetFirewall:Budgets:0 names the provider 'OpenAI' and the prices name 'openai'", "BudgetFirewall:Budgets:1 names the provider 'OPENAI'", "names the model 'GPT-4o'");
    }

    [Fact]
    public async Task Names_of_ones_own_and_fractions_above_the_limit_are_not_warned_of()
    {
        await using var firewall = Build(
            ("Budgets:0:Scope", "each:tenant"), ("Budgets:0:Limit", "10"), ("Budgets:0:WarnAt:0", "1.5"), ("Budgets:0:WarnAt:1", "2"),
            ("Budgets:1:Scope", "each:product"), ("Budgets:1:Limit", "10"), ("Budgets:1:Unit", "record"),
            ("Budgets:2:Scope", "each:api_key"), ("Budgets:2:Limit", "10"), ("Budgets:2:Providers:0", "azure"),
            ("Pricing:Providers:openai", "1"), ("Pricing:Units:image", "1"));

        _log.Entries.Should().BeEmpty();
    }

    [Fact]
    public async Task Many_are_one_line_that_shows_five_and_no_id()
    {
        await using var firewall = Build(
            [.. Enumerable.Range(0, 9).SelectMany(i => new[] { ($"Budgets:{i}:Scope", $"use{(char)('a' + i)}s=alice"), ($"Budgets:{i}:Limit", "1"), ($"Budgets:{i}:Unit", "request") })]);

        Warning().Should().EndWith("; and 4 more.").And.NotContain("alice");
    }

    [Fact]
    public async Task A_change_that_brings_no_new_mistake_is_not_warned_of_again()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["BudgetFirewall:Budgets:0:Scope"] = "each:users",
            ["BudgetFirewall:Budgets:0:Limit"] = "10",
            ["BudgetFirewall:Budgets:0:Unit"] = "request",
        }).Build();
        await using var firewall = new BudgetFirewallBuilder().Configure(configuration.GetSection("BudgetFirewall")).UseLoggerFactory(_log).Build();

        configuration["BudgetFirewall:Budgets:0:Limit"] = "11";
        configuration.Reload();

        _log.Entries.Should().ContainSingle(entry => entry.Id == LikelyMistakes);
        _log.Entries.Should().ContainSingle(entry => entry.Id == 101);
    }

    [Theory]
    [InlineData("Global", "global")]
    [InlineData("Each:user", "each:user")]
    [InlineData("each:", null)]
    [InlineData("user:alice", "user=alice")]
    [InlineData("alice", null)]
    public void A_scope_that_is_nearly_one_names_what_was_probably_meant(string text, string? meant)
    {
        var error = Configured.Errors($$"""{ "Budgets": [{ "Scope": "{{text}}", "Limit": 1 }] }""").Should().ContainSingle().Which;

        if (meant is null)
            error.Should().NotContain("Did you mean");
        else
            error.Should().EndWith($"Did you mean '{meant}'?");
    }

    [Theory]
    [InlineData("Limmit", "Limit")]
    [InlineData("warn_at", "WarnAt")]
    [InlineData("Provider", "Providers")]
    public void An_unknown_key_names_the_nearest_known_one(string key, string meant)
    {
        Configured.Errors($$"""{ "Budgets": [{ "Scope": "global", "Limit": 1, "{{key}}": 5 }] }""")
            .Should().ContainSingle().Which.Should().Contain($"{key} is not a known key, did you mean {meant}; known here are Id");
    }

    public void Dispose() => _log.Dispose();

    private IBudgetFirewall Build(params (string Key, string? Value)[] values) =>
        new BudgetFirewallBuilder().Configure(Configured.Values(values)).UseLoggerFactory(_log).Build();

    private string Warning()
    {
        var (level, id, message) = _log.Entries.Should().ContainSingle(entry => entry.Id == LikelyMistakes).Which;
        (level, id).Should().Be((LogLevel.Warning, LikelyMistakes));
        return message;
    }
}
