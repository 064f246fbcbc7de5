namespace BudgetFirewall.Storage;

/// <summary>Marks the corrections as made whose entries are written, in the transaction of the entries.</summary>
internal static class AppliedCorrections
{
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
