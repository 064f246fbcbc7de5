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

    [LoggerMessage(704, LogLevel.Error, "The ledger's journal could not be written to: entries that wait in memory are lost if the process is killed.")]
    public static partial void NotKept(ILogger logger, Exception exception);

    [LoggerMessage(705, LogLevel.Critical, "The ledger's journal has {Count} lines that are not as they were written. The file is kept as '{KeptAs}': charges may be missing in the ledger; somebody must look.")]
    public static partial void JournalCorrupt(ILogger logger, int count, string keptAs);

    [LoggerMessage(706, LogLevel.Warning, "The ledger's journal was left with {Count} entries by an earlier process; they are delivered now.")]
    public static partial void TakenUp(ILogger logger, int count);

    [LoggerMessage(707, LogLevel.Warning, "The firewall was closed while {Waiting} entries waited for the ledger; its journal has them.")]
    public static partial void Kept(ILogger logger, int waiting);

    [LoggerMessage(713, LogLevel.Information, "The ledger's journal is written to again.")]
    public static partial void KeptAgain(ILogger logger);

    [LoggerMessage(710, LogLevel.Information, "The ledger's state was restored: {Counters} counters, {Changes} limits, documents and approvals, {Operations} operations.")]
    public static partial void Restored(ILogger logger, int counters, int changes, int operations);

    [LoggerMessage(711, LogLevel.Error, "What was spent before this process began could not be read from the ledger. Nothing is decided until it can.")]
    public static partial void NotRestored(ILogger logger, Exception exception);

    [LoggerMessage(712, LogLevel.Critical, "What was spent before this process began could not be read from the ledger, and StartEmptyIfUnreadable lets it begin from nothing.")]
    public static partial void StartsEmpty(ILogger logger, Exception exception);

    [LoggerMessage(708, LogLevel.Warning, "{Waiting} denials wait for the ledger, as many as may: those that come are left out, and counted.")]
    public static partial void DecisionsLeftOut(ILogger logger, int waiting);

    [LoggerMessage(709, LogLevel.Warning, "The firewall was closed while {Waiting} entries of denials waited for the ledger; they are lost.")]
    public static partial void DecisionsLost(ILogger logger, int waiting);

    [LoggerMessage(720, LogLevel.Error, "An entry of the ledger in '{Partition}', '{Id}', cannot be read and was put aside: a charge may be missing in the ledger; somebody must look.")]
    public static partial void SetAside(ILogger logger, string partition, string id, Exception exception);

    [LoggerMessage(721, LogLevel.Error, "The entries that wait for the ledger could not be read from the store; it is tried again.")]
    public static partial void StreamNotRead(ILogger logger, Exception exception);

    [LoggerMessage(722, LogLevel.Information, "The entries that wait for the ledger are read from the store again.")]
    public static partial void StreamReadAgain(ILogger logger);

    [LoggerMessage(723, LogLevel.Information, "The firewall was closed while {Waiting} entries waited for the ledger; the store has them for the next process.")]
    public static partial void LeftInStore(ILogger logger, int waiting);

    [LoggerMessage(726, LogLevel.Warning, "The correction '{CorrectionId}' was noted in the ledger by a process that has not made it; it is made now.")]
    public static partial void CorrectionMade(ILogger logger, string correctionId);

    [LoggerMessage(727, LogLevel.Error, "The correction '{CorrectionId}' is noted in the ledger and could not be made; it is tried again.")]
    public static partial void CorrectionNotMade(ILogger logger, string correctionId, Exception exception);

    [LoggerMessage(728, LogLevel.Error, "The corrections that are noted in the ledger could not be read or made; it is tried again.")]
    public static partial void CorrectionsNotRead(ILogger logger, Exception exception);

    [LoggerMessage(724, LogLevel.Error, "The ledger and the store differ: of a counter of {Family} of a {Kind}, the ledger's entries have moved {Recorded} and the store says {Spent}, in nanos or micros. Somebody must look.")]
    public static partial void Differs(ILogger logger, string family, string kind, long recorded, long spent);

    [LoggerMessage(725, LogLevel.Error, "The ledger could not be compared with the store.")]
    public static partial void NotReconciled(ILogger logger, Exception exception);

    [LoggerMessage(730, LogLevel.Error, "A checkpoint of the ledger could not be made or published; it is tried again.")]
    public static partial void NoCheckpoint(ILogger logger, Exception exception);

    [LoggerMessage(703, LogLevel.Critical, "The firewall was closed while {Waiting} entries waited for the ledger; they are lost.")]
    public static partial void Lost(ILogger logger, int waiting);
}
