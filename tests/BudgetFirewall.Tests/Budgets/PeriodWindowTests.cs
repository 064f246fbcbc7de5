using System.Globalization;

namespace BudgetFirewall.Tests;

/// <summary>Which period a moment lies in, whatever the offset it is written with.</summary>
public sealed class PeriodWindowTests
{
    [Theory]
    [InlineData("hour", "2026-03-04T09:30:15Z", "2026-03-04T09:00Z", "2026-03-04T10:00Z")]
    [InlineData("hour", "2026-12-31T23:59:59Z", "2026-12-31T23:00Z", "2027-01-01T00:00Z")]
    [InlineData("hour", "2026-03-29T01:30:00Z", "2026-03-29T01:00Z", "2026-03-29T02:00Z")]
    [InlineData("day", "2026-03-04T00:00:00Z", "2026-03-04T00:00Z", "2026-03-05T00:00Z")]
    [InlineData("day", "2026-03-04T23:59:59.9999999Z", "2026-03-04T00:00Z", "2026-03-05T00:00Z")]
    [InlineData("day", "2028-02-28T12:00:00Z", "2028-02-28T00:00Z", "2028-02-29T00:00Z")]
    [InlineData("day", "2028-02-29T12:00:00Z", "2028-02-29T00:00Z", "2028-03-01T00:00Z")]
    [InlineData("day", "2027-02-28T12:00:00Z", "2027-02-28T00:00Z", "2027-03-01T00:00Z")]
    [InlineData("day", "2026-03-29T12:00:00Z", "2026-03-29T00:00Z", "2026-03-30T00:00Z")]
    [InlineData("day", "2026-03-04T23:30:00-03:30", "2026-03-05T00:00Z", "2026-03-06T00:00Z")]
    [InlineData("day", "2026-03-05T05:44:59+05:45", "2026-03-04T00:00Z", "2026-03-05T00:00Z")]
    [InlineData("day", "2026-03-05T05:45:00+05:45", "2026-03-05T00:00Z", "2026-03-06T00:00Z")]
    [InlineData("day", "2026-12-31T13:00:00-12:00", "2027-01-01T00:00Z", "2027-01-02T00:00Z")]
    [InlineData("week", "2026-03-02T00:00:00Z", "2026-03-02T00:00Z", "2026-03-09T00:00Z")]
    [InlineData("week", "2026-03-08T23:59:59Z", "2026-03-02T00:00Z", "2026-03-09T00:00Z")]
    [InlineData("week", "2026-12-31T12:00:00Z", "2026-12-28T00:00Z", "2027-01-04T00:00Z")]
    [InlineData("week", "2027-01-03T12:00:00Z", "2026-12-28T00:00Z", "2027-01-04T00:00Z")]
    [InlineData("week", "2024-12-30T00:00:00Z", "2024-12-30T00:00Z", "2025-01-06T00:00Z")]
    [InlineData("month", "2026-01-31T23:59:59Z", "2026-01-01T00:00Z", "2026-02-01T00:00Z")]
    [InlineData("month", "2028-02-29T00:00:00Z", "2028-02-01T00:00Z", "2028-03-01T00:00Z")]
    [InlineData("month", "2027-02-10T00:00:00Z", "2027-02-01T00:00Z", "2027-03-01T00:00Z")]
    [InlineData("month", "2026-04-30T23:30:00-01:00", "2026-05-01T00:00Z", "2026-06-01T00:00Z")]
    [InlineData("month", "2026-12-01T00:00:00Z", "2026-12-01T00:00Z", "2027-01-01T00:00Z")]
    [InlineData("quarter", "2026-01-01T00:00:00Z", "2026-01-01T00:00Z", "2026-04-01T00:00Z")]
    [InlineData("quarter", "2028-02-29T12:00:00Z", "2028-01-01T00:00Z", "2028-04-01T00:00Z")]
    [InlineData("quarter", "2026-06-30T23:59:59Z", "2026-04-01T00:00Z", "2026-07-01T00:00Z")]
    [InlineData("quarter", "2026-08-15T00:00:00Z", "2026-07-01T00:00Z", "2026-10-01T00:00Z")]
    [InlineData("quarter", "2026-12-31T23:30:00-01:00", "2027-01-01T00:00Z", "2027-04-01T00:00Z")]
    [InlineData("year", "2028-12-31T23:59:59Z", "2028-01-01T00:00Z", "2029-01-01T00:00Z")]
    [InlineData("year", "2027-01-01T00:30:00+01:00", "2026-01-01T00:00Z", "2027-01-01T00:00Z")]
    public void A_moment_lies_in_the_period_of_its_utc_time(string period, string moment, string start, string end)
    {
        var window = PeriodWindow.At(BudgetPeriod.Parse(period), Parse(moment));

        (window.Start, window.End, window.Start.Kind).Should().Be((Parse(start).UtcDateTime, Parse(end).UtcDateTime, DateTimeKind.Utc));
        window.IsBounded.Should().BeTrue();
        window.Contains(Parse(moment)).Should().BeTrue();
        window.Contains(Parse(end)).Should().BeFalse();
        window.Contains(Parse(start)).Should().BeTrue();
        window.ToString().Should().Be($"{start}/{end}");
    }

    [Theory]
    [InlineData("hour")]
    [InlineData("day")]
    [InlineData("week")]
    [InlineData("month")]
    [InlineData("quarter")]
    [InlineData("year")]
    public void Periods_follow_one_another_without_gap_or_overlap_through_the_centuries(string name)
    {
        var period = BudgetPeriod.Parse(name);
        var window = PeriodWindow.At(period, Parse("1999-12-31T23:59:59Z"));
        for (var i = 0; i < 20_000; i++)
        {
            var next = PeriodWindow.At(period, new DateTimeOffset(window.End));
            if (!next.IsBounded)
                break;
            next.Start.Should().Be(window.End);
            PeriodWindow.At(period, new DateTimeOffset(window.End).AddTicks(-1)).Should().Be(window);
            window = next;
        }
    }

    [Fact]
    public void Without_a_period_there_are_no_bounds()
    {
        var window = PeriodWindow.At(BudgetPeriod.None, Parse("2026-03-04T00:00Z"));

        window.IsBounded.Should().BeFalse();
        window.Contains(DateTimeOffset.MinValue).Should().BeTrue();
        window.Contains(DateTimeOffset.MaxValue).Should().BeTrue();
        window.ToString().Should().Be("none");
    }

    [Theory]
    [InlineData("hour")]
    [InlineData("day")]
    [InlineData("week")]
    [InlineData("month")]
    [InlineData("year")]
    public void The_first_and_the_last_moment_of_the_calendar_lie_in_a_period(string name)
    {
        var period = BudgetPeriod.Parse(name);
        PeriodWindow.At(period, DateTimeOffset.MinValue).Contains(DateTimeOffset.MinValue).Should().BeTrue();
        PeriodWindow.At(period, DateTimeOffset.MaxValue).Contains(DateTimeOffset.MaxValue).Should().BeTrue();
    }

    private static DateTimeOffset Parse(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
