namespace BudgetFirewall.Storage;

/// <summary>Removes entries that are older than they are to be kept: months at once where the database can, and else a few at a time. Thread-safe.</summary>
internal sealed class OldEntries(LedgerDatabase database, EntryWriter writer, TimeProvider timeProvider)
{
    // A transaction of so many takes some milliseconds, for which writers wait.
    private const int InOneTransaction = 500;

    private static readonly string[] Removals = ["mark_removed", "remove_personal_values", "remove_personal_texts", "remove_scopes", "remove_counters", "remove_lines", "remove_changes", "remove_entries"];

    /// <exception cref="LedgerException">A later version has written the database.</exception>
    /// <exception cref="System.Data.Common.DbException">The database cannot be reached, or refuses.</exception>
    public async ValueTask<LedgerRetentionResult> RemoveAsync(LedgerRetention retention, CancellationToken cancellationToken)
    {
        var begin = timeProvider.GetTimestamp();
        var now = timeProvider.GetUtcNow();
        var removed = retention.Ages.Count == LedgerKinds.All.Count ? await RemoveMonthsAsync(now - retention.Ages.Values.Max(), cancellationToken).ConfigureAwait(false) : 0;
        var isComplete = true;
        foreach (var (kind, age) in retention.Ages.OrderBy(age => age.Key))
        {
            var end = EntryKey.First(Math.Max(LedgerTime.Microseconds(now - age), 0));
            var first = 0L;
            while (isComplete && await RemoveSomeAsync(kind, first, end, cancellationToken).ConfigureAwait(false) is { Count: > 0 } keys)
            {
                removed += keys.Count;
                first = keys[^1] + 1;
                isComplete = timeProvider.GetElapsedTime(begin) < retention.TimeLimit;
            }
        }
        if (isComplete)
            await RemoveCorrectionsAsync(retention, now, cancellationToken).ConfigureAwait(false);
        await GiveBackRoomAsync(cancellationToken).ConfigureAwait(false);
        return new(removed, isComplete);
    }

    private async ValueTask<long> RemoveMonthsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var session = await database.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var removed = await database.Dialect.RemoveMonthsAsync(session.Transaction, before, cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        await writer.ForgetMonthsAsync(cancellationToken).ConfigureAwait(false);
        return removed;
    }

    private async ValueTask<List<long>> RemoveSomeAsync(LedgerEntryKind kind, long first, long end, CancellationToken cancellationToken)
    {
        var session = await database.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var keys = new List<long>();
        var old = session.Command("old_entries").With("first", first).With("end", end).With("kind", (long)kind).With("limit", (long)InOneTransaction);
        await using (old.ConfigureAwait(false))
        {
            var reader = await old.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var __ = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                keys.Add(reader.GetInt64(0));
        }
        foreach (var removal in keys.Count == 0 ? [] : Removals)
        {
            var command = session.Command(removal, keys);
            await using var __ = command.ConfigureAwait(false);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return keys;
    }

    /// <summary>Removes what was noted of corrections whose charges are gone, so that nobody can correct them any more.</summary>
    private async ValueTask RemoveCorrectionsAsync(LedgerRetention retention, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ages = LedgerKinds.All.Where(LedgerKinds.IsCall).Select(kind => retention.Ages.TryGetValue(kind, out var age) ? age : TimeSpan.MaxValue);
        if (ages.Max() is var oldest && oldest > now - DateTimeOffset.UnixEpoch)
            return;
        var session = await database.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var command = session.Command("remove_old_corrections").With("before", LedgerTime.Microseconds(now - oldest));
        await using (command.ConfigureAwait(false))
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask GiveBackRoomAsync(CancellationToken cancellationToken)
    {
        var connection = await database.Dialect.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        await database.Dialect.GiveBackRoomAsync(connection, cancellationToken).ConfigureAwait(false);
    }
}
