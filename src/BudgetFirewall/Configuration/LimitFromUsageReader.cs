namespace BudgetFirewall;

/// <summary>Reads the rule of a limit that follows from use.</summary>
internal static class LimitFromUsageReader
{
    public static LimitFromUsage Read(SectionReader section)
    {
        var rule = new LimitFromUsage { Periods = 1, Floor = 0m, Ceiling = 0m };
        section.Require(nameof(rule.Periods), text => rule = rule with { Periods = ConfiguredValue.Integer(text) });
        section.Read(nameof(rule.Percentile), text => rule = rule with { Percentile = ConfiguredValue.Decimal(text) });
        section.Read(nameof(rule.Factor), text => rule = rule with { Factor = ConfiguredValue.Decimal(text) });
        section.Require(nameof(rule.Floor), text => rule = rule with { Floor = ConfiguredValue.Decimal(text) });
        section.Require(nameof(rule.Ceiling), text => rule = rule with { Ceiling = ConfiguredValue.Decimal(text) });
        return rule;
    }
}
