using System.Data.Common;
using System.Globalization;

namespace BudgetFirewall.Storage;

/// <summary>The anomalies of a database: each hour of a scope once, with its event in the same transaction. Thread-safe.</summary>
internal sealed class AnomalyRows(LedgerDatabase database)
{
    private const string Mark = "anomalies";

    private static readonly string[] Numbers =
    [
        "kind", "hour_us", "scope_id", "counter_id", "end_us", "found_us", "partition_id", "seen", "expected", "threshold", "scale", "growth", "basis", "samples",
    ];

    /// <summary>Writes what was found. What is known already gets the amount that is seen now, and has no event again.</summary>
    /// <returns>The events of what was not known.</returns>
    public async ValueTask<IReadOnlyList<BudgetEvent>> WriteAsync(IReadOnlyList<FoundAnomaly> found, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var session = await database.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var rows = new LedgerRows("ledger_anomalies", Numbers, ["budget_id", "unit"], key: ["kind", "hour_us", "scope_id", "counter_id"]);
        foreach (var one in found)
        {
            rows.Add(
                [
                    (long)one.Kind, LedgerTime.Microseconds(one.Hour), one.ScopeId, one.Counter, LedgerTime.Microseconds(one.HourEnd), LedgerTime.Microseconds(now), one.PartitionId, one.Seen, one.Expectation.Expected,
                    one.Expectation.Threshold, one.Expectation.Scale, one.Expectation.Growth, (long)one.Expectation.Basis, one.Expectation.Samples,
                ],
                one.BudgetId, one.Unit);
        }
        var ids = await database.Dialect.FindOrAddAsync(session.Transaction, rows, cancellationToken).ConfigureAwait(false);
        var events = new List<BudgetEvent>();
        for (var i = 0; i < ids.Count; i++)
        {
            if (ids[i].IsNew)
                events.Add(AnomalyEvents.Of(found[i], ids[i].Id, now));
            else
                await CommandExtensions.ExecuteAsync(session.Command("update_anomaly").With("id", ids[i].Id).With("seen", found[i].Seen), cancellationToken).ConfigureAwait(false);
        }
        if (events.Count > 0)
            await EventRows.WriteAsync(session, database.Dialect, events, now, subscriptionId: null, cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return events;
    }

    /// <exception cref="ArgumentException">The times are reversed, or the cursor is none.</exception>
    public async ValueTask<LedgerAnomalyPage> ListAsync(LedgerAnomalyQuery query, CancellationToken cancellationToken)
    {
        if (query.From >= query.To)
            throw new ArgumentException($"From ({query.From:O}) must be before To ({query.To:O}).", nameof(query));
        var before = long.MaxValue;
        if (query.Cursor is not null && !long.TryParse(query.Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw new ArgumentException("This is no cursor of anomalies.", nameof(query));
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var scope = -1L;
        if (query.Scope is { } asked)
        {
            if (await EntryReader.FindScopeAsync(session, LedgerScopes.Stored(asked.Kind), asked.Id, cancellationToken).ConfigureAwait(false) is not { } id)
                return new([], null);
            scope = id;
        }
        var command = session.Command("list_anomalies").With("before", before).With("scope", scope).With("kind", (long?)query.Kind ?? -1).With("limit", query.Limit + 1L)
            .With("from", query.From is { } from ? LedgerTime.Microseconds(from) : 0).With("to", query.To is { } to ? LedgerTime.Microseconds(to) : long.MaxValue);
        await using var __ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ___ = reader.ConfigureAwait(false);
        var found = new List<LedgerAnomaly>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            found.Add(Of(reader));
        return found.Count <= query.Limit ? new([.. found], null) : new([.. found[..query.Limit]], found[query.Limit - 1].Id.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The time up to which hours are looked at for the last time; null before the first evaluation.</summary>
    public async ValueTask<DateTimeOffset?> ReadMarkAsync(CancellationToken cancellationToken)
    {
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var command = session.Command("read_mark").With("name", Mark);
        await using var __ = command.ConfigureAwait(false);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is long value ? LedgerTime.FromMicroseconds(value) : null;
    }

    public async ValueTask WriteMarkAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        var session = await database.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        await CommandExtensions.ExecuteAsync(session.Command("write_mark").With("name", Mark).With("value", LedgerTime.Microseconds(time)), cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask RemoveAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var session = await database.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        await CommandExtensions.ExecuteAsync(session.Command("remove_old_anomalies").With("before", LedgerTime.Microseconds(before)), cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static LedgerAnomaly Of(DbDataReader reader)
    {
        var (kind, unit) = (reader.Text(2), reader.OptionalText(16));
        var (seen, expected) = (reader.GetInt64(7), reader.GetInt64(8));
        return new()
        {
            Id = reader.GetInt64(0),
            Kind = (AnomalyKind)reader.GetInt64(1),
            Scope = BudgetScope.Of(LedgerScopes.IsOperation(kind) ? LedgerScopes.Operation : kind, reader.Text(3)),
            Hour = LedgerTime.FromMicroseconds(reader.GetInt64(4)),
            HourEnd = LedgerTime.FromMicroseconds(reader.GetInt64(5)),
            FoundAt = LedgerTime.FromMicroseconds(reader.GetInt64(6)),
            Seen = AnomalyAmounts.Of(seen, unit),
            Expected = AnomalyAmounts.Of(expected, unit),
            Threshold = AnomalyAmounts.Of(reader.GetInt64(9), unit),
            Distance = AnomalyAmounts.OfThousandths(Expectation.DistanceOf(seen, expected, reader.GetInt64(10))),
            Growth = AnomalyAmounts.OfThousandths(reader.GetInt64(11)),
            Basis = (AnomalyBasis)reader.GetInt64(12),
            Samples = (int)reader.GetInt64(13),
            Partition = reader.OptionalText(14),
            BudgetId = reader.OptionalText(15),
            Unit = unit,
        };
    }
}
