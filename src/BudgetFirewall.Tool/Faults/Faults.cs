using BudgetFirewall.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace BudgetFirewall.Tool;

/// <summary>The exit code and the lines of an exception.</summary>
internal static class Faults
{
    private const int NotADatabase = 26;

    public static ExitCode CodeOf(Exception fault) => fault switch
    {
        ToolException tool => tool.Code,
        OperationCanceledException => ExitCode.Stopped,
        { InnerException: SqliteException { SqliteErrorCode: NotADatabase } } => ExitCode.BadInput,
        ChargeUnconfirmedException => ExitCode.Unconfirmed,
        BudgetStoreException or LedgerException or HttpRequestException or System.Data.Common.DbException => ExitCode.NotReachable,
        ChargeNotFoundException or CorrectionTooLargeException or OperationConflictException => ExitCode.No,
        OptionsValidationException or ArgumentException or FormatException or IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException => ExitCode.BadInput,
        BudgetFirewallException => ExitCode.No,
        _ => ExitCode.Unexpected,
    };

    /// <summary>What people read of it, fit for a terminal: a sentence, and below it what is behind.</summary>
    public static IEnumerable<string> LinesOf(Exception fault)
    {
        if (fault is OperationCanceledException)
            return ["Stopped."];
        if (fault is OptionsValidationException options)
            return ["The configuration cannot be used:", .. options.Failures.Select(failure => "  " + DisplayText.Escape(failure))];
        var lines = new List<string>();
        for (Exception? cause = fault; cause is not null; cause = cause.InnerException)
        {
            var line = DisplayText.Escape(cause.Message);
            if (lines.Count == 0 || !lines[^1].Contains(line, StringComparison.Ordinal))
                lines.Add(lines.Count == 0 ? line : "  " + line);
        }
        return CodeOf(fault) == ExitCode.Unexpected ? lines.Append($"  ({fault.GetType().FullName})") : lines;
    }
}
