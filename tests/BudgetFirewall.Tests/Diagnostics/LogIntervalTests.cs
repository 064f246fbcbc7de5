using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>Lines of a log that may be due with every call, and are written once in a while.</summary>
public sealed class LogIntervalTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _clock = new(new(2026, 3, 4, 9, 30, 0, TimeSpan.Zero));

    [Fact]
    public void A_line_is_due_at_first_and_when_the_interval_since_the_last_one_is_over()
    {
        var interval = new LogInterval(_clock, Minute);

        interval.IsDue().Should().BeTrue();
        interval.IsDue().Should().BeFalse();
        _clock.Advance(Minute - TimeSpan.FromMilliseconds(1));
        interval.IsDue().Should().BeFalse();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        interval.IsDue().Should().BeTrue();
        interval.IsDue().Should().BeFalse("it counts from the last line");
    }

    [Fact]
    public void Every_line_is_due_without_an_interval()
    {
        var interval = new LogInterval(_clock, TimeSpan.Zero);

        (interval.IsDue(), interval.IsDue()).Should().Be((true, true));
        FluentActions.Invoking(() => new LogInterval(null!, Minute)).Should().ThrowExactly<ArgumentNullException>().WithParameterName("timeProvider");
    }
}
