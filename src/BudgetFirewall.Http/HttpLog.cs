using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The log events of this package; their ids never change their meaning.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(500, LogLevel.Error, "The delegate {Delegate} threw; the call is charged as if it were not there.")]
    public static partial void RuleFailed(ILogger logger, string @delegate, Exception exception);
}
