using System.Data.Common;

namespace BudgetFirewall.Storage;

/// <summary>Reads what is to be restored. Thread-safe.</summary>
internal sealed class StateReader(LedgerDatabase database)
{
    private const long MostOperations = 100_000;

    /// <exception cref="LedgerException">A later version has written the database.</exception>
    /// <exception cref="DbException">The database cannot be reached, or refuses.</exception>
    public async ValueTask<KeptState> ReadAsync(DateTimeOffset now, TimeSpan operationIdRetention, CancellationToken cancellationToken)
    {
        var session = await database.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var old = session.Command("remove_old_state").With("now", LedgerTime.Microseconds(now));
        await using (old.ConfigureAwait(false))
            await old.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        var changes = await ReadAsync(session.Command("read_state"), ChangeOf, cancellationToken).ConfigureAwait(false);
        var counters = await ReadAsync(session.Command("open_counters").With("now", LedgerTime.Microseconds(now)), CounterOf, cancellationToken).ConfigureAwait(false);
        var from = Math.Max(LedgerTime.Microseconds(now - operationIdRetention), 0);
        var recent = session.Command("recent_operations").With("first", EntryKey.First(from)).With("from", from).With("limit", MostOperations);
        var operations = await ReadAsync(recent, reader => OperationOf(reader, operationIdRetention), cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new()
        {
            Changes = [.. changes.Where(change => change.Content is not null)],
            LastVersion = changes.Count == 0 ? 0 : changes.Max(change => change.Version),
            Counters = [.. counters],
            Operations = [.. operations],
        };
    }

    private static StateChange ChangeOf(DbDataReader reader) => new(
        (StateKind)reader.GetInt64(0),
        reader.OptionalText(1),
        reader.Text(2),
        reader.OptionalText(3),
        reader.GetInt64(4),
        reader.OptionalNumber(5) is { } expires ? LedgerTime.FromMicroseconds(expires) : null);

    // No amount of a store is below zero; a sum of entries is where some of them are missing.
    private static RestoredCounter CounterOf(DbDataReader reader) => new(
        reader.OptionalText(0),
        reader.Text(1),
        reader.Text(2),
        LedgerTime.StartOf(LedgerTime.PeriodOf(reader.GetInt64(3))),
        LedgerTime.EndOf(reader.GetInt64(4)) is { } end ? end.UtcDateTime : DateTime.MaxValue,
        Math.Max(reader.GetInt64(5), 0),
        Math.Max(reader.GetInt64(6), 0));

    private static RestoredOperation OperationOf(DbDataReader reader, TimeSpan retention)
    {
        var kind = (LedgerEntryKind)reader.GetInt64(3);
        return new(
            reader.OptionalText(0),
            reader.OptionalText(1),
            reader.Text(2),
            KindOf(kind),
            kind == LedgerEntryKind.Allowance ? Math.Abs(reader.OptionalNumber(7) ?? 0) : reader.GetInt64(5),
            ((EntryFlags)reader.GetInt64(6)).HasFlag(EntryFlags.CostUnknown),
            LedgerTime.FromMicroseconds(reader.GetInt64(4)) + retention);
    }

    // A reservation that was committed is gone, and whoever asks for it again must not get another: under the id of a charge it is a conflict.
    private static DecisionKind? KindOf(LedgerEntryKind kind) => kind switch
    {
        LedgerEntryKind.Charge or LedgerEntryKind.Commit => DecisionKind.Charge,
        LedgerEntryKind.Spend => DecisionKind.Spend,
        LedgerEntryKind.Allowance => null,
        LedgerEntryKind.Correction or LedgerEntryKind.Reset or LedgerEntryKind.Denial or LedgerEntryKind.Check or LedgerEntryKind.Reservation
            or LedgerEntryKind.BudgetChange or LedgerEntryKind.RateLimitChange or LedgerEntryKind.PoolChange or LedgerEntryKind.ApprovalChange
            or LedgerEntryKind.PoolPeriod or LedgerEntryKind.PoolReallocation or LedgerEntryKind.Allocation =>
            throw new InvalidOperationException($"The operation of a {kind} is not remembered."),
        _ => throw new InvalidOperationException($"There is no kind of entry {kind}."),
    };

    private static async ValueTask<List<T>> ReadAsync<T>(DbCommand command, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            rows.Add(read(reader));
        return rows;
    }
}
