using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace BudgetFirewall.Fuzz.Targets;

/// <summary>Configuration as JSON: a firewall, or every error in one message.</summary>
internal sealed class ConfigurationTarget : IFuzzTarget
{
    public string Name => "configuration";

    public Task StartAsync() => Task.CompletedTask;

    public async Task RunAsync(byte[] input)
    {
        IConfiguration configuration;
        try
        {
            configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(input)).Build();
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidDataException or ArgumentException or InvalidOperationException)
        {
            // The JSON reader of Microsoft.Extensions.Configuration has refused it.
            return;
        }
        try
        {
            await using var firewall = new BudgetFirewallBuilder().Configure(configuration.GetSection("BudgetFirewall")).Build();
            _ = await firewall.TryCheckAsync(new BudgetRequest { Provider = "finnhub", UserId = "alice", Dimensions = new Dictionary<string, string> { ["tenant"] = "a" } });
        }
        catch (Exception e) when (e is OptionsValidationException or UnknownPriceException or ArgumentException)
        {
            if (e.Message.Length == 0)
                throw new BrokenInvariantException("An error says nothing.");
        }
    }

    public ValueTask DisposeAsync() => default;
}
