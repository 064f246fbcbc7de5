using System.Collections.Concurrent;
using System.Globalization;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>
/// Makes sure that all processes know a time zone alike before they count by its clock: once for each partition, zone and year, and again after each handshake.
/// </summary>
internal sealed class TimeZoneCheck(ScriptCaller caller, Handshake handshake, ILogger logger)
{
    private const int MaxAttempts = 8;

    private readonly ConcurrentDictionary<string, bool> _reported = new(StringComparer.Ordinal);

    /// <summary>Completes when the time zones of a call's limits are known to be the same everywhere.</summary>
    /// <exception cref="BudgetStoreException">One of them is not, or the server cannot answer.</exception>
    public ValueTask ReadyAsync(Partition partition, ReadOnlySpan<LimitDemand> limits, long start)
    {
        foreach (ref readonly var demand in limits)
        {
            foreach (var timeZone in demand.Rule.TimeZones)
            {
                if (!IsChecked(partition, timeZone))
                    return new(RunAsync(partition, [.. TimeZonesOf(limits)], start));
            }
        }
        return default;
    }

    /// <summary>Completes when a time zone is known to be the same everywhere.</summary>
    /// <exception cref="BudgetStoreException">It is not, or the server cannot answer.</exception>
    public ValueTask ReadyAsync(Partition partition, PeriodCalendar calendar, long start) =>
        calendar.IsInUtc || IsChecked(partition, calendar.TimeZone) ? default : new(RunAsync(partition, [calendar.TimeZone], start));

    private static HashSet<string> TimeZonesOf(ReadOnlySpan<LimitDemand> limits)
    {
        var timeZones = new HashSet<string>(StringComparer.Ordinal);
        foreach (ref readonly var demand in limits)
            timeZones.UnionWith(demand.Rule.TimeZones);
        return timeZones;
    }

    private static bool IsChecked(Partition partition, string timeZone) => partition.CheckedTimeZones.TryGetValue(timeZone, out var year) && year == partition.Now().Year;

    private async Task RunAsync(Partition partition, string[] timeZones, long start)
    {
        foreach (var timeZone in timeZones)
        {
            if (!IsChecked(partition, timeZone))
                await RunAsync(partition, timeZone, start).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(Partition partition, string timeZone, long start)
    {
        var year = partition.Now().Year;
        var field = string.Create(CultureInfo.InvariantCulture, $"{timeZone}/{year}");
        var digest = TimeZoneDigest.Of(timeZone, year);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var result = await caller.RunAsync(StoreScripts.TimeZone, [partition.Meta, partition.TimeZones], [partition.Epoch, field, digest, Handshake.MetaLifeMs], start).ConfigureAwait(false);
            switch ((char)Replies.Bytes(result, partition.TimeZones)[0])
            {
                case Reply.Done:
                    partition.CheckedTimeZones[timeZone] = year;
                    return;
                case Reply.Conflict:
                    throw Differs(partition, timeZone, field);
                case Reply.OtherEpoch:
                    await handshake.RunAsync(partition, start).ConfigureAwait(false);
                    break;
                case var other:
                    throw Replies.Unknown(other);
            }
        }
        throw Replies.Unsettled();
    }

    private BudgetStoreException Differs(Partition partition, string timeZone, string field)
    {
        var reason = $"this process knows its clock changes otherwise than the process that used it first under '{partition.KeyBase}', so that both would count the same time in different periods. "
            + $"Give all processes the same time zone data (the package tzdata); where this process has the right one and no other is running, remove what was kept: HDEL \"{partition.TimeZones}\" \"{field}\".";
        if (_reported.TryAdd(field, true))
            RedisLog.OtherTimeZoneData(logger, timeZone, reason);
        return new($"The time zone '{timeZone}' cannot be used: {reason}") { MayHaveHappened = false, IsNeverAllowed = true };
    }
}
