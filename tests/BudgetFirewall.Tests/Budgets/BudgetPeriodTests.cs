using System.Globalization;

namespace BudgetFirewall.Tests;

/// <summary>The values and texts of periods.</summary>
public sealed class BudgetPeriodTests
{
    [Theory]
    [InlineData("hour", "hour")]
    [InlineData(" Day ", "day")]
    [InlineData("WEEK", "week")]
    [InlineData("month", "month")]
    [InlineData("quarter", "quarter")]
    [InlineData("year", "year")]
    [InlineData("none", "none")]
    [InlineData("00:30:00", "00:30:00")]
    [InlineData("1.00:00:00", "1.00:00:00")]
    [InlineData("3.00:00:00@2026-01-05T00:00:00Z", "3.00:00:00@2026-01-05T00:00:00Z")]
    [InlineData("3.00:00:00@2026-01-05T01:00+01:00", "3.00:00:00@2026-01-05T00:00:00Z")]
    [InlineData("3.00:00:00@2026-01-04T19:30:30-04:30", "3.00:00:00@2026-01-05T00:00:30Z")]
    [InlineData("2026-03-01T00:00Z/2026-04-01T02:00:00+02:00", "2026-03-01T00:00:00Z/2026-04-01T00:00:00Z")]
    public void Text_is_read_and_written_back(string text, string written)
    {
        var period = BudgetPeriod.Parse(text);

        period.ToString().Should().Be(written);
        BudgetPeriod.Parse(written).Should().Be(period);
        BudgetPeriod.Parse(written).GetHashCode().Should().Be(period.GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("fortnight")]
    [InlineData("5")]
    [InlineData("00:30")]
    [InlineData("3.00:00:00@2026-01-05")]
    [InlineData("3.00:00:00@2026-01-05T00:00:00")]
    [InlineData("3.00:00:00@")]
    [InlineData("@2026-01-05T00:00:00Z")]
    [InlineData("day@2026-01-05T00:00:00Z")]
    [InlineData("2026-03-01T00:00:00Z/")]
    [InlineData("2026-03-01/2026-04-01")]
    [InlineData("2026-03-01T00:00:00Z/2026-04-01T00:00:00Z/2026-05-01T00:00:00Z")]
    [InlineData("3.00:00:00@2026-01-05T00:00:00Z@2026-01-05T00:00:00Z")]
    public void Text_that_is_no_period_is_refused(string text) => FluentActions.Invoking(() => BudgetPeriod.Parse(text)).Should().ThrowExactly<FormatException>()
        .WithMessage("must be hour, day, week, month, quarter, year, none, a length such as 00:30:00 or 3.00:00:00@2026-01-05T00:00:00Z, or one span such as 2026-03-01T00:00:00Z/2026-04-01T00:00:00Z");

    [Theory]
    [InlineData("00:00:59")]
    [InlineData("-01:00:00")]
    [InlineData("00:01:00.5")]
    [InlineData("3660.00:00:01")]
    public void A_length_is_a_minute_to_ten_years_in_whole_seconds(string length)
    {
        FluentActions.Invoking(() => BudgetPeriod.Parse(length)).Should().ThrowExactly<FormatException>().WithMessage("must be a length of a minute to 3,660 days, or a span of a minute or more, with all moments in whole seconds");
        FluentActions.Invoking(() => BudgetPeriod.Every(TimeSpan.Parse(length, CultureInfo.InvariantCulture))).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName(nameof(length));
    }

    [Fact]
    public void An_anchor_is_in_whole_seconds() => FluentActions.Invoking(() => BudgetPeriod.Every(TimeSpan.FromDays(1), DateTimeOffset.UnixEpoch.AddMilliseconds(1)))
        .Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("anchor");

    [Fact]
    public void One_span_is_of_a_minute_or_more()
    {
        var from = new DateTimeOffset(2026, 3, 1, 1, 0, 0, TimeSpan.FromHours(1));
        FluentActions.Invoking(() => BudgetPeriod.Once(from, from.AddSeconds(59))).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("until");
        FluentActions.Invoking(() => BudgetPeriod.Once(from, from.AddMinutes(2).AddTicks(1))).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("until");
        FluentActions.Invoking(() => BudgetPeriod.Parse("2026-03-01T00:00:00Z/2026-02-01T00:00:00Z")).Should().ThrowExactly<FormatException>().WithMessage("*a span of a minute or more*");

        var period = BudgetPeriod.Once(from, from.AddMinutes(1));

        (period.From, period.Until, period.Length, period.Anchor).Should().Be(((DateTimeOffset?)from.ToUniversalTime(), (DateTimeOffset?)from.AddMinutes(1).ToUniversalTime(), (TimeSpan?)null, (DateTimeOffset?)null));
        PeriodWindow.At(period, DateTimeOffset.UnixEpoch).Should().Be(new PeriodWindow(from.UtcDateTime, from.AddMinutes(1).UtcDateTime));
    }

    [Fact]
    public void Periods_compare_by_content()
    {
        BudgetPeriod.Every(TimeSpan.FromHours(1)).Should().Be(BudgetPeriod.Parse("01:00:00")).And.NotBe(BudgetPeriod.Hour);
        BudgetPeriod.Every(TimeSpan.FromHours(1), DateTimeOffset.UnixEpoch).Should().NotBe(BudgetPeriod.Every(TimeSpan.FromHours(1)));
        (BudgetPeriod.Day == BudgetPeriod.Parse("day")).Should().BeTrue();
        (BudgetPeriod.Month.Length, BudgetPeriod.Month.Anchor).Should().Be(((TimeSpan?)null, (DateTimeOffset?)null));
        var anchored = BudgetPeriod.Every(TimeSpan.FromDays(3), new(2026, 1, 5, 1, 0, 0, TimeSpan.FromHours(1)));
        (anchored.Length, anchored.Anchor).Should().Be(((TimeSpan?)TimeSpan.FromDays(3), (DateTimeOffset?)new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero)));
    }

    [Theory]
    [InlineData("UTC", "UTC", "each:user/day")]
    [InlineData("utc", "UTC", "each:user/day")]
    [InlineData("Etc/UTC", "UTC", "each:user/day")]
    [InlineData("Europe/Berlin", "Europe/Berlin", "each:user/day(Europe/Berlin)")]
    public void A_time_zone_is_part_of_a_budgets_name_unless_it_is_utc(string timeZone, string kept, string id)
    {
        var budget = new Budget { Scope = BudgetScope.Each("user"), Limit = 1m, TimeZone = timeZone };

        (budget.TimeZone, budget.Id).Should().Be((kept, id));
        (budget == (budget with { TimeZone = "Asia/Tokyo" })).Should().BeFalse();
    }

    [Fact]
    public void Every_time_zone_that_the_system_lists_may_be_used()
    {
        string[] names = [.. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id), "Etc/GMT+5", "America/Port-au-Prince", "America/Argentina/Buenos_Aires"];
        foreach (var name in names)
            new Budget { Scope = BudgetScope.Global, Limit = 1m, TimeZone = name }.TimeZone.Should().BeOneOf(name, "UTC");
    }

    [Theory]
    [InlineData("Mars/Olympus")]
    [InlineData("")]
    [InlineData("W. Europe Standard Time")]
    [InlineData("Europe//Berlin")]
    [InlineData("/Europe/Berlin")]
    [InlineData("Europe/Berlin/")]
    [InlineData("Europe/./Berlin")]
    [InlineData("Europe/../Europe/Berlin")]
    [InlineData("EUROPE/BERLIN")]
    [InlineData("europe/berlin")]
    [InlineData("posix/Europe/Berlin")]
    [InlineData("right/Europe/Berlin")]
    [InlineData("localtime")]
    [InlineData("posixrules")]
    public void A_time_zone_that_is_not_in_the_iana_database_is_refused(string timeZone) => FluentActions.Invoking(() => new Budget { Scope = BudgetScope.Global, Limit = 1m, TimeZone = timeZone })
        .Should().ThrowExactly<ArgumentException>().WithParameterName("TimeZone").WithMessage($"TimeZone must be UTC or a time zone of the IANA database such as Europe/Berlin; '{timeZone}' is not one that the system knows.*");
}
