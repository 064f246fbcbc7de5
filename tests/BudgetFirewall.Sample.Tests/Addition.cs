using System.Globalization;
using System.Text.Json;

namespace BudgetFirewall.Sample.Tests;

/// <summary>The log added up by hand: its own reading of the CSV, its own prices, and nothing of the library.</summary>
internal sealed class Addition
{
    private readonly Dictionary<string, decimal> _providers;
    private readonly Dictionary<string, decimal> _operations;
    private readonly Dictionary<string, decimal> _units;
    private readonly Dictionary<string, Dictionary<string, decimal>> _models;

    private Addition(JsonElement pricing, string[] lines)
    {
        _providers = Numbers(pricing.GetProperty("Providers"));
        _operations = Numbers(pricing.GetProperty("Operations"));
        _units = Numbers(pricing.GetProperty("Units"));
        _models = pricing.GetProperty("Models").EnumerateObject().ToDictionary(model => model.Name, model => Numbers(model.Value));
        var header = lines[0].Split(',');
        Lines = lines.Skip(1)
            .Select((line, i) => (Number: i + 2, Fields: header.Zip(line.Split(',')).ToDictionary(field => field.First, field => field.Second)))
            .ToDictionary(line => line.Number, line => new Line(line.Fields, CostOf(line.Fields)));
    }

    /// <summary>Every call of the log by the number of its line.</summary>
    public IReadOnlyDictionary<int, Line> Lines { get; }

    public static Addition OfSample()
    {
        using var settings = JsonDocument.Parse(File.ReadAllText(SampleRun.SettingsFile));
        return new(settings.RootElement.GetProperty("BudgetFirewall").GetProperty("Pricing"), File.ReadAllLines(SampleRun.LogFile));
    }

    private decimal CostOf(Dictionary<string, string> call)
    {
        var volume = (_units["kb"] * (Number(call, "request_bytes") + Number(call, "response_bytes")) / 1024) + (_units["record"] * Number(call, "records"));
        var cost = volume + (call["model"].Length > 0 ? Tokens(call) : _providers[call["provider"]] * _operations.GetValueOrDefault(call["operation"], 1));
        return decimal.Ceiling(cost * 1_000_000_000) / 1_000_000_000;
    }

    private decimal Tokens(Dictionary<string, string> call)
    {
        var price = _models[call["model"]];
        var cached = Number(call, "cached_input_tokens");
        var input = price["InputPerMillion"];
        return (((Number(call, "input_tokens") - cached) * input)
            + (cached * price.GetValueOrDefault("CachedInputPerMillion", input))
            + (Number(call, "output_tokens") * price.GetValueOrDefault("OutputPerMillion"))) / 1_000_000;
    }

    private static decimal Number(Dictionary<string, string> call, string column) =>
        call[column].Length == 0 ? 0 : decimal.Parse(call[column], CultureInfo.InvariantCulture);

    private static Dictionary<string, decimal> Numbers(JsonElement element) => element.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetDecimal());

    internal sealed record Line(IReadOnlyDictionary<string, string> Fields, decimal Cost);
}
