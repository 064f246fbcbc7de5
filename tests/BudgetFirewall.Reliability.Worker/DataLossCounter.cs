using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Reliability;

/// <summary>Counts how often the store has reported that the server lost its data.</summary>
internal sealed class DataLossCounter : ILoggerFactory, ILogger
{
    private const int DataLost = 300;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == DataLost)
            Interlocked.Increment(ref _count);
    }

    public void Dispose()
    {
    }
}
