using System.Data.Common;
using System.Globalization;

namespace BudgetFirewall.Storage;

/// <summary>The corrections that a ledger has noted. Whoever notes one is the only writer meanwhile, so that two of them never take more than a charge together. Thread-safe.</summary>
internal sealed class CorrectionNotes(LedgerDatabase database)
{
    // The last column of those that are pending.
    private const int IdColumn = 13;

    private static readonly LedgerEntryKind[] Charges = [.. LedgerKinds.All.Where(LedgerKinds.IsCall)];

    /// <summary>Notes a correction, unless it is known already, or more than is left of the charge.</summary>
    /// <exception cref="LedgerException">A later version has written the database.</exception>
    /// <exception cref="DbException">The database cannot be reached, or refuses.</exception>
    public async ValueTask<NotedCorrection> NoteAsync(CorrectionOrder order, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var session = await database.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        // Found beside no other writer: an erasure changes the ids of entries, and those of their corrections with them.
        var charge = await FindChargeAsync(session, order, cancellationToken).ConfigureAwait(false);
        var (partition, scope) = charge is null ? (order.Partition, order.OperationScope) : (charge.Partition, charge.OperationScope);
        var find = session.Command("find_correction").With("correction", order.CorrectionId).With("scope", scope ?? "").With("partition", partition ?? "");
        if (await ReadAsync(find, cancellationToken).ConfigureAwait(false) is [var known, ..])
        {
            known = known with { Charge = known.ChargeId == charge?.Id ? charge : await EntryReader.FindAsync(session, known.ChargeId!, cancellationToken).ConfigureAwait(false) };
            if (known.Fingerprint != order.Fingerprint)
                return known with { Status = CorrectionNoteStatus.Conflict };
            known = known with { IsStoreGone = await IsStoreGoneAsync(session, known, now, cancellationToken).ConfigureAwait(false) };
            return known is { StoreId: null, AppliedAt: null } && order.StoreId is { } storeId
                ? await WithStoreAsync(session, known, storeId, cancellationToken).ConfigureAwait(false)
                : await WithCostAsync(session, known, cancellationToken).ConfigureAwait(false);
        }
        var noted = new NotedCorrection
        {
            Status = CorrectionNoteStatus.ChargeNotFound,
            CorrectionId = order.CorrectionId,
            OperationScope = scope,
            Partition = partition,
            Fingerprint = order.Fingerprint,
            StoreId = order.StoreId,
            NotedAt = now,
            ChargeId = charge?.Id,
            Charge = charge,
            Reason = order.Reason,
            By = order.By,
        };
        if (charge is null)
            return noted;
        noted = Decided(order, noted, await SumAsync(session, charge.Id, cancellationToken).ConfigureAwait(false));
        if (noted.Status != CorrectionNoteStatus.Noted)
            return noted;
        await database.Dialect.InsertAsync(session.Transaction, [RowOf(noted, charge, now)], cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return noted;
    }

    /// <summary>Writes that a process uses a store.</summary>
    /// <exception cref="LedgerException">A later version has written the database.</exception>
    /// <exception cref="DbException">The database cannot be reached, or refuses.</exception>
    public async ValueTask<bool> ReportStoreAsync(StoreReport report, CancellationToken cancellationToken)
    {
        var session = await database.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        await StoreReports.WriteAsync(session, report, cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Reads corrections that a store has to make, that were noted up to a time and whose entries are not in the ledger, oldest first.</summary>
    /// <exception cref="ArgumentException">The cursor is not one that a page has given.</exception>
    public async ValueTask<CorrectionPage> ReadPendingAsync(string storeId, DateTimeOffset notedUpTo, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var (after, afterId) = PlaceOf(cursor);
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var command = session.Command("pending_corrections").With("before", LedgerTime.Microseconds(notedUpTo)).With("after", after).With("after_id", afterId).With("limit", (long)limit);
        var ids = new List<long>();
        var pending = await ReadAsync(command, cancellationToken, reader => ids.Add(reader.GetInt64(IdColumn))).ConfigureAwait(false);
        var reported = await StoreReports.ReadAsync(session, cancellationToken).ConfigureAwait(false);
        var isAlone = pending.Any(noted => noted.StoreId is null) && await IsAloneAsync(session, storeId, cancellationToken).ConfigureAwait(false);
        // It is looked at as of a moment ago, which only makes a store that is gone wait for as long.
        var due = pending.Where(noted => noted.StoreId is { } noting ? noting == storeId || reported.IsGone(noting, noted.NotedAt, notedUpTo) : isAlone);
        return new([.. due], pending.Count < limit ? null : string.Create(CultureInfo.InvariantCulture, $"{LedgerTime.Microseconds(pending[^1].NotedAt)}-{ids[^1]}"));
    }

    private static (long After, long AfterId) PlaceOf(string? cursor)
    {
        if (cursor is null)
            return (long.MinValue, 0);
        var parts = cursor.Split('-');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var after) && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var afterId)
            ? (after, afterId)
            : throw new ArgumentException("The cursor is not one that a page has given.", nameof(cursor));
    }

    /// <summary>True when no other store has noted anything whose data outlive its processes.</summary>
    private static async ValueTask<bool> IsAloneAsync(LedgerSession session, string storeId, CancellationToken cancellationToken)
    {
        var command = session.Command("read_correcting_stores");
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader.Text(0) is var other && other != storeId && !StoreIds.EndsWithProcess(other))
                return false;
        }
        return true;
    }

    private static async ValueTask<bool> IsStoreGoneAsync(LedgerSession session, NotedCorrection known, DateTimeOffset now, CancellationToken cancellationToken) =>
        known is { AppliedAt: null, StoreId: { } noting } && (await StoreReports.ReadAsync(session, cancellationToken).ConfigureAwait(false)).IsGone(noting, known.NotedAt, now);

    private static NotedCorrection Decided(CorrectionOrder order, NotedCorrection noted, (long Corrected, bool IsWhole) sum)
    {
        var left = noted.Charge!.AmountNanos - sum.Corrected;
        if (sum.IsWhole || left < 0)
            return noted with { Status = CorrectionNoteStatus.TooLarge, CostNanos = Math.Max(left, 0) };
        if (order.CostNanos == left && order.AmountNanos is null)
            return noted with { Status = CorrectionNoteStatus.Unchanged, CostNanos = left };
        var amount = order.AmountNanos ?? left - (order.CostNanos ?? 0);
        return amount < 0 || amount > left
            ? noted with { Status = CorrectionNoteStatus.TooLarge, CostNanos = left }
            : noted with { Status = CorrectionNoteStatus.Noted, AmountNanos = amount, BeforeNanos = sum.Corrected, IsWhole = amount == left, CostNanos = left - amount };
    }

    private static LedgerRows RowOf(NotedCorrection noted, LedgerEntry charge, DateTimeOffset now)
    {
        var rows = new LedgerRows(
            "ledger_corrections",
            ["amount_nanos", "before_nanos", "is_whole", "charge_us", "noted_us"],
            ["correction_id", "operation_scope", "partition_name", "fingerprint", "charge_id", "actor", "reason", "store_id"]);
        rows.Add(
            [noted.AmountNanos, noted.BeforeNanos, noted.IsWhole ? 1 : 0, charge.TimeMicroseconds, LedgerTime.Microseconds(now)],
            noted.CorrectionId, noted.OperationScope ?? "", noted.Partition ?? "", noted.Fingerprint.ToString("x32", CultureInfo.InvariantCulture), charge.Id, noted.By, noted.Reason, noted.StoreId);
        return rows;
    }

    /// <summary>Has a note of a former version say which store makes it, so that no other one does.</summary>
    private static async ValueTask<NotedCorrection> WithStoreAsync(LedgerSession session, NotedCorrection known, string storeId, CancellationToken cancellationToken)
    {
        var command = session.Command("set_correction_store").With("store", storeId)
            .With("correction", known.CorrectionId).With("scope", known.OperationScope ?? "").With("partition", known.Partition ?? "");
        await using (command.ConfigureAwait(false))
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        var withCost = await WithCostAsync(session, known with { StoreId = storeId }, cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return withCost;
    }

    private static async ValueTask<NotedCorrection> WithCostAsync(LedgerSession session, NotedCorrection known, CancellationToken cancellationToken)
    {
        var (corrected, _) = await SumAsync(session, known.ChargeId!, cancellationToken).ConfigureAwait(false);
        return known with { CostNanos = Math.Max((known.Charge?.AmountNanos ?? 0) - corrected, 0) };
    }

    private static async ValueTask<(long Corrected, bool IsWhole)> SumAsync(LedgerSession session, string chargeId, CancellationToken cancellationToken)
    {
        var command = session.Command("sum_corrections").With("charge", chargeId);
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.GetInt64(1) != 0);
    }

    /// <summary>The charge that is meant: the last one where an operation's id was used again.</summary>
    private static async ValueTask<LedgerEntry?> FindChargeAsync(LedgerSession session, CorrectionOrder order, CancellationToken cancellationToken)
    {
        if (order.EntryId is { } entryId)
            return await EntryReader.FindAsync(session, entryId, cancellationToken).ConfigureAwait(false) is { } named && LedgerKinds.IsCall(named.Kind) ? named : null;
        var query = new LedgerQuery { OperationId = order.OperationId, Kinds = Charges };
        for (string? cursor = null; ;)
        {
            var page = await EntryReader.ReadAsync(session, query with { Cursor = cursor }, cancellationToken).ConfigureAwait(false);
            if (page.Entries.FirstOrDefault(entry => entry.Partition == order.Partition && entry.OperationScope == order.OperationScope) is { } found)
                return found;
            if ((cursor = page.NextCursor) is null)
                return null;
        }
    }

    private static async ValueTask<IReadOnlyList<NotedCorrection>> ReadAsync(DbCommand command, CancellationToken cancellationToken, Action<DbDataReader>? each = null)
    {
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var found = new List<NotedCorrection>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found.Add(Of(reader));
            each?.Invoke(reader);
        }
        return found;
    }

    private static NotedCorrection Of(DbDataReader reader) => new()
    {
        Status = CorrectionNoteStatus.Known,
        CorrectionId = reader.Text(0),
        OperationScope = reader.Text(1) is { Length: > 0 } scope ? scope : null,
        Partition = reader.Text(2) is { Length: > 0 } partition ? partition : null,
        Fingerprint = UInt128.Parse(reader.GetString(3), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        ChargeId = reader.GetString(4),
        AmountNanos = reader.GetInt64(5),
        BeforeNanos = reader.GetInt64(6),
        NotedAt = LedgerTime.FromMicroseconds(reader.GetInt64(7)),
        AppliedAt = reader.OptionalNumber(8) is { } applied ? LedgerTime.FromMicroseconds(applied) : null,
        IsWhole = reader.GetInt64(9) != 0,
        By = reader.OptionalText(10),
        Reason = reader.OptionalText(11),
        StoreId = reader.OptionalText(12),
    };
}
