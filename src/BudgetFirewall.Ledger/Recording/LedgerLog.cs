using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

internal static partial class LedgerLog
{
    [LoggerMessage(700, LogLevel.Error, "The ledger could not be written to; {Waiting} entries wait and are tried again.")]
    public static partial void NotWritten(ILogger logger, int waiting, Exception exception);

    [LoggerMessage(701, LogLevel.Information, "The ledger is written to again; {Waiting} entries wait.")]
    public static partial void WrittenAgain(ILogger logger, int waiting);

    [LoggerMessage(702, LogLevel.Error, "{Waiting} entries wait for the ledger, as many as may: {Consequence}.")]
    public static partial void BacklogFull(ILogger logger, int waiting, string consequence);

    [LoggerMessage(703, LogLevel.Critical, "The firewall was closed while {Waiting} entries waited for the ledger; they are lost.")]
    public static partial void Lost(ILogger logger, int waiting);
}
