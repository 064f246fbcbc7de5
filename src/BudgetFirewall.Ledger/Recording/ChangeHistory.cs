using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Reads from a ledger what it was told of changes.</summary>
internal static class ChangeHistory
{
    public static async ValueTask<IReadOnlyList<LimitChange>> ReadAsync(ILedger ledger, LimitChange change, DateTimeOffset from, DateTimeOffset upTo, int count, CancellationToken cancellationToken)
    {
        var query = new LedgerQuery
        {
            From = from, To = upTo.AddMicroseconds(1), Kinds = [LedgerKinds.Of(change.Kind)], OperationId = change.Id, Partition = change.Partition, Limit = Math.Min(count, LedgerQuery.MaxLimit),
        };
        var changes = new List<LimitChange>();
        try
        {
            do
            {
                var page = await ledger.ReadEntriesAsync(query, cancellationToken).ConfigureAwait(false);
                // Without partitions, the query is for all of them.
                changes.AddRange(page.Entries.Where(entry => entry.Partition == change.Partition).Select(ChangeOf).Take(count - changes.Count));
                query = query with { Cursor = page.NextCursor };
            }
            while (query.Cursor is not null && changes.Count < count);
        }
        catch (LedgerException e)
        {
            throw new BudgetStoreException(e.Message, e) { MayHaveHappened = false };
        }
        return changes;

        LimitChange ChangeOf(LedgerEntry entry) => new(change.Kind, entry.OperationId, entry.Partition)
        {
            Before = entry.Before, After = entry.After, By = entry.Actor, Reason = entry.Reason, Time = entry.Time, Part = ChangeParts.PartOf(entry.OperationScope),
        };
    }
}
