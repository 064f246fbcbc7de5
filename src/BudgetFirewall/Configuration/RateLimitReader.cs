namespace BudgetFirewall;

/// <summary>Reads one rate limit from configuration.</summary>
internal static class RateLimitReader
{
    public static void Read(SectionReader section, BudgetFirewallOptions options)
    {
        var before = section.Errors.Count;
        var limit = new RateLimit { Scope = BudgetScope.Global, Capacity = 1, RefillPerSecond = 0 };
        section.Read(nameof(limit.Id), text => limit = limit with { Id = text });
        section.Require(nameof(limit.Scope), text => limit = limit with { Scope = BudgetScope.Parse(text) });
        section.Require(nameof(limit.Capacity), text => limit = limit with { Capacity = ConfiguredValue.Decimal(text) });
        section.Require(nameof(limit.RefillPerSecond), text => limit = limit with { RefillPerSecond = ConfiguredValue.Decimal(text) });
        section.Read(nameof(limit.Unit), text => limit = limit with { Unit = text });
        section.Read(nameof(limit.Enforcement), text => limit = limit with { Enforcement = ConfiguredValue.Name<Enforcement>(text) });
        section.ReadNames(nameof(limit.Providers), names => limit = limit with { Providers = names });
        section.ReadNames(nameof(limit.Models), names => limit = limit with { Models = names });
        section.ReadNames(nameof(limit.Operations), names => limit = limit with { Operations = names });
        section.RefuseOthers();
        if (section.Errors.Count != before)
            return;
        options.RateLimits.Add(limit);
        options.Origins[limit] = section.Path;
    }
}
