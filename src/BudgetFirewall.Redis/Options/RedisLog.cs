using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The log messages of the Redis store.</summary>
internal static partial class RedisLog
{
    [LoggerMessage(RedisLogEvents.DataLost, LogLevel.Error,
        "Redis has lost the data under '{KeyBase}': everything spent and held there counts from zero (OnDataLoss = {Reaction}). Restore a backup, or set the counters right by hand; persistence (appendonly yes) and replicas prevent it.")]
    public static partial void DataLost(ILogger logger, string keyBase, DataLossReaction reaction);

    [LoggerMessage(RedisLogEvents.DataLossAcknowledged, LogLevel.Warning, "The loss of Redis data was acknowledged; decisions go on from what is there.")]
    public static partial void DataLossAcknowledged(ILogger logger);

    [LoggerMessage(RedisLogEvents.Evicting, LogLevel.Error,
        "The Redis server evicts keys when memory is short (maxmemory-policy {Policy}), and silently forgets budgets. Set maxmemory-policy to noeviction, or AllowEviction if that is meant.")]
    public static partial void Evicting(ILogger logger, string policy);

    [LoggerMessage(RedisLogEvents.PolicyUnknown, LogLevel.Warning,
        "The Redis user may not run INFO, so it is not known whether the server evicts keys. Grant +info, or see to it that maxmemory-policy is noeviction.")]
    public static partial void PolicyUnknown(ILogger logger);

    [LoggerMessage(RedisLogEvents.SelfTestFailed, LogLevel.Error, "The Redis server cannot be used: {Reason}")]
    public static partial void SelfTestFailed(ILogger logger, string reason);

    [LoggerMessage(RedisLogEvents.OtherTimeZoneData, LogLevel.Error, "Nothing is admitted that is counted by the clock of '{TimeZone}': {Reason}")]
    public static partial void OtherTimeZoneData(ILogger logger, string timeZone, string reason);
}
