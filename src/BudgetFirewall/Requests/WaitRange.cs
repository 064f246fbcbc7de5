namespace BudgetFirewall;

/// <summary>The range of the times that a call may wait for its turn.</summary>
internal static class WaitRange
{
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(1);

    /// <exception cref="ArgumentOutOfRangeException">The time is below 0 or above 24 hours.</exception>
    public static TimeSpan Check(TimeSpan value, string member) => value >= TimeSpan.Zero && value <= Longest
        ? value
        : throw new ArgumentOutOfRangeException(member, value, $"{member} must be from 0 to 24 hours.");
}
