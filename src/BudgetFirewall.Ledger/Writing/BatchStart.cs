namespace BudgetFirewall.Storage;

/// <summary>What is read at the start of a batch, in one statement: the numbers of its entries, and what was erased.</summary>
/// <param name="Number">The number of the batch's first entry.</param>
/// <param name="Erasures">The number of the last erasure; 0 for none.</param>
/// <param name="ErasedUntil">The time until which entries whose ids erasures have changed are known by those of before, in microseconds; 0 for none.</param>
/// <param name="Now">The time now, in microseconds.</param>
internal readonly record struct BatchStart(long Number, long Erasures, long ErasedUntil, long Now)
{
    /// <summary>Takes numbers for as many entries.</summary>
    /// <exception cref="LedgerException">Meanwhile a later version has written the database.</exception>
    public static async ValueTask<BatchStart> TakeAsync(LedgerSession session, LedgerDialect dialect, int count, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var command = session.Command("take_numbers").With("count", (long)count);
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        Migrations.Check(reader.GetInt64(3), dialect);
        return new(reader.GetInt64(0) - count, reader.GetInt64(1), reader.GetInt64(2), LedgerTime.Microseconds(now));
    }

    /// <summary>The ids of entries of the batch that are in the ledger under other ids, because theirs followed from operations that named somebody who was erased. They are remembered for a time and then forgotten.</summary>
    public async ValueTask<HashSet<string>> FindErasedAsync(LedgerSession session, LedgerEntry[] batch, CancellationToken cancellationToken)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        if (ErasedUntil == 0)
            return found;
        if (ErasedUntil <= Now)
        {
            foreach (var statement in new[] { "forget_erased_entries", "end_erased_entries" })
            {
                var forget = session.Command(statement);
                await using var _ = forget.ConfigureAwait(false);
                await forget.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
            return found;
        }
        var command = session.Command("find_erased_entries", batch.Select(entry => entry.Id).Distinct().ToList());
        await using var __ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ___ = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            found.Add(reader.GetString(0));
        return found;
    }
}
