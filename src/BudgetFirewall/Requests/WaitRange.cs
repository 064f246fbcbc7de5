namespace BudgetFirewall;

/// <summary>The range of the times that a call may wait for its turn.</summary>
internal static class WaitRange
{
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(1);

    /// <exception cref="ArgumentOutOfRangeException">The time is below 0 or above 24 hours.</exception>
    public static TimeSpan Check(TimeSpan value, string member) => value >= TimeSpan.Zero && value <= Longest
        ? value
        : throw new ArgumentOutOfRangeException(member, value, $"{member} must be from 0 to 24 hours.");

    /// <exception cref="ArgumentOutOfRangeException">The time is below 0, above 24 hours or not in whole milliseconds.</exception>
    public static TimeSpan? CheckMilliseconds(TimeSpan? value, string member) => value is not { } wait || Check(wait, member).Ticks % TimeSpan.TicksPerMillisecond == 0
        ? value
        : throw new ArgumentOutOfRangeException(member, value, $"{member} must be from 0 to 24 hours in whole milliseconds.");
}
