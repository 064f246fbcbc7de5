using Microsoft.Extensions.Configuration;

namespace BudgetFirewall;

/// <summary>
/// Reads options from configuration, key by key and without reflection. Lists are added to what the options hold, single values replace it.
/// A configuration binder cannot fill the records themselves: it would turn a missing limit into 0 and cut names at a colon.
/// </summary>
internal static class OptionsReader
{
    private const string UsualSection = "BudgetFirewall";

    public static void Read(IConfiguration configuration, BudgetFirewallOptions options)
    {
        var section = new SectionReader(configuration, options.ReadingErrors);
        if (section.IsEmpty)
        {
            // A section that is misspelt, or whose file went away, must not lift every limit.
            options.ReadingErrors.Add($"The configuration section '{section.Path}' does not exist or is empty");
            return;
        }
        if (configuration is not IConfigurationSection && SectionReader.IsPresent(configuration.GetSection(UsualSection)))
        {
            options.ReadingErrors.Add($"The whole configuration was given: give its section, GetSection(\"{UsualSection}\")");
            return;
        }
        ReadSingleOptions(section, options);
        foreach (var item in section.Items(nameof(options.Budgets)))
            BudgetReader.Read(new(item, options.ReadingErrors), options);
        foreach (var item in section.Items(nameof(options.RateLimits)))
            RateLimitReader.Read(new(item, options.ReadingErrors), options);
        foreach (var item in section.Items(nameof(options.Quotas)))
            QuotaReader.Read(new(item, options.ReadingErrors), options);
        PricingReader.Read(section.Section(nameof(options.Pricing)), options.Pricing);
        ReadOutbox(section.Section(nameof(options.Outbox)), options.Outbox);
        ReadApprovals(section.Section(nameof(options.Approvals)), options.Approvals);
        AlertReader.Read(section.Section(nameof(options.Alerts)), options.Alerts);
        section.RefuseOthers();
    }

    private static void ReadOutbox(SectionReader section, OutboxOptions options)
    {
        section.Read(nameof(options.IsEnabled), text => options.IsEnabled = ConfiguredValue.Boolean(text));
        section.Read(nameof(options.Path), text => options.Path = OptionRange.OutboxPath(text));
        section.Read(nameof(options.Capacity), text => options.Capacity = OptionRange.OutboxCapacity(ConfiguredValue.Integer(text)));
        section.Read(nameof(options.DrainTimeout), text => options.DrainTimeout = OptionRange.OutboxDrainTimeout(ConfiguredValue.TimeSpan(text)));
        section.RefuseOthers();
    }

    private static void ReadApprovals(SectionReader section, ApprovalOptions options)
    {
        section.Read(nameof(options.Lifetime), text => options.Lifetime = OptionRange.ApprovalLifetime(ConfiguredValue.TimeSpan(text)));
        section.Read(nameof(options.Retention), text => options.Retention = OptionRange.ApprovalRetention(ConfiguredValue.TimeSpan(text)));
        section.Read(nameof(options.AskAgainAfter), text => options.AskAgainAfter = OptionRange.ApprovalAskAgainAfter(ConfiguredValue.TimeSpan(text)));
        section.Read(nameof(options.RequireSecondPerson), text => options.RequireSecondPerson = ConfiguredValue.Boolean(text));
        section.Read(nameof(options.Wait), text => options.Wait = OptionRange.ApprovalWait(ConfiguredValue.TimeSpan(text)));
        section.RefuseOthers();
    }

    private static void ReadSingleOptions(SectionReader section, BudgetFirewallOptions options)
    {
        section.Read(nameof(options.Currency), text => options.Currency = OptionRange.Currency(text));
        section.Read(nameof(options.ReservationLease), text => options.ReservationLease = OptionRange.ReservationLease(ConfiguredValue.TimeSpan(text)));
        section.Read(nameof(options.MaxWait), text => options.MaxWait = OptionRange.MaxWait(ConfiguredValue.TimeSpan(text)));
        section.Read(nameof(options.FailureMode), text => options.FailureMode = ConfiguredValue.Name<FailureMode>(text));
        section.Read(nameof(options.StoreTimeout), text => options.StoreTimeout = OptionRange.StoreTimeout(ConfiguredValue.TimeSpan(text)));
        section.Read(nameof(options.DenialCache), text => options.DenialCache = OptionRange.DenialCache(ConfiguredValue.TimeSpan(text)));
        section.Read(nameof(options.UnbudgetedRequests), text => options.UnbudgetedRequests = ConfiguredValue.Name<UnbudgetedRequests>(text));
        section.Read(nameof(options.OperationIdRetention), text => options.OperationIdRetention = OptionRange.OperationIdRetention(ConfiguredValue.TimeSpan(text)));
        section.Read(nameof(options.QuotaHistory), text => options.QuotaHistory = OptionRange.QuotaHistory(ConfiguredValue.TimeSpan(text)));
        section.Read(nameof(options.QuotaReallocation), text => options.QuotaReallocation = OptionRange.QuotaReallocation(ConfiguredValue.TimeSpan(text)));
        section.Read(nameof(options.MaxCost), text => options.MaxCost = OptionRange.MaxCost(ConfiguredValue.Decimal(text)));
        section.Read(nameof(options.MaxDimensions), text => options.MaxDimensions = OptionRange.MaxDimensions(ConfiguredValue.Integer(text)));
        section.Read(nameof(options.MaxIdBytes), text => options.MaxIdBytes = OptionRange.MaxIdBytes(ConfiguredValue.Integer(text)));
        section.Read(nameof(options.MaxUnits), text => options.MaxUnits = OptionRange.MaxUnits(ConfiguredValue.Integer(text)));
        section.Read(nameof(options.MaxOpenReservations), text => options.MaxOpenReservations = OptionRange.MaxOpenReservations(ConfiguredValue.Integer(text)));
        section.Read(nameof(options.KeyPrefix), text => options.KeyPrefix = OptionRange.KeyPrefix(text));
        section.Read(nameof(options.PartitionBy), text => options.PartitionBy = OptionRange.PartitionBy(text));
        section.ReadNames(nameof(options.MetricProviders), names =>
        {
            foreach (var name in names)
                options.MetricProviders.Add(name);
        });
        section.Read(nameof(options.RequireStoreAtStart), text => options.RequireStoreAtStart = ConfiguredValue.Boolean(text));
    }
}
