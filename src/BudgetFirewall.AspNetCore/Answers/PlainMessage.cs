namespace BudgetFirewall;

/// <summary>The message of an argument exception, without the text that the runtime appends to it.</summary>
internal static class PlainMessage
{
    public static string Of(Exception exception)
    {
        var message = exception.Message.AsSpan();
        var lineEnd = message.IndexOfAny('\r', '\n');
        if (exception is ArgumentOutOfRangeException && lineEnd >= 0)
            message = message[..lineEnd];
        var suffix = exception is ArgumentException { ParamName: { } name } ? $" (Parameter '{name}')" : "";
        return DisplayText.Escape((suffix.Length > 0 && message.EndsWith(suffix, StringComparison.Ordinal) ? message[..^suffix.Length] : message).ToString());
    }
}
