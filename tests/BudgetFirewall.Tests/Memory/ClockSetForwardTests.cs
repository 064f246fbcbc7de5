using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>P6 in memory: a clock that is set forward, without that time having passed, and back again.</summary>
public sealed class ClockSetForwardTests : StoreTests<MemoryHarness>
{
    [Theory]
    [InlineData(15)]
    [InlineData(24 * 40)]
    public async Task A_clock_set_forward_and_back_finds_what_was_spent_in_the_period_that_it_returns_to(int hours)
    {
        var firewall = Firewall(AliceLimit(10m), AliceLimit(100m, BudgetPeriod.Month), Limit(BudgetScope.Global, 50m, BudgetPeriod.Hour));
        var right = Harness.Now;
        await firewall.SpendAsync(Call(8m));

        Harness.Clock.SetTo(right + TimeSpan.FromHours(hours));
        await TouchAsync(firewall, 1m);
        Harness.Clock.SetTo(right);

        await firewall.AssertStandsAtAsync(BudgetScope.Global, spent: 8m);
        (await firewall.SpentAsync(AliceScope, AliceLimit(10m).Id)).Should().Be(8m);
        (await firewall.TrySpendAsync(Call(3m))).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task An_operation_that_a_clock_set_forward_was_past_is_remembered_again_when_it_is_set_back()
    {
        var firewall = Firewall(AliceLimit(10m));
        var right = Harness.Now;
        await firewall.ChargeAsync(Call(8m, id: "one"));

        Harness.Clock.SetTo(right + TimeSpan.FromDays(3));
        await TouchAsync(firewall, 1m);
        Harness.Clock.SetTo(right);

        (await firewall.ChargeAsync(Call(8m, id: "one"))).IsReplay.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 8m);
    }

    [Fact]
    public async Task A_bucket_that_a_clock_set_forward_was_full_at_is_kept_and_stands_where_it_stood()
    {
        var firewall = Firewall(options => options.RateLimits.Add(Rate(AliceScope, capacity: 100, refillPerSecond: 1)));
        var right = Harness.Now;
        await firewall.CheckAsync(Call(0m) with { Permits = 90 });

        Harness.Clock.SetTo(right + TimeSpan.FromDays(3));
        await TouchAsync(firewall, 1m);
        Harness.Clock.SetTo(right);

        (await firewall.LevelAsync(AliceScope)).Should().Be(10m);
    }

    [Fact]
    public async Task A_clock_that_was_set_forward_for_hours_finds_what_was_spent_when_it_is_set_back()
    {
        var firewall = Firewall(AliceLimit(10m));
        var right = Harness.Now;
        await firewall.SpendAsync(Call(8m));

        Harness.Clock.SetTo(right + TimeSpan.FromDays(3));
        for (var hour = 1; hour <= 5; hour++)
        {
            await Harness.AdvanceAsync(TimeSpan.FromHours(1));
            await TouchAsync(firewall, 1m);
        }
        Harness.Clock.SetTo(right + TimeSpan.FromHours(5));

        await firewall.AssertStandsAtAsync(AliceScope, spent: 8m);
    }

    [Fact]
    public async Task A_clock_that_is_set_forward_and_stays_there_is_followed_after_two_days()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 100m), Limit(BudgetScope.Global, 100m, BudgetPeriod.None));
        await firewall.ChargeAsync(Call(1m, id: "one"));

        Harness.Clock.SetTo(Harness.Now + TimeSpan.FromDays(56 * 365));
        for (var hour = 0; hour <= 48; hour++)
        {
            await Harness.AdvanceAsync(TimeSpan.FromHours(1));
            await TouchAsync(firewall, 1m);
        }

        (Harness.Store.CountEntries().Counters, Harness.Store.CountEntries().Operations).Should().Be(((long, long))(1, 0));
    }

    [Fact]
    public async Task A_clock_that_runs_a_little_fast_is_followed()
    {
        var firewall = Firewall(AliceLimit(100m));
        await firewall.ChargeAsync(Call(1m));
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            await Harness.AdvanceAsync(TimeSpan.FromMinutes(1));
            Harness.Clock.SetTo(Harness.Now + TimeSpan.FromMilliseconds(5));
            await TouchAsync(firewall, 0m);
        }

        Harness.Store.CountEntries().Counters.Should().Be(0);
    }

    [Fact]
    public async Task A_lease_that_the_clock_was_set_past_has_ended_and_its_commit_is_recorded_in_full_when_the_clock_is_set_back()
    {
        var firewall = Firewall(AliceLimit(10m, BudgetPeriod.None));
        var right = Harness.Now;
        var reservation = await firewall.ReserveAsync(Call(4m));

        Harness.Clock.SetTo(right + TimeSpan.FromHours(15));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
        Harness.Clock.SetTo(right);

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
        await reservation.CommitAsync(4m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 4m);
    }

    // The store tidies up as it is used.
    private static async Task TouchAsync(IBudgetFirewall firewall, decimal cost)
    {
        for (var i = 0; i < 3; i++)
            await firewall.TrySpendAsync(Call(cost, "bob"));
    }
}
