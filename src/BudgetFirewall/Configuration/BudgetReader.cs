namespace BudgetFirewall;

/// <summary>Reads one budget from configuration.</summary>
internal static class BudgetReader
{
    public static void Read(SectionReader section, BudgetFirewallOptions options)
    {
        var before = section.Errors.Count;
        var budget = new Budget { Scope = BudgetScope.Global, Limit = 0 };
        section.Read(nameof(budget.Id), text => budget = budget with { Id = text });
        section.Require(nameof(budget.Scope), text => budget = budget with { Scope = BudgetScope.Parse(text) });
        section.Require(nameof(budget.Limit), text => budget = budget with { Limit = ConfiguredValue.Decimal(text) });
        section.Read(nameof(budget.Period), text => budget = budget with { Period = BudgetPeriod.Parse(text) });
        section.Read(nameof(budget.TimeZone), text => budget = budget with { TimeZone = text });
        section.Read(nameof(budget.Unit), text => budget = budget with { Unit = text });
        section.Read(nameof(budget.Enforcement), text => budget = budget with { Enforcement = ConfiguredValue.Name<Enforcement>(text) });
        section.ReadSection(nameof(budget.Throttle), ReadThrottle, throttle => budget = budget with { Throttle = throttle });
        section.ReadList(nameof(budget.WarnAt), ConfiguredValue.Decimal, values => budget = budget with { WarnAt = values });
        section.Read(nameof(budget.IsActive), text => budget = budget with { IsActive = ConfiguredValue.Boolean(text) });
        section.ReadNames(nameof(budget.Providers), names => budget = budget with { Providers = names });
        section.ReadNames(nameof(budget.Models), names => budget = budget with { Models = names });
        section.ReadNames(nameof(budget.Operations), names => budget = budget with { Operations = names });
        section.ReadDimensions(nameof(budget.Dimensions), dimensions => budget = budget with { Dimensions = dimensions });
        section.Read(nameof(budget.CountsRequestsWithoutModel), text => budget = budget with { CountsRequestsWithoutModel = ConfiguredValue.Boolean(text) });
        section.ReadDecimals(nameof(budget.PriorityHeadroom), fractions => budget = budget with { PriorityHeadroom = fractions });
        section.Read(nameof(budget.Name), text => budget = budget with { Name = text });
        ScheduleReader.Read(section, rows => budget = budget with { Schedule = rows });
        section.ReadSection(nameof(budget.LimitFromUsage), LimitFromUsageReader.Read, rule => budget = budget with { LimitFromUsage = rule });
        section.RefuseOthers();
        if (section.Errors.Count != before)
            return;
        options.Budgets.Add(budget);
        options.Origins[budget] = section.Path;
    }

    private static BudgetThrottle ReadThrottle(SectionReader section)
    {
        var throttle = new BudgetThrottle { RatePerSecond = 1 };
        section.Require(nameof(throttle.RatePerSecond), text => throttle = throttle with { RatePerSecond = ConfiguredValue.Decimal(text) });
        section.Read(nameof(throttle.QueueLimit), text => throttle = throttle with { QueueLimit = ConfiguredValue.Decimal(text) });
        section.Read(nameof(throttle.MaxWait), text => throttle = throttle with { MaxWait = ConfiguredValue.TimeSpan(text) });
        section.Read(nameof(throttle.Ceiling), text => throttle = throttle with { Ceiling = ConfiguredValue.Decimal(text) });
        return throttle;
    }
}
