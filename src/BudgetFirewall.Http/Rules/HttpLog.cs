using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The log events of this package; their ids never change their meaning.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(500, LogLevel.Error, "The delegate {Delegate} threw; the call is charged as if it were not there.")]
    public static partial void RuleFailed(ILogger logger, string @delegate, Exception exception);

    [LoggerMessage(501, LogLevel.Warning, "The body of a request was not read for its model and expected usage: {Reason}. This is logged at most once a minute.")]
    public static partial void RequestNotRead(ILogger logger, string reason);

    [LoggerMessage(502, LogLevel.Warning, "The usage in an answer was not read: {Reason}. The expected usage is charged. This is logged at most once a minute.")]
    public static partial void AnswerNotRead(ILogger logger, string reason);

    [LoggerMessage(503, LogLevel.Error, "Reading the usage in an answer has failed; the expected usage is charged. This is logged at most once a minute.")]
    public static partial void ReaderFailed(ILogger logger, Exception exception);

    [LoggerMessage(504, LogLevel.Warning, "A complete answer contained no usage; the expected usage is charged. Set stream_options.include_usage in requests for streamed chat completions. This is logged once.")]
    public static partial void UsageNotReported(ILogger logger);
}
