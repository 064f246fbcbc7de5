using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>Periods by the clocks of time zones, against a walk through time that looks at the clock every quarter of an hour.</summary>
public sealed class PeriodCalendarTests
{
    [Fact]
    public void The_ends_of_later_periods_are_found_once_whatever_other_budgets_of_the_calendar_ask_for_in_between()
    {
        CounterRule week = Following(7), quarter = Following(90);
        PeriodWindow[] days = [.. new[] { 1, 2 }.Select(day => week.Family.Calendar.At(new(2026, 3, day, 9, 0, 0, TimeSpan.Zero)))];
        days.Select(week.KeptUntil).Should().Equal(new DateTime(2026, 3, 9), new DateTime(2026, 3, 10));
        days.Select(quarter.KeptUntil).Should().Equal(new DateTime(2026, 5, 31), new DateTime(2026, 6, 1));

        // Tests that run beside this one share the calendar, and may make it forget in between.
        Enumerable.Range(0, 20).Min(_ => BytesOfAsking()).Should().Be(0);

        long BytesOfAsking()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var day in days)
            {
                _ = week.KeptUntil(day);
                _ = quarter.KeptUntil(day);
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Theory]
    [InlineData("Europe/Berlin", 2026)]
    [InlineData("America/New_York", 2026)]
    [InlineData("Australia/Lord_Howe", 2026)]
    [InlineData("Pacific/Apia", 2011)]
    [InlineData("America/Sao_Paulo", 2018)]
    [InlineData("Asia/Kathmandu", 2026)]
    [InlineData("Africa/Cairo", 2026)]
    [InlineData("Asia/Beirut", 2026)]
    [InlineData("America/Havana", 2026)]
    [InlineData("Antarctica/Troll", 2026)]
    [InlineData("Pacific/Chatham", 2026)]
    public void Each_period_is_the_span_in_which_the_clock_shows_it(string timeZone, int year)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(timeZone);
        foreach (var (period, shown) in Shown())
        {
            var (calendar, begin) = (PeriodCalendar.Of(period, timeZone), (DateTime?)null);
            for (var at = new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc); at.Year <= year + 1; at = at.AddMinutes(15))
            {
                if (shown(Local(zone, at)) == shown(Local(zone, at.AddMinutes(-15))))
                    continue;
                if (begin is { } start)
                {
                    calendar.At(start).Should().Be(new PeriodWindow(start, at), "{0} of {1} from {2:u}", period, timeZone, start);
                    PeriodCalendar.Of(period, timeZone).At(at.AddTicks(-1)).Should().Be(new PeriodWindow(start, at));
                    PeriodCalendar.Of(period, timeZone).At(start + ((at - start) / 2)).Should().Be(new PeriodWindow(start, at));
                }
                begin = at;
            }
        }
    }

    [Fact]
    public void A_period_that_the_clock_leaves_and_is_put_back_to_is_two()
    {
        // At 01:00 UTC the clock goes from 03:00 back to 02:00; one period of fifty minutes begins at 02:10.
        DateTime[] borders = [.. new[] { (0, 10), (1, 0), (1, 10), (2, 0), (2, 50) }.Select(time => new DateTime(2012, 10, 28, time.Item1, time.Item2, 0, DateTimeKind.Utc))];
        for (var i = 0; i + 1 < borders.Length; i++)
        {
            for (var at = borders[i]; at < borders[i + 1]; at = at.AddMinutes(1))
                PeriodCalendar.Of(BudgetPeriod.Parse("00:50:00"), "Europe/Berlin").At(at).Should().Be(new PeriodWindow(borders[i], borders[i + 1]), "at {0:u}", at);
        }
    }

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/New_York")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("America/St_Johns")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Antarctica/Troll")]
    [InlineData("Pacific/Apia")]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("Africa/Casablanca")]
    [InlineData("Asia/Pyongyang")]
    public void Whichever_of_its_moments_is_asked_for_a_period_of_any_length_is_the_same(string timeZone)
    {
        var random = new Random(timeZone.Length);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(timeZone);
        DateTime[] changes = [.. Enumerable.Range(0, 366 * 55).Select(day => new DateTime(1985, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(day))
            .Where(day => zone.GetUtcOffset(day) != zone.GetUtcOffset(day.AddDays(1)))];
        changes.Should().NotBeEmpty();
        int[] lengths = [25, 50, 61, 121, 1441, .. Enumerable.Range(0, 7).Select(_ => random.Next(1, 2_000))];
        foreach (var minutes in lengths)
        {
            var length = TimeSpan.FromMinutes(minutes) + TimeSpan.FromSeconds(random.Next(2) * random.Next(60));
            var period = BudgetPeriod.Every(length);
            var day = changes[random.Next(changes.Length)];
            PeriodWindow? last = null;
            for (var at = day.AddHours(-6).AddSeconds(random.Next(1_000)); at < day.AddHours(30); at = at.AddSeconds(random.Next(1, 900)))
            {
                var window = PeriodCalendar.Of(period, timeZone).At(at);
                var because = $"of {length} in {timeZone} at {at:u}";
                window.Contains(at).Should().BeTrue(because);
                var shown = Shown(at);
                (Shown(window.Start), Shown(window.End.AddTicks(-1))).Should().Be((shown, shown), because);
                (Shown(window.Start.AddTicks(-1)) == shown || Shown(window.End) == shown).Should().BeFalse(because);
                while (last is { } before && window != before)
                {
                    before.End.Should().BeOnOrBefore(window.Start, because);
                    last = before.End == window.Start ? window : PeriodCalendar.Of(period, timeZone).At(before.End);
                    last.Value.Start.Should().Be(before.End, because);
                }
                last = window;
            }

            long Shown(DateTime utc) => Local(zone, utc).Ticks / length.Ticks;
        }
    }

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/New_York")]
    [InlineData("Pacific/Kiritimati")]
    public void The_first_and_the_last_moment_of_the_calendar_lie_in_a_period_of_every_zone(string timeZone)
    {
        foreach (var (period, _) in Shown())
        {
            PeriodWindow.At(period, DateTimeOffset.MinValue, timeZone).Contains(DateTimeOffset.MinValue).Should().BeTrue();
            PeriodWindow.At(period, DateTimeOffset.MaxValue, timeZone).Contains(DateTimeOffset.MaxValue).Should().BeTrue();
        }
    }

    [Theory]
    [InlineData("day", "UTC", "day", ":20260304")]
    [InlineData("hour", "UTC", "hour", ":202603040900")]
    [InlineData("none", "UTC", "none", ":all")]
    [InlineData("2026-03-01T00:00:00Z/2026-04-01T00:00:00Z", "UTC", "2026-03-01T00:00:00Z/2026-04-01T00:00:00Z", ":20260301")]
    [InlineData("day", "Europe/Berlin", "day(Europe/Berlin)", ":202603032300")]
    [InlineData("00:30:00@2026-01-01T00:00:10Z", "UTC", "00:30:00@2026-01-01T00:00:10Z", ":20260304093010")]
    public void A_calendar_has_a_name_and_its_periods_end_their_keys_by_their_start(string period, string timeZone, string name, string ending)
    {
        var calendar = PeriodCalendar.Of(BudgetPeriod.Parse(period), timeZone);

        (calendar.Name, calendar.ToString(), calendar.KeyEndingOf(calendar.At(Noon).Start)).Should().Be((name, name, ending));
        calendar.KeyEndingOf(calendar.At(Noon).Start).Should().Be(ending);
        (calendar.UsualIndex >= 0).Should().Be(timeZone == "UTC" && period.All(char.IsLetter));
        calendar.IsEndless.Should().Be(period == "none");
        calendar.Recurs.Should().Be(period != "none" && !period.Contains('/', StringComparison.Ordinal));
    }

    [Fact]
    public void The_usual_calendars_are_found_by_their_index()
    {
        PeriodCalendar.Usual.Select(calendar => calendar.UsualIndex).Should().Equal(Enumerable.Range(0, 7));
        PeriodCalendar.Usual.Should().AllSatisfy(calendar => PeriodCalendar.Of(calendar.Period).Should().BeSameAs(calendar));
    }

    [Theory]
    [InlineData("day", "Mars/Olympus")]
    [InlineData("none", "Europe/Berlin")]
    [InlineData("2026-03-01T00:00:00Z/2026-04-01T00:00:00Z", "Europe/Berlin")]
    [InlineData("03:00:00@2026-01-01T00:00:00Z", "Europe/Berlin")]
    public void There_is_no_calendar_of_an_unknown_zone_or_of_a_period_that_goes_by_no_clock(string period, string timeZone) =>
        FluentActions.Invoking(() => PeriodCalendar.Of(BudgetPeriod.Parse(period), timeZone)).Should().ThrowExactly<ArgumentException>().WithMessage($"*'{timeZone}'*");

    private static DateTimeOffset Noon => new(2026, 3, 4, 9, 30, 15, TimeSpan.Zero);

    private static IEnumerable<(BudgetPeriod Period, Func<DateTime, long> Shown)> Shown() =>
    [
        (BudgetPeriod.Hour, local => local.Ticks / TimeSpan.TicksPerHour),
        (BudgetPeriod.Day, local => local.Date.Ticks),
        (BudgetPeriod.Week, local => local.Date.AddDays(-(((int)local.DayOfWeek + 6) % 7)).Ticks),
        (BudgetPeriod.Month, local => (local.Year * 12) + local.Month),
        (BudgetPeriod.Quarter, local => (local.Year * 4) + ((local.Month - 1) / 3)),
        (BudgetPeriod.Year, local => local.Year),
        (BudgetPeriod.Parse("00:30:00"), local => local.Ticks / (TimeSpan.TicksPerMinute * 30)),
        (BudgetPeriod.Parse("2.00:00:00"), local => local.Ticks / (TimeSpan.TicksPerDay * 2)),
    ];

    private static CounterRule Following(int periods) =>
        new(new() { Scope = BudgetScope.Each("user"), Limit = 1m, LimitFromUsage = new() { Periods = periods, Floor = 0m, Ceiling = 1m } });

    private static DateTime Local(TimeZoneInfo zone, DateTime utc) => utc + zone.GetUtcOffset(utc);
}
