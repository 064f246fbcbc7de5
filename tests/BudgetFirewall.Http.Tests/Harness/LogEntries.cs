using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Http.Tests;

/// <summary>Keeps the ids and texts of what is logged.</summary>
internal sealed class LogEntries : ILoggerFactory, ILogger
{
    public List<(int Id, string Text)> Written { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            Written.Add((eventId.Id, formatter(state, exception)));
    }

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
