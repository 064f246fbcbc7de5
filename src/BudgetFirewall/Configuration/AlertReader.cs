namespace BudgetFirewall;

/// <summary>Reads the options of alerts from configuration.</summary>
internal static class AlertReader
{
    // A rule without a name is reported as that.
    private const string Unnamed = "unnamed";

    public static void Read(SectionReader section, AlertOptions options)
    {
        section.Read(nameof(options.WatchBudgets), text => options.WatchBudgets = ConfiguredValue.Boolean(text));
        section.Read(nameof(options.Above), text => options.Above = OptionRange.AlertAbove(ConfiguredValue.Decimal(text)));
        section.Read(nameof(options.LookEvery), text => options.LookEvery = OptionRange.AlertLookEvery(ConfiguredValue.TimeSpan(text)));
        section.Read(nameof(options.MaxScopes), text => options.MaxScopes = OptionRange.AlertMaxScopes(ConfiguredValue.Integer(text)));
        section.Read(nameof(options.MaxOpen), text => options.MaxOpen = OptionRange.AlertMaxOpen(ConfiguredValue.Integer(text)));
        section.Read(nameof(options.KeepFor), text => options.KeepFor = OptionRange.AlertKeepFor(ConfiguredValue.TimeSpan(text)));
        foreach (var item in section.Items(nameof(options.Rules)))
            ReadRule(new(item, section.Errors), options);
        section.RefuseOthers();
    }

    private static void ReadRule(SectionReader section, AlertOptions options)
    {
        var before = section.Errors.Count;
        var rule = new AlertRule { Name = Unnamed };
        section.Require(nameof(rule.Name), text => rule = rule with { Name = text });
        section.ReadNames(nameof(rule.Types), types => rule = rule with { Types = types });
        section.ReadNames(nameof(rule.Scopes), scopes => rule = rule with { Scopes = scopes });
        section.Read(nameof(rule.MinSeverity), text => rule = rule with { MinSeverity = ConfiguredValue.Name<BudgetEventSeverity>(text) });
        section.Read(nameof(rule.Severity), text => rule = rule with { Severity = ConfiguredValue.Name<BudgetEventSeverity>(text) });
        section.Read(nameof(rule.Above), text => rule = rule with { Above = ConfiguredValue.Decimal(text) });
        section.ReadList(nameof(rule.GroupBy), ConfiguredValue.Name<AlertGrouping>, groups => rule = rule with { GroupBy = groups });
        section.Read(nameof(rule.QuietFor), text => rule = rule with { QuietFor = ConfiguredValue.TimeSpan(text) });
        section.Read(nameof(rule.ResolveAfter), text => rule = rule with { ResolveAfter = ConfiguredValue.TimeSpan(text) });
        section.RefuseOthers();
        if (section.Errors.Count == before)
            options.Rules.Add(rule);
    }
}
