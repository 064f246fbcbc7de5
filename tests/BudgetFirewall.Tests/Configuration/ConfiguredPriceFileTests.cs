using BudgetFirewall.Tests.Registration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Tests.Configuration;

/// <summary>The price file that a configuration names.</summary>
public sealed class ConfiguredPriceFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly RecordingLoggerFactory _log = new();
    private readonly BudgetRequest _request = new() { Provider = "openai", Model = "chat", Usage = BudgetUsage.Tokens(1, 0) };

    [Fact]
    public async Task The_file_prices_models_and_its_date_is_logged()
    {
        Write("""{ "gpt-4o": { "input_cost_per_token": 0.001 }, "n": {} }""");
        await using var firewall = Build(Settings());

        firewall.Estimate(_request).Total.Should().Be(0.001m);
        var (level, id, message) = _log.Entries.Should().ContainSingle().Which;
        (level, id).Should().Be((LogLevel.Information, 110));
        message.Should().Be($"Model prices in force: 1 models from {_path} of 2026-05-01 (1 of 2 entries priced, 1 skipped, 0 warnings).");
    }

    [Fact]
    public async Task A_reload_reads_the_file_again()
    {
        Write("""{ "gpt-4o": { "input_cost_per_token": 0.001 } }""");
        var configuration = Settings();
        await using var firewall = Build(configuration);

        Write("""{ "gpt-4o": { "input_cost_per_token": 2.5 } }""");
        configuration.Reload();

        firewall.Estimate(_request).Total.Should().Be(2.5m);
        _log.Entries.Select(entry => entry.Id).Should().Equal(110, 101, 110, 111);
        _log.Entries[^1].Message.Should().Be("1 model prices look wrong, the first of them that of 'gpt-4o': input_cost_per_token is 2.5 for a single token: perhaps it is meant for a million.");
    }

    [Theory]
    [InlineData("""{ "gpt-4o": """, "is not valid JSON")]
    [InlineData("""{ "gpt-4o": {} }""", "Pricing:Aliases:chat must be the name of a model with a price but is 'gpt-4o'")]
    [InlineData(null, "Could not find file")]
    public async Task A_file_that_went_bad_keeps_the_former_prices(string? content, string error)
    {
        Write("""{ "gpt-4o": { "input_cost_per_token": 0.001 } }""");
        var configuration = Settings();
        await using var firewall = Build(configuration);

        Write(content);
        configuration.Reload();

        firewall.Estimate(_request).Total.Should().Be(0.001m);
        _log.Entries.Select(entry => entry.Id).Should().Equal(110, 100);
        _log.Entries[^1].Message.Should().Contain(error);
    }

    [Fact]
    public void Prices_in_the_configuration_win_over_the_file()
    {
        Write("""{ "gpt-4o": { "input_cost_per_token": 0.001 } }""");

        var pricing = Configured.Options(Settings(("Models:gpt-4o:Input", "7")).GetSection("BudgetFirewall")).Pricing;

        pricing.Models["gpt-4o"].Input.Should().Be(7);
        pricing.Book!.Models["gpt-4o"].Input.Should().Be(0.001m);
    }

    public void Dispose()
    {
        File.Delete(_path);
        _log.Dispose();
    }

    private void Write(string? content)
    {
        File.Delete(_path);
        if (content is null)
            return;
        File.WriteAllText(_path, content);
        File.SetLastWriteTimeUtc(_path, new DateTime(2026, 5, 1, 0, 0, 0, DateTimeKind.Utc));
    }

    private IConfigurationRoot Settings(params (string Key, string Value)[] more) => new ConfigurationBuilder()
        .AddInMemoryCollection([
            KeyValuePair.Create("BudgetFirewall:Pricing:PriceFile", (string?)_path),
            KeyValuePair.Create("BudgetFirewall:Pricing:Aliases:chat", (string?)"gpt-4o"),
            .. more.Select(one => KeyValuePair.Create("BudgetFirewall:Pricing:" + one.Key, (string?)one.Value))])
        .Build();

    private IBudgetFirewall Build(IConfigurationRoot configuration) =>
        new BudgetFirewallBuilder().Configure(configuration.GetSection("BudgetFirewall")).UseLoggerFactory(_log).Build();
}
