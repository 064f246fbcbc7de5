using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BudgetFirewall;

/// <summary>Makes loggers that escape every text. The inner factory belongs to the application and is not disposed.</summary>
internal sealed class EscapingLoggerFactory : ILoggerFactory
{
    private readonly ILoggerFactory _inner;

    private EscapingLoggerFactory(ILoggerFactory inner) => _inner = inner;

    /// <summary>Wraps a factory so that its loggers escape every text. A factory that already does, or that logs nothing, is returned as it is.</summary>
    public static ILoggerFactory Of(ILoggerFactory factory) => factory is EscapingLoggerFactory or NullLoggerFactory ? factory : new EscapingLoggerFactory(factory);

    public ILogger CreateLogger(string categoryName) => new EscapingLogger(_inner.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => _inner.AddProvider(provider);

    public void Dispose()
    {
    }
}
