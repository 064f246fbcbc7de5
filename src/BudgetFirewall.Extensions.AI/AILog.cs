using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The log events of this package; their ids never change their meaning.</summary>
internal static partial class AILog
{
    [LoggerMessage(600, LogLevel.Error, "The delegate {Delegate} threw; the call is charged as if it were not there.")]
    public static partial void RuleFailed(ILogger logger, string @delegate, Exception exception);

    [LoggerMessage(601, LogLevel.Warning, "Calls of the provider '{Provider}' name no model, so the prices of models do not count: they have a price only if the provider, a unit of their usage or a default has one.")]
    public static partial void ModelMissing(ILogger logger, string provider);

    [LoggerMessage(602, LogLevel.Warning, "The usage of the model '{Model}' has cache writes without the part that is kept for an hour, which has a higher price; all are charged as kept for 5 minutes. Set MapUsage to read that part from the provider's own answer. This is logged once.")]
    public static partial void CacheWritesUndivided(ILogger logger, string model);
}
