namespace BudgetFirewall;

/// <summary>Reads one pool from configuration.</summary>
internal static class QuotaReader
{
    public static void Read(SectionReader section, BudgetFirewallOptions options)
    {
        var before = section.Errors.Count;
        var pool = new QuotaPool { Id = "?", Limit = 0, Members = [new() { Scope = BudgetScope.User("?") }] };
        section.Require(nameof(pool.Id), text => pool = pool with { Id = text });
        section.Require(nameof(pool.Limit), text => pool = pool with { Limit = ConfiguredValue.Decimal(text) });
        section.Read(nameof(pool.Unit), text => pool = pool with { Unit = text });
        section.Read(nameof(pool.Period), text => pool = pool with { Period = BudgetPeriod.Parse(text) });
        section.Read(nameof(pool.TimeZone), text => pool = pool with { TimeZone = text });
        section.Read(nameof(pool.Strategy), text => pool = pool with { Strategy = ConfiguredValue.Name<QuotaStrategy>(text) });
        section.ReadSection(nameof(pool.Dynamics), ReadDynamics, dynamics => pool = pool with { Dynamics = dynamics });
        section.ReadSection(nameof(pool.Rollover), ReadRollover, rollover => pool = pool with { Rollover = rollover });
        section.ReadList(nameof(pool.WarnAt), ConfiguredValue.Decimal, values => pool = pool with { WarnAt = values });
        section.Read(nameof(pool.Enforcement), text => pool = pool with { Enforcement = ConfiguredValue.Name<Enforcement>(text) });
        section.ReadNames(nameof(pool.Providers), names => pool = pool with { Providers = names });
        section.ReadNames(nameof(pool.Models), names => pool = pool with { Models = names });
        section.ReadNames(nameof(pool.Operations), names => pool = pool with { Operations = names });
        var members = section.Items(nameof(pool.Members)).Select(item => ReadMember(new(item, section.Errors))).ToList();
        if (section.Errors.Count == before)
            OptionError.Try(section.Errors, section.PathOf(nameof(pool.Members)), members.Count, () => pool = pool with { Members = members });
        section.RefuseOthers();
        if (section.Errors.Count != before)
            return;
        options.Quotas.Add(pool);
        options.Origins[pool] = section.Path;
    }

    private static QuotaMember ReadMember(SectionReader section)
    {
        var member = new QuotaMember { Scope = BudgetScope.User("?") };
        section.Require(nameof(member.Scope), text => member = member with { Scope = BudgetScope.Parse(text) });
        section.Read(nameof(member.Weight), text => member = member with { Weight = ConfiguredValue.Decimal(text) });
        section.Read(nameof(member.Priority), text => member = member with { Priority = ConfiguredValue.Integer(text) });
        section.Read(nameof(member.Minimum), text => member = member with { Minimum = ConfiguredValue.Decimal(text) });
        section.Read(nameof(member.Maximum), text => member = member with { Maximum = ConfiguredValue.Decimal(text) });
        section.RefuseOthers();
        return member;
    }

    private static QuotaDynamics ReadDynamics(SectionReader section)
    {
        var dynamics = new QuotaDynamics();
        section.Read(nameof(dynamics.Floor), text => dynamics = dynamics with { Floor = ConfiguredValue.Decimal(text) });
        section.Read(nameof(dynamics.Ceiling), text => dynamics = dynamics with { Ceiling = ConfiguredValue.Decimal(text) });
        section.Read(nameof(dynamics.Smoothing), text => dynamics = dynamics with { Smoothing = ConfiguredValue.Decimal(text) });
        return dynamics;
    }

    private static QuotaRollover ReadRollover(SectionReader section)
    {
        var rollover = new QuotaRollover();
        section.Read(nameof(rollover.Fraction), text => rollover = rollover with { Fraction = ConfiguredValue.Decimal(text) });
        section.Read(nameof(rollover.Cap), text => rollover = rollover with { Cap = ConfiguredValue.Decimal(text) });
        return rollover;
    }
}
