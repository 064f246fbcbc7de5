using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Extensions.AI.Tests;

/// <summary>The ids of all events that are logged.</summary>
internal sealed class EventIds : ILoggerFactory, ILogger
{
    public List<int> Ids { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (Ids)
            Ids.Add(eventId.Id);
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
