using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>A channel that writes each event as one line into a log, under the category <c>BudgetFirewall.Events</c>, with the id 251 at a level that follows from its severity. Thread-safe.</summary>
/// <remarks>The lines name scopes, so users too, which the firewall's own log does not.</remarks>
public sealed class LogChannel : IEventChannel
{
    private readonly ILogger _logger;

    /// <summary>A channel into a log.</summary>
    /// <param name="loggerFactory">Makes the logger; it is not disposed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="loggerFactory"/> is null.</exception>
    public LogChannel(ILoggerFactory loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(loggerFactory);
        _logger = loggerFactory.CreateLogger("BudgetFirewall.Events");
    }

    /// <inheritdoc/>
    public string Name => "log";

    /// <inheritdoc/>
    public ValueTask SendAsync(BudgetEvent budgetEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(budgetEvent);
        var level = LevelOf(budgetEvent.Severity);
        if (_logger.IsEnabled(level))
            EventLog.Happened(_logger, level, budgetEvent.Type, budgetEvent.Id, budgetEvent.Text);
        return default;
    }

    private static LogLevel LevelOf(BudgetEventSeverity severity) => severity switch
    {
        BudgetEventSeverity.Information => LogLevel.Information,
        BudgetEventSeverity.Warning => LogLevel.Warning,
        BudgetEventSeverity.Error => LogLevel.Error,
        _ => throw new InvalidOperationException($"There is no severity {severity}."),
    };
}
