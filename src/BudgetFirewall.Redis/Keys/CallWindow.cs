using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// The span of the server's clock in which a call's keys and values are right, and the server's time that they were made for. Outside of it the script answers with the
/// server's time, and the call is made again.
/// </summary>
internal readonly record struct CallWindow(long FromMs, long UntilMs, DateTimeOffset Now)
{
    /// <summary>The window of a call: its periods, narrowed by the rate limits whose values change with time.</summary>
    public static CallWindow Of(ReadOnlySpan<LimitDemand> rateLimits, PeriodTable periods, Partition partition)
    {
        var window = new CallWindow(periods.FromMs, periods.UntilMs, default);
        foreach (ref readonly var demand in rateLimits)
        {
            var rule = (RateLimitRule)demand.Rule;
            if (rule.ChangesWithTime)
                window = window.NarrowedTo(rule, partition);
        }
        return window;
    }

    private CallWindow NarrowedTo(RateLimitRule rule, Partition partition)
    {
        var now = Now == default ? partition.Now() : Now;
        return rule.ValidityAt(now) is { } valid ? new(Math.Max(FromMs, ToMs(valid.Start)), Math.Min(UntilMs, ToMs(valid.End)), now) : this with { Now = now };
    }

    private static long ToMs(DateTime utc) => (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
}
