using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BudgetFirewall;

/// <summary>Makes loggers that escape. The factory inside belongs to the application and is not disposed.</summary>
internal sealed class EscapingLoggerFactory : ILoggerFactory
{
    private readonly ILoggerFactory _inner;

    private EscapingLoggerFactory(ILoggerFactory inner) => _inner = inner;

    /// <summary>The factory, unless it escapes already or logs nothing, in another that does.</summary>
    public static ILoggerFactory Of(ILoggerFactory factory) => factory is EscapingLoggerFactory or NullLoggerFactory ? factory : new EscapingLoggerFactory(factory);

    public ILogger CreateLogger(string categoryName) => new EscapingLogger(_inner.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => _inner.AddProvider(provider);

    public void Dispose()
    {
    }
}
