using System.Globalization;

namespace BudgetFirewall.Tool;

/// <summary>The rule of a limit that follows from use.</summary>
internal sealed record LimitFromUsageText
{
    private const string Form = "--limit-from-usage must be periods=N,floor=AMOUNT,ceiling=AMOUNT, and percentile=FRACTION and factor=NUMBER where they are not 0.95 and 1";

    public required int Periods { get; init; }

    public string? Percentile { get; init; }

    public string? Factor { get; init; }

    public required string Floor { get; init; }

    public required string Ceiling { get; init; }

    public static LimitFromUsageText? Of(LimitFromUsage? rule) => rule is null ? null : new()
    {
        Periods = rule.Periods,
        Percentile = Texts.Of(rule.Percentile),
        Factor = Texts.Of(rule.Factor),
        Floor = Texts.Of(rule.Floor),
        Ceiling = Texts.Of(rule.Ceiling),
    };

    /// <exception cref="ToolException">The text has another form.</exception>
    public static LimitFromUsageText Parse(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split(','))
        {
            if (part.Split('=') is not [var name, var value] || name is not ("periods" or "percentile" or "factor" or "floor" or "ceiling") || !values.TryAdd(name, value))
                throw new ToolException(ExitCode.BadInput, $"{Form}, not '{text}'.");
        }
        if (!values.TryGetValue("floor", out var floor) || !values.TryGetValue("ceiling", out var ceiling)
            || !int.TryParse(values.GetValueOrDefault("periods"), NumberStyles.None, CultureInfo.InvariantCulture, out var periods))
            throw new ToolException(ExitCode.BadInput, $"{Form}, not '{text}'.");
        return new() { Periods = periods, Percentile = values.GetValueOrDefault("percentile"), Factor = values.GetValueOrDefault("factor"), Floor = floor, Ceiling = ceiling };
    }

    public LimitFromUsage ToRule()
    {
        var rule = new LimitFromUsage { Periods = Periods, Floor = Texts.Decimal(Floor, "The floor"), Ceiling = Texts.Decimal(Ceiling, "The ceiling") };
        return rule with
        {
            Percentile = Percentile is null ? rule.Percentile : Texts.Decimal(Percentile, "The percentile"),
            Factor = Factor is null ? rule.Factor : Texts.Decimal(Factor, "The factor"),
        };
    }
}
