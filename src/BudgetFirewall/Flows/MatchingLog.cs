using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

internal static partial class MatchingLog
{
    [LoggerMessage(LogEvents.ConfiguredBudgetDisplaced, LogLevel.Error,
        "The configured budget '{BudgetId}' would count what a runtime budget counts under another id; it is left out. Remove or rename one of them.")]
    public static partial void ConfiguredBudgetDisplaced(ILogger logger, string budgetId);

    [LoggerMessage(LogEvents.RuntimeBudgetUnreadable, LogLevel.Error,
        "The runtime budget '{BudgetId}' (partition: {Partition}; scope: {Scope}) cannot be read: {Reason}. It is not enforced; requests of its scope are denied where that is known, and all other budgets are in force. Set a budget with this id anew, or remove it by Budgets.RemoveAsync with this id.")]
    public static partial void RuntimeBudgetUnreadable(ILogger logger, string budgetId, string? partition, string reason, string scope);
}
