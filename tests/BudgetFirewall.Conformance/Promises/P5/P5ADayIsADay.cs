namespace BudgetFirewall.Conformance;

/// <summary>P5: counters start from zero exactly at the period's boundary, and a hold belongs to the period it was taken in.</summary>
public abstract class P5ADayIsADay<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private TimeSpan OneSecond => Harness.Margin > TimeSpan.FromSeconds(1) ? Harness.Margin : TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Midnight_with_reservations_open_puts_each_commit_in_its_own_day()
    {
        var firewall = Firewall(AliceLimit(1m));
        var midnight = Calendar.NextMidnight(Harness.Now);
        await Harness.MoveToAsync(midnight - OneSecond);
        var committed = await firewall.ReserveAsync(Call(0.2m));
        var released = await firewall.ReserveAsync(Call(0.3m));

        await Harness.MoveToAsync(midnight + OneSecond);
        var first = await committed.CommitAsync(0.2m);
        await released.ReleaseAsync();
        await firewall.ChargeAsync(Call(0.1m));

        AssertPeriod(first.Budgets.Of(AliceScope), midnight.AddDays(-1), midnight, spent: 0.2m, held: 0.3m);
        AssertPeriod((await committed.CommitAsync(0.2m)).Budgets.Of(AliceScope), midnight.AddDays(-1), midnight, spent: 0.2m, held: 0);
        AssertPeriod(await firewall.StateAsync(AliceScope), midnight, midnight.AddDays(1), spent: 0.1m, held: 0);
    }

    [Theory]
    [InlineData("hour")]
    [InlineData("day")]
    [InlineData("week")]
    [InlineData("month")]
    [InlineData("quarter")]
    [InlineData("year")]
    public async Task Counters_start_from_zero_exactly_at_the_boundary(string name)
    {
        var period = BudgetPeriod.Parse(name);
        var firewall = Firewall(AliceLimit(1m, period));
        var window = PeriodWindow.At(period, Harness.Now);
        await MoveJustBeforeAsync(window.End);
        await firewall.SpendAsync(Call(1m));
        AssertPeriod(await firewall.StateAsync(AliceScope), window.Start, window.End, spent: 1m, held: 0);
        (await firewall.TrySpendAsync(Call(Nano))).IsAllowed.Should().BeFalse();

        await Harness.MoveToAsync(window.End);

        var next = PeriodWindow.At(period, window.End);
        next.Start.Should().Be(window.End);
        AssertPeriod(await firewall.StateAsync(AliceScope), next.Start, next.End, spent: 0, held: 0);
        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeTrue();
    }

    [Theory]
    [InlineData(28)]
    [InlineData(29)]
    [InlineData(30)]
    [InlineData(31)]
    public async Task A_month_of_any_length_ends_at_its_own_end(int days)
    {
        var end = Calendar.NextMonthAfter(Harness.Now, days);
        await AssertOnePeriodAsync(BudgetPeriod.Month, end.AddDays(-days), end);
    }

    [Fact]
    public async Task A_leap_day_is_a_day_of_its_own()
    {
        var leapDay = Calendar.NextLeapDay(Harness.Now);
        await AssertOnePeriodAsync(BudgetPeriod.Day, leapDay, leapDay.AddDays(1));
    }

    [Fact]
    public async Task A_leap_year_has_366_days()
    {
        var year = new DateTimeOffset(Calendar.NextLeapDay(Harness.Now).Year, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await AssertOnePeriodAsync(BudgetPeriod.Year, year < Harness.Now ? year.AddYears(4) : year, (year < Harness.Now ? year.AddYears(4) : year).AddDays(366));
    }

    [Fact]
    public async Task A_year_ends_at_new_year()
    {
        var newYear = Calendar.NextNewYear(Harness.Now.AddYears(1));
        await AssertOnePeriodAsync(BudgetPeriod.Year, newYear.AddYears(-1), newYear);
    }

    [Fact]
    public async Task Iso_week_53_is_one_week_across_new_year()
    {
        var monday = Calendar.NextWeek53(Harness.Now);
        monday.AddDays(6).Year.Should().NotBe(monday.Year);
        await AssertOnePeriodAsync(BudgetPeriod.Week, monday, monday.AddDays(7));
    }

    [Fact]
    public async Task A_week_begins_on_monday()
    {
        var monday = Calendar.NextMonday(Harness.Now.AddDays(7));
        await AssertOnePeriodAsync(BudgetPeriod.Week, monday.AddDays(-7), monday);
    }

    [Fact]
    public async Task A_day_on_which_clocks_in_Europe_change_has_24_hours()
    {
        var sunday = Calendar.NextSummerTime(Harness.Now);
        await AssertOnePeriodAsync(BudgetPeriod.Day, sunday, sunday.AddHours(24));
    }

    [Fact]
    public async Task The_hour_that_Europe_skips_counts_as_any_other()
    {
        var skipped = Calendar.NextSummerTime(Harness.Now).AddHours(1);
        await AssertOnePeriodAsync(BudgetPeriod.Hour, skipped, skipped.AddHours(1));
    }

    [Fact]
    public async Task A_budget_without_period_counts_until_it_is_reset_by_hand()
    {
        var budget = AliceLimit(1m, BudgetPeriod.None);
        var firewall = Firewall(budget);
        await firewall.SpendAsync(Call(0.75m));
        await Harness.AdvanceAsync(TimeSpan.FromDays(800));

        var state = await firewall.StateAsync(AliceScope);
        (state.Spent, state.ResetsAt, state.PeriodStart).Should().Be(((decimal, DateTimeOffset?, DateTimeOffset?))(0.75m, null, null));
        (await firewall.TrySpendAsync(Call(0.5m))).RetryAfter.Should().BeNull();
        await firewall.Budgets.ResetAsync(budget.Id, AliceScope);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task A_charge_without_a_hold_belongs_to_the_period_in_which_it_is_made()
    {
        var firewall = Firewall(AliceLimit(1m));
        var midnight = Calendar.NextMidnight(Harness.Now);
        await Harness.MoveToAsync(midnight - OneSecond);
        await firewall.CheckAsync(Call(0.5m));

        await Harness.MoveToAsync(midnight);
        var receipt = await firewall.ChargeAsync(Call(0.5m));

        AssertPeriod(receipt.Budgets.Of(AliceScope), midnight, midnight.AddDays(1), spent: 0.5m, held: 0);
    }

    [Fact]
    public async Task Holds_of_yesterday_take_no_room_today_and_commit_in_full_into_yesterday()
    {
        var firewall = Firewall(AliceLimit(1m));
        var midnight = Calendar.NextMidnight(Harness.Now);
        await Harness.MoveToAsync(midnight - OneSecond);
        var yesterdays = await firewall.ReserveAsync(Call(1m));
        await Harness.MoveToAsync(midnight);

        await firewall.SpendAsync(Call(1m));
        var receipt = await yesterdays.CommitAsync(1.25m);

        (receipt.Overrun, receipt.IsLate).Should().Be((0.25m, false));
        AssertPeriod(receipt.Budgets.Of(AliceScope), midnight.AddDays(-1), midnight, spent: 1.25m, held: 0);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Fact]
    public async Task A_hold_across_an_hour_stays_in_its_hour_and_in_the_same_day()
    {
        var hourly = AliceLimit(1m, BudgetPeriod.Hour);
        var daily = AliceLimit(5m);
        var firewall = Firewall(hourly, daily);
        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now).AddHours(10) - OneSecond);
        var reservation = await firewall.ReserveAsync(Call(1m));
        await Harness.MoveToAsync(Calendar.NextHour(Harness.Now));

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 0, hourly.Id);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 1m, daily.Id);
        await firewall.SpendAsync(Call(1m));
        await reservation.CommitAsync(0.5m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m, held: 0, hourly.Id);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1.5m, held: 0, daily.Id);
    }

    [Fact]
    public async Task A_commit_long_after_its_period_does_not_touch_the_present_one()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(1m));
            options.OperationIdRetention = TimeSpan.FromDays(30);
        });
        var reservation = await firewall.ReserveAsync(Call(0.5m));
        await Harness.AdvanceAsync(TimeSpan.FromDays(10));
        await firewall.SpendAsync(Call(0.25m));

        var receipt = await reservation.CommitAsync(0.5m);

        (receipt.Cost, receipt.IsLate).Should().Be((0.5m, true));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.25m);
    }

    [Fact]
    public async Task A_thousand_reservations_open_across_midnight_are_each_charged_in_their_own_day()
    {
        var firewall = Firewall(AliceLimit(9_000m));
        var count = Harness.Scaled(1_000);
        var midnight = Calendar.NextMidnight(Harness.Now);
        await Harness.MoveToAsync(midnight - TimeSpan.FromMinutes(1));
        var reservations = await Together.DoAsync(count, threads: 8, i => firewall.ReserveAsync(Call(1m + (i * Nano))));
        await Harness.MoveToAsync(midnight);

        var spentToday = 0m;
        var receipts = await Together.DoAsync(count, threads: 8, async i =>
        {
            if (i % 10 == 0)
                await firewall.ChargeAsync(Call(0.001m));
            return await reservations[i].CommitAsync(1m + (i * Nano));
        });
        spentToday = (count + 9) / 10 * 0.001m;

        await firewall.AssertStandsAtAsync(AliceScope, spent: spentToday);
        var yesterday = receipts.Select(receipt => receipt.Budgets.Of(AliceScope)).MaxBy(state => state.Spent)!;
        AssertPeriod(yesterday, midnight.AddDays(-1), midnight, spent: count + (count * (count - 1) / 2 * Nano), held: 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_within_its_lease_finds_its_own_day_though_nothing_was_held_in_it_until_then(bool isExtended)
    {
        var money = AliceLimit(1m);
        var units = Limit(AliceScope, 100m, unit: Record);
        var firewall = Firewall(money, units);
        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now) - TimeSpan.FromMinutes(1));
        await firewall.ChargeAsync(Call(0.7m) with { Usage = Records(60) });
        var reservation = await firewall.ReserveAsync(Call(0m) with { Lease = isExtended ? TimeSpan.FromMinutes(5) : TimeSpan.FromHours(24) });
        if (isExtended)
            await reservation.ExtendAsync(TimeSpan.FromHours(24));
        for (var hour = 0; hour < 20; hour++)
        {
            await Harness.AdvanceAsync(TimeSpan.FromHours(1));
            await firewall.CheckAsync(Call(0m, "somebody"));
        }

        var receipt = await firewall.CommitAsync(reservation.Id, 0.5m);

        (receipt.Overrun, receipt.IsLate).Should().Be((0.2m, false));
        (receipt.Budgets.Of(AliceScope, money.Id).Spent, receipt.Budgets.Of(AliceScope, units.Id).Spent).Should().Be((1.2m, 60m));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, budgetId: money.Id);
    }

    [Fact]
    public async Task A_denial_waits_for_the_period_to_end_where_the_next_would_admit()
    {
        var firewall = Firewall(AliceLimit(1m));
        await firewall.SpendAsync(Call(1m));
        var untilMidnight = Calendar.NextMidnight(Harness.Now) - Harness.Now;

        AssertWait(untilMidnight, (await firewall.TrySpendAsync(Call(1m))).RetryAfter);
        (await firewall.TrySpendAsync(Call(1m + Nano))).RetryAfter.Should().BeNull();
    }

    // Counts at the period's first moment and just before its end together, and in neither neighbour.
    private async Task AssertOnePeriodAsync(BudgetPeriod period, DateTimeOffset start, DateTimeOffset end)
    {
        var firewall = Firewall(AliceLimit(10m, period));
        await MoveJustBeforeAsync(start);
        await firewall.SpendAsync(Call(1m));
        await Harness.MoveToAsync(start);
        await firewall.SpendAsync(Call(2m));
        AssertPeriod(await firewall.StateAsync(AliceScope), start, end, spent: 2m, held: 0);
        await MoveJustBeforeAsync(end);
        await firewall.SpendAsync(Call(4m));
        AssertPeriod(await firewall.StateAsync(AliceScope), start, end, spent: 6m, held: 0);
        await Harness.MoveToAsync(end);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
        (await firewall.StateAsync(AliceScope)).PeriodStart.Should().Be(end);
    }

    private static void AssertPeriod(BudgetState state, DateTimeOffset start, DateTimeOffset end, decimal spent, decimal held)
    {
        (state.PeriodStart, state.ResetsAt).Should().Be(((DateTimeOffset?)start, (DateTimeOffset?)end));
        (state.Spent, state.Held).Should().Be((spent, held));
    }
}
