using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Reads one rate limit from configuration.</summary>
internal static class RateLimitReader
{
    public static void Read(SectionReader section, BudgetFirewallOptions options)
    {
        var before = section.Errors.Count;
        var limit = new RateLimit { Scope = BudgetScope.Global };
        section.Read(nameof(limit.Id), text => limit = limit with { Id = text });
        section.Require(nameof(limit.Scope), text => limit = limit with { Scope = BudgetScope.Parse(text) });
        section.Read(nameof(limit.Algorithm), text => limit = limit with { Algorithm = ConfiguredValue.Name<RateLimitAlgorithm>(text) });
        section.Read(nameof(limit.Capacity), text => limit = limit with { Capacity = ConfiguredValue.Decimal(text) });
        section.Read(nameof(limit.RefillPerSecond), text => limit = limit with { RefillPerSecond = ConfiguredValue.Decimal(text) });
        section.Read(nameof(limit.Limit), text => limit = limit with { Limit = ConfiguredValue.Decimal(text) });
        section.Read(nameof(limit.Window), text => limit = limit with { Window = ConfiguredValue.TimeSpan(text) });
        section.Read(nameof(limit.Alignment), text => limit = limit with { Alignment = WindowAlignment.Parse(text) });
        section.Read(nameof(limit.RatePerSecond), text => limit = limit with { RatePerSecond = ConfiguredValue.Decimal(text) });
        section.Read(nameof(limit.QueueLimit), text => limit = limit with { QueueLimit = ConfiguredValue.Decimal(text) });
        section.Read(nameof(limit.MaxWait), text => limit = limit with { MaxWait = ConfiguredValue.TimeSpan(text) });
        section.Read(nameof(limit.Unit), text => limit = limit with { Unit = text });
        section.Read(nameof(limit.Enforcement), text => limit = limit with { Enforcement = ConfiguredValue.Name<Enforcement>(text) });
        section.Read(nameof(limit.IsActive), text => limit = limit with { IsActive = ConfiguredValue.Boolean(text) });
        section.ReadNames(nameof(limit.Providers), names => limit = limit with { Providers = names });
        section.ReadNames(nameof(limit.Models), names => limit = limit with { Models = names });
        section.ReadNames(nameof(limit.Operations), names => limit = limit with { Operations = names });
        section.ReadDimensions(nameof(limit.Dimensions), dimensions => limit = limit with { Dimensions = dimensions });
        section.Read(nameof(limit.CountsRequestsWithoutModel), text => limit = limit with { CountsRequestsWithoutModel = ConfiguredValue.Boolean(text) });
        section.ReadDecimals(nameof(limit.PriorityHeadroom), fractions => limit = limit with { PriorityHeadroom = fractions });
        section.Read(nameof(limit.Name), text => limit = limit with { Name = text });
        section.ReadSection(nameof(limit.Adaptive), AdaptiveRateReader.Read, adaptive => limit = limit with { Adaptive = adaptive });
        ScheduleReader.Read(section, rows => limit = limit with { Schedule = rows });
        foreach (var (member, problem) in RateLimitRules.TraitsOf(limit.Algorithm).Errors(limit))
        {
            // A value that cannot be read has been reported already.
            if (!section.Has(member) || problem != RateLimitTraits.Missing)
                section.Errors.Add($"{section.PathOf(member)} {problem}");
        }
        section.RefuseOthers();
        if (section.Errors.Count != before)
            return;
        options.RateLimits.Add(limit);
        options.Origins[limit] = section.Path;
    }
}
