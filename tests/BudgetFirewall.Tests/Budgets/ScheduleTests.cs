using System.Globalization;
using BudgetFirewall.Tests.Configuration;

namespace BudgetFirewall.Tests;

/// <summary>The values of schedules, and what is refused.</summary>
public sealed class ScheduleTests
{
    private static readonly ScheduleRow Row = new() { Days = [DayOfWeek.Sunday, DayOfWeek.Monday, DayOfWeek.Monday], From = new(8, 0), Until = new(17, 30), TimeZone = "Europe/Berlin", Limit = 5m };

    [Fact]
    public void Rows_compare_by_content_and_keep_their_days_from_monday()
    {
        Row.Days.Should().Equal(DayOfWeek.Monday, DayOfWeek.Sunday);
        (Row with { Days = [DayOfWeek.Monday, DayOfWeek.Sunday] }).Should().Be(Row);
        (Row with { Days = [DayOfWeek.Monday, DayOfWeek.Sunday] }).GetHashCode().Should().Be(Row.GetHashCode());
        foreach (var other in new[] { Row with { Days = [] }, Row with { From = default }, Row with { Until = default }, Row with { TimeZone = "UTC" }, Row with { Limit = 6m }, Row with { Capacity = 1m }, Row with { RefillPerSecond = 1m }, Row with { RatePerSecond = 1m } })
            other.Should().NotBe(Row);
    }

    [Theory]
    [InlineData("08:00", "08:00:00")]
    [InlineData("17:30:05", "17:30:05")]
    [InlineData("24:00", "00:00:00")]
    public void A_time_of_day_is_read(string text, string time) => ScheduleRow.ParseTime(text).Should().Be(TimeOnly.Parse(time, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("8:00")]
    [InlineData("25:00")]
    [InlineData("08")]
    [InlineData("")]
    public void Text_that_is_no_time_of_day_is_refused(string text) =>
        FluentActions.Invoking(() => ScheduleRow.ParseTime(text)).Should().ThrowExactly<FormatException>().WithMessage("must be a time of day such as 08:00 or 17:30:00");

    [Fact]
    public void Values_that_no_row_may_have_are_refused_by_name()
    {
        FluentActions.Invoking(() => Row with { From = new(8, 0, 0, 1) }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("From");
        FluentActions.Invoking(() => Row with { Days = [(DayOfWeek)7] }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Days");
        FluentActions.Invoking(() => Row with { TimeZone = "Mars/Olympus" }).Should().ThrowExactly<ArgumentException>().WithMessage("*'Mars/Olympus'*");
        Budget(Row with { Limit = null }).Should().Throw<ArgumentException>().WithMessage("Schedule must have a Limit in each row.*");
        Budget(Row with { Limit = -1m }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("Schedule");
        Budget(Row with { Capacity = 1m }).Should().Throw<ArgumentException>().WithMessage("Schedule must have no Capacity, RefillPerSecond or RatePerSecond in a row of a budget.*");
        Budget([.. Enumerable.Repeat(Row, 33)]).Should().Throw<ArgumentException>().WithMessage("Schedule has 33 rows; at most 32 are allowed.*");
        Budget(null!).Should().Throw<ArgumentException>();
        RateLimit(Row with { Limit = null }).Should().Throw<ArgumentException>().WithMessage("Schedule must have a value in each row.*");
        RateLimit(Row with { Limit = 0m }).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void A_schedule_is_read_from_configuration()
    {
        var options = Configured.Options("""
            {
              "Budgets": [{ "Scope": "global", "Limit": 5, "Schedule": [{ "Days": ["monday", "Sunday"], "From": "08:00", "Until": "17:30", "TimeZone": "Europe/Berlin", "Limit": 5 }, { "Limit": 2 }] }],
              "RateLimits": [{ "Scope": "global", "Capacity": 5, "RefillPerSecond": 1, "Schedule": [{ "Days": ["Friday"], "Capacity": 2, "RefillPerSecond": 0.5 }] }]
            }
            """);

        options.Budgets[0].Schedule.Should().Equal(Row, new ScheduleRow { Limit = 2m });
        options.RateLimits[0].Schedule.Should().Equal(new ScheduleRow { Days = [DayOfWeek.Friday], Capacity = 2m, RefillPerSecond = 0.5m });
    }

    [Theory]
    [InlineData("""{ "Budgets": [{ "Scope": "global", "Limit": 5, "Schedule": [{ "Limit": 1, "From": "8" }] }] }""", "BudgetFirewall:Budgets:0:Schedule:0:From must be a time of day such as 08:00 or 17:30:00 but is '8'")]
    [InlineData("""{ "Budgets": [{ "Scope": "global", "Limit": 5, "Schedule": [{ "Limit": 1, "Days": ["Moonday"] }] }] }""", "BudgetFirewall:Budgets:0:Schedule:0:Days:0 must be one of Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday but is 'Moonday'")]
    [InlineData("""{ "Budgets": [{ "Scope": "global", "Limit": 5, "Schedule": [{ "From": "08:00" }] }] }""", "BudgetFirewall:Budgets:0:Schedule must have a Limit in each row but is '1 row'")]
    [InlineData("""{ "Budgets": [{ "Scope": "global", "Limit": 5, "Schedule": [{ "Limit": 0.0000000001 }] }] }""", "BudgetFirewall:Budgets:0:Schedule must be a multiple of 0.000000001 but is '0.0000000001'")]
    [InlineData("""{ "RateLimits": [{ "Scope": "global", "Capacity": 5, "RefillPerSecond": 1, "Schedule": [{ "Limit": 2 }] }] }""", "BudgetFirewall:RateLimits:0:Schedule:0:Limit must not be given for a TokenBucket but is '2'")]
    public void A_bad_schedule_in_configuration_is_an_error(string json, string error) => Configured.Errors(json).Should().ContainSingle().Which.Should().Match(error);

    private static Action Budget(params ScheduleRow[] rows) => () => _ = new Budget { Scope = BudgetScope.Global, Limit = 1m, Schedule = rows };

    private static Action RateLimit(params ScheduleRow[] rows) => () => _ = BudgetFirewall.RateLimit.FixedWindow(BudgetScope.Global, 1m, TimeSpan.FromMinutes(1)) with { Schedule = rows };
}
