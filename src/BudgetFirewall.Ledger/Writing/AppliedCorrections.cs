namespace BudgetFirewall.Storage;

/// <summary>Marks the corrections as made whose entries are written, in the transaction of the entries.</summary>
internal static class AppliedCorrections
{
    /// <summary>Takes out corrections whose notes say that they were made at another time: a process that was away for long brings the entry of one that was recorded for it meanwhile.</summary>
    public static async ValueTask RemoveMadeOnesAsync(LedgerSession session, List<LedgerEntry> entries, CancellationToken cancellationToken)
    {
        foreach (var entry in entries.FindAll(entry => entry.Kind == LedgerEntryKind.Correction))
        {
            var command = session.Command("find_made_correction").With("time", entry.TimeMicroseconds)
                .With("correction", entry.OperationId).With("scope", entry.OperationScope ?? "").With("partition", entry.Partition ?? "");
            await using var _ = command.ConfigureAwait(false);
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not null)
                entries.Remove(entry);
        }
    }

    public static async ValueTask MarkAsync(LedgerSession session, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken)
    {
        foreach (var entry in entries)
        {
            if (entry.Kind != LedgerEntryKind.Correction)
                continue;
            var command = session.Command("apply_correction").With("time", entry.TimeMicroseconds)
                .With("correction", entry.OperationId).With("scope", entry.OperationScope ?? "").With("partition", entry.Partition ?? "");
            await using var _ = command.ConfigureAwait(false);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
