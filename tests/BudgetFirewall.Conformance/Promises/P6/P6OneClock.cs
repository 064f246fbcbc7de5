namespace BudgetFirewall.Conformance;

/// <summary>P6: the store's clock is the only one; a process whose own is wrong gets the same answers.</summary>
public abstract class P6OneClock<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    [InlineData(24 * 60)]
    [InlineData(-24 * 60)]
    public async Task A_process_whose_clock_is_off_gets_the_same_answers(int minutesOff)
    {
        var right = Firewall(WithAll);
        var wrong = Harness.CreateFirewallWithClockOffBy(TimeSpan.FromMinutes(minutesOff), WithAll);
        await right.SpendAsync(Call(1m));

        var decision = await wrong.SpendAsync(Call(2m));

        decision.Budgets.Select(state => state.Spent).Should().Equal(3m, 3m);
        decision.RateLimits.Should().ContainSingle().Which.Level.Should().Be(8m);
        (await wrong.GetStatusAsync(AliceScope)).Budgets.Select(Period).Should().Equal((await right.GetStatusAsync(AliceScope)).Budgets.Select(Period));
        decision.Budgets.Select(Period).Should().Equal((await right.GetStatusAsync(AliceScope)).Budgets.Select(Period));
        AssertMoment(Harness.Now, (await wrong.GetStatusAsync(AliceScope)).AsOf);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    public async Task A_lease_ends_by_the_stores_clock(int minutesOff)
    {
        var wrong = Harness.CreateFirewallWithClockOffBy(TimeSpan.FromMinutes(minutesOff), WithAll);
        var reservation = await wrong.ReserveAsync(Call(1m));

        AssertMoment(Harness.Now + TimeSpan.FromMinutes(5), reservation.ExpiresAt);
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(3));
        AssertMoment(Harness.Now + TimeSpan.FromMinutes(10), await reservation.ExtendAsync(TimeSpan.FromMinutes(10)));
        await MoveJustBeforeAsync(reservation.ExpiresAt);
        (await reservation.CommitAsync(1m)).IsLate.Should().BeFalse();
    }

    [Fact]
    public async Task Half_the_processes_with_clocks_off_by_hours_and_days_still_admit_exactly_the_limit()
    {
        var calls = Harness.Scaled(40_000);
        int[] hoursOff = [0, 1, 0, -1, 0, 24, 0, -24];
        var processes = hoursOff
            .Select(hours => Harness.CreateFirewallWithClockOffBy(TimeSpan.FromHours(hours), options => options.Budgets.Add(AliceLimit(calls / 4))))
            .ToArray();

        var granted = await Together.DoAsync(calls, threads: 16, async i => (await processes[i % 8].TryReserveAsync(Call(1m))).IsGranted);

        granted.Count(isGranted => isGranted).Should().Be(calls / 4);
        foreach (var process in processes)
            await process.AssertStandsAtAsync(AliceScope, spent: 0, held: calls / 4);
    }

    [Fact]
    public async Task A_wait_is_counted_by_the_stores_clock()
    {
        var wrong = Harness.CreateFirewallWithClockOffBy(TimeSpan.FromHours(-5), WithAll);
        await wrong.SpendAsync(Call(4m));
        var untilNextHour = Calendar.NextHour(Harness.Now) - Harness.Now;

        AssertWait(untilNextHour, (await wrong.TrySpendAsync(Call(4m))).RetryAfter);
    }

    [Fact]
    public async Task A_bucket_taken_from_before_the_clock_was_set_back_says_when_it_really_admits_again()
    {
        Harness.CanMoveBackwards.Should().BeTrue();
        var firewall = Firewall(options => options.RateLimits.Add(Rate(AliceScope, capacity: 10, refillPerSecond: 2)));
        await firewall.CheckAsync(Call(0m) with { Permits = 10 });
        await Harness.AdvanceAsync(TimeSpan.FromHours(-1));

        var denied = await firewall.TryCheckAsync(Call(0m));

        var wait = TimeSpan.FromHours(1) + TimeSpan.FromSeconds(0.5);
        new[] { denied.RetryAfter, denied.RateLimits.Should().ContainSingle().Which.RetryAfter }.Should().Equal(wait, wait);
        (await firewall.GetStatusAsync(AliceScope)).RateLimits.Should().ContainSingle().Which.FullIn.Should().Be(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(5));
        await Harness.AdvanceAsync(wait - TimeSpan.FromMilliseconds(1));
        (await firewall.TryCheckAsync(Call(0m))).IsAllowed.Should().BeFalse();
        await Harness.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        (await firewall.TryCheckAsync(Call(0m))).IsAllowed.Should().BeTrue();
    }

    private static void WithAll(BudgetFirewallOptions options)
    {
        options.Budgets.AddRange([AliceLimit(5m, BudgetPeriod.Hour), AliceLimit(50m)]);
        options.RateLimits.Add(Rate(AliceScope, capacity: 10));
    }

    private static (string, DateTimeOffset?, DateTimeOffset?) Period(BudgetState state) => (state.BudgetId, state.PeriodStart, state.ResetsAt);
}
