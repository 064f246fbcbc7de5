using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

internal static partial class OutboxLog
{
    [LoggerMessage(LogEvents.OutboxQueued, LogLevel.Warning, "The store did not confirm the operation '{OperationId}'; it waits in the outbox.")]
    public static partial void Queued(ILogger logger, string operationId);

    [LoggerMessage(LogEvents.OutboxDelivered, LogLevel.Information, "Delivered the operation '{OperationId}' from the outbox.")]
    public static partial void Delivered(ILogger logger, string operationId);

    [LoggerMessage(LogEvents.OutboxUndeliverable, LogLevel.Error, "Gave up the operation '{OperationId}' of the outbox ({Reason}), over {Cost}: somebody must look whether it was charged.")]
    public static partial void Undeliverable(ILogger logger, string operationId, UndeliverableReason reason, decimal? cost, Exception? exception);

    [LoggerMessage(LogEvents.OutboxRefused, LogLevel.Error, "The outbox could not take the operation '{OperationId}': {Problem}")]
    public static partial void Refused(ILogger logger, string operationId, string problem, Exception? exception);

    [LoggerMessage(LogEvents.OutboxTaken, LogLevel.Warning, "The outbox was left with {Count} operations by an earlier process; they are delivered now.")]
    public static partial void TakenUp(ILogger logger, int count);

    [LoggerMessage(LogEvents.OutboxTorn, LogLevel.Warning, "The last line of the outbox '{Path}' was torn when its process died; nobody was told that it was kept.")]
    public static partial void JournalTorn(ILogger logger, string path);

    [LoggerMessage(LogEvents.OutboxCorrupt, LogLevel.Critical, "The outbox '{Path}' has {Count} lines that are not as they were written, the first is line {Line}. The file is kept as '{KeptAs}': charges may be missing; somebody must look.")]
    public static partial void JournalCorrupt(ILogger logger, string path, int count, int line, string keptAs);

    [LoggerMessage(LogEvents.OutboxJournalFailed, LogLevel.Error, "The outbox could not write what became of the operation '{OperationId}'.")]
    public static partial void JournalFailed(ILogger logger, string operationId, Exception exception);

    [LoggerMessage(LogEvents.OutboxStuck, LogLevel.Warning, "The operation '{OperationId}' of the outbox has failed {Failures} times although the store can be reached; others go first.")]
    public static partial void Stuck(ILogger logger, string operationId, int failures);
}
