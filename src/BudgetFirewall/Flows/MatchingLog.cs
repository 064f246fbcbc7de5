using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

internal static partial class MatchingLog
{
    [LoggerMessage(LogEvents.ConfiguredLimitDisplaced, LogLevel.Error,
        "The configured {Kind} '{LimitId}' would count what a runtime {Kind} counts under another id; it is left out. Remove or rename one of them.")]
    public static partial void ConfiguredLimitDisplaced(ILogger logger, string kind, string limitId);

    [LoggerMessage(LogEvents.RuntimeLimitUnreadable, LogLevel.Error,
        "The runtime {Kind} '{LimitId}' (partition: {Partition}; scope: {Scope}) cannot be read: {Reason}. It is not enforced; requests of its scope are denied where that is known, and all other limits are in force. Set a {Kind} with this id anew, or remove it by {Catalog}.RemoveAsync with this id.")]
    public static partial void RuntimeLimitUnreadable(ILogger logger, string kind, string limitId, string? partition, string reason, string scope, string catalog);
}
