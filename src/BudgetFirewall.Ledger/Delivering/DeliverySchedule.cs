namespace BudgetFirewall;

/// <summary>
/// The times at which a delivery is tried: at once, and then 5 seconds, 5 minutes, half an hour, and 2, 5 and 10 hours after the attempt before, each up to a tenth later by chance, and a last time a day after it was recorded.
/// </summary>
/// <remarks>The times are those of the Standard Webhooks specification, as far as they lie within a day.</remarks>
internal static class DeliverySchedule
{
    private const double MostJitter = 0.1;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10),
    ];

    /// <summary>The time of the next attempt after one that failed; null when the delivery is to be given up.</summary>
    /// <param name="first">The time at which the schedule has begun.</param>
    /// <param name="attempts">The number of attempts that were made, the one that has just failed included: 1 or more.</param>
    /// <param name="now">The time now.</param>
    /// <param name="retryAfter">The time for which the receiver wants to be left alone; null when it has said none. The end of the day counts all the same.</param>
    /// <param name="chance">A random number from 0 to below 1.</param>
    public static DateTimeOffset? Next(DateTimeOffset first, int attempts, DateTimeOffset now, TimeSpan? retryAfter, double chance)
    {
        var last = first + Longest;
        if (now >= last)
            return null;
        var wait = attempts <= Waits.Length ? Waits[attempts - 1] * (1 + (MostJitter * chance)) : Longest;
        if (retryAfter is { } asked && asked > wait)
            wait = asked < Longest ? asked : Longest;
        return last - now > wait ? now + wait : last;
    }
}
