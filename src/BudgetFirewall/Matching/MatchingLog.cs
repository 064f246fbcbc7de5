using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

internal static partial class MatchingLog
{
    [LoggerMessage(LogEvents.ConfiguredBudgetDisplaced, LogLevel.Error,
        "The configured budget '{BudgetId}' would count what a runtime budget counts under another id; it is left out. Remove or rename one of them.")]
    public static partial void ConfiguredBudgetDisplaced(ILogger logger, string budgetId);
}
