using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>A logger that escapes every text it is given, so that no id can break a line of a log or send escape sequences to a terminal.</summary>
internal sealed class EscapingLogger(ILogger inner) : ILogger
{
    private const string TemplateKey = "{OriginalFormat}";

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!inner.IsEnabled(logLevel))
            return;
        var message = DisplayText.Escape(formatter(state, exception));
        inner.Log(logLevel, eventId, new EscapedState(message, Values(state)), exception, static (escaped, _) => escaped.ToString());
    }

    private static KeyValuePair<string, object?>[] Values<TState>(TState state) =>
        state is IEnumerable<KeyValuePair<string, object?>> values ? [.. values.Select(Escaped)] : [];

    // Values that are not text are numbers, times, names of enums, and the library's own types, whose texts are escaped.
    private static KeyValuePair<string, object?> Escaped(KeyValuePair<string, object?> value) =>
        value is { Value: string text, Key: not TemplateKey } ? new(value.Key, DisplayText.Escape(text)) : value;

    private sealed class EscapedState(string message, KeyValuePair<string, object?>[] values) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => values.Length;

        public KeyValuePair<string, object?> this[int index] => values[index];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => values.AsEnumerable().GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => message;
    }
}
