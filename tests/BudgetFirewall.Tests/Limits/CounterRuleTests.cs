using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>Budgets as a store counts them: their ceilings, the waits of what they refuse, and what their counters are named after.</summary>
public sealed class CounterRuleTests
{
    private static readonly DateTime Now = new(2026, 3, 10, 12, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime PeriodEnd = Now.AddHours(12);
    private static readonly Budget Budget = new() { Scope = BudgetScope.Global, Limit = 10m };

    [Fact]
    public void The_ceiling_of_a_budget_without_a_queue_is_its_limit()
    {
        var throttled = Budget with { Enforcement = Enforcement.Throttle, Throttle = new() { RatePerSecond = 1m } };

        new CounterRule(Budget).Ceiling.Should().Be(10_000_000_000);
        new CounterRule(throttled).Ceiling.Should().Be(long.MaxValue);
        new CounterRule(throttled with { Throttle = new() { RatePerSecond = 1m, Ceiling = 12m } }).Ceiling.Should().Be(12_000_000_000);
    }

    [Theory]
    [InlineData(50, 12)]
    [InlineData(51, null)]
    public void What_a_limit_that_follows_use_may_come_to_have_room_for_waits_for_the_next_period(long need, int? hours)
    {
        var rule = new CounterRule(Budget with { LimitFromUsage = new() { Periods = 2, Floor = 0m, Ceiling = 50m } });

        rule.Judge(default, new(rule, "", need * 1_000_000_000, 0), Now, PeriodEnd).Wait.Should().Be(hours is { } wait ? TimeSpan.FromHours(wait) : null);
    }

    [Theory]
    [InlineData(50, true)]
    [InlineData(51, false)]
    public async Task What_another_row_of_the_schedule_has_room_for_waits_for_the_next_period(int need, bool waits)
    {
        var schedule = new ScheduleRow[] { new() { From = new(20, 0), Until = new(22, 0), Limit = 50m }, new() { From = new(22, 0), Until = new(23, 0), Limit = 5m } };
        await using var firewall = new BudgetFirewallBuilder().Configure(options => options.Budgets.Add(Budget with { Schedule = schedule }))
            .UseTimeProvider(new Conformance.ManualTimeProvider(new(Now))).Build();

        var decision = await firewall.TryCheckAsync(new() { Provider = "p", Cost = need });

        (decision.IsAllowed, decision.RetryAfter).Should().Be((false, waits ? TimeSpan.FromHours(12) : null));
    }

    [Fact]
    public void The_time_zones_of_a_limit_are_those_of_its_period_and_its_schedule_without_utc_and_each_once()
    {
        ScheduleRow Row(string zone) => new() { From = new(20, 0), Limit = 5m, TimeZone = zone };

        new CounterRule(Budget).TimeZones.Should().BeEmpty();
        new CounterRule(Budget with { TimeZone = "Europe/Berlin" }).TimeZones.Should().Equal("Europe/Berlin");
        new CounterRule(Budget with { TimeZone = "Europe/Berlin", Schedule = [Row("America/New_York"), Row("UTC"), Row("Europe/Berlin")] }).TimeZones
            .Should().Equal("Europe/Berlin", "America/New_York");
    }

    [Fact]
    public void A_budget_that_cannot_be_counted_is_refused_by_name()
    {
        FluentActions.Invoking(() => new CounterRule(Budget with { Enforcement = Enforcement.Throttle })).Should().ThrowExactly<ArgumentException>().WithParameterName("Throttle");
        FluentActions.Invoking(() => new CounterRule(Budget with { Enforcement = Enforcement.Throttle, Throttle = new() { RatePerSecond = 1m, Ceiling = 9m } }))
            .Should().ThrowExactly<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new CounterRule(Budget with { LimitFromUsage = new() { Periods = 2, Floor = 6m, Ceiling = 5m } }))
            .Should().ThrowExactly<ArgumentException>().WithParameterName("LimitFromUsage");
    }

    [Fact]
    public void A_budget_with_a_limit_of_its_own_looks_at_no_past_period() =>
        new CounterRule(Budget).PeriodsBefore(new(Now.Date, Now.Date.AddDays(1))).Should().BeEmpty();

    [Fact]
    public void Families_of_counters_compare_by_their_names()
    {
        var family = new CounterRule(Budget).Family;

        family.ToString().Should().Be(family.Name);
        family.Equals(new CounterRule(Budget with { Limit = 99m }).Family).Should().BeTrue();
        family.Equals(new CounterRule(Budget with { Unit = "record" }).Family).Should().BeFalse();
        family.Equals("another thing").Should().BeFalse();
        new CounterRule(Budget).Family.Equals((CounterFamily?)null).Should().BeFalse();
    }

    [Theory]
    [InlineData(long.MaxValue, 5, 0, long.MaxValue)]
    [InlineData(long.MaxValue, 5, 3, 5)]
    [InlineData(long.MaxValue, 0, 3, 1)]
    [InlineData(8, 5, 3, 5)]
    [InlineData(2, 2, 3, 0)]
    public void The_need_of_a_call_itself_is_what_is_beside_the_headroom(long need, long take, long headroom, long own) =>
        new LimitDemand(new CounterRule(Budget), "", need, take) { Headroom = headroom }.OwnNeed.Should().Be(own);
}
