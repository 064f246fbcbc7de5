using System.Data.Common;
using System.Globalization;

namespace BudgetFirewall.Storage;

/// <summary>The alerts of one firewall within one transaction of a ledger's database. Not thread-safe.</summary>
/// <param name="session">The transaction.</param>
/// <param name="dialect">The database.</param>
/// <param name="source">The source of the firewall's events, by which its alerts are told from those of others.</param>
internal sealed class LedgerAlertChanges(LedgerSession session, LedgerDialect dialect, string source) : IAlertChanges
{
    private const string Replace = "on conflict (alert_id) do update set state = excluded.state, kinds = excluded.kinds, last_us = excluded.last_us, body = excluded.body";

    private readonly List<BudgetEvent> _events = [];

    /// <summary>The events that tell of what was written.</summary>
    public IReadOnlyList<BudgetEvent> Events => _events;

    /// <summary>True when something was written.</summary>
    public bool IsAny { get; private set; }

    public async ValueTask<AlertRecord?> FindLatestAsync(string rule, string group, CancellationToken cancellationToken) =>
        (await ReadAsync(session.Command("latest_alert").With("source", source).With("rule", rule).With("group", group), cancellationToken).ConfigureAwait(false)).SingleOrDefault();

    public ValueTask<AlertRecord?> FindAsync(string alertId, CancellationToken cancellationToken) => FindAsync(session, source, alertId, cancellationToken);

    public ValueTask<IReadOnlyList<AlertRecord>> ReadOpenAsync(AlertCauseKind kinds, long after, int count, CancellationToken cancellationToken) =>
        ReadOpenAsync(session, source, kinds, after, count, cancellationToken);

    public async ValueTask<long> CountOpenAsync(string rule, CancellationToken cancellationToken)
    {
        var command = session.Command("count_open_alerts").With("source", source).With("rule", rule);
        await using var _ = command.ConfigureAwait(false);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
    }

    public async ValueTask WriteAsync(AlertRecord record, BudgetEvent? notice, CancellationToken cancellationToken)
    {
        var rows = new LedgerRows("ledger_alerts", ["state", "kinds", "last_us"], ["source", "alert_id", "rule", "group_key", "body"], Replace);
        var alert = record.Alert;
        rows.Add([(long)alert.State, (long)record.Kinds, LedgerTime.Microseconds(alert.ResolvedAt ?? alert.LastAt)], source, alert.Id, alert.Rule, record.Group, record.ToJson());
        await dialect.InsertAsync(session.Transaction, [rows], cancellationToken).ConfigureAwait(false);
        IsAny = true;
        if (notice is not null)
            _events.Add(notice);
    }

    public static async ValueTask<AlertRecord?> FindAsync(LedgerSession session, string source, string alertId, CancellationToken cancellationToken) =>
        (await ReadAsync(session.Command("find_alert").With("source", source).With("alert", alertId), cancellationToken).ConfigureAwait(false)).SingleOrDefault();

    public static ValueTask<IReadOnlyList<AlertRecord>> ReadOpenAsync(LedgerSession session, string source, AlertCauseKind kinds, long after, int count, CancellationToken cancellationToken) =>
        ReadAsync(session.Command("open_alerts").With("source", source).With("kinds", (long)kinds).With("after", after).With("limit", (long)count), cancellationToken);

    public static async ValueTask<IReadOnlyList<AlertRecord>> ReadAsync(DbCommand command, CancellationToken cancellationToken)
    {
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var records = new List<AlertRecord>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            records.Add(AlertRecord.FromJson(reader.Text(1), reader.GetInt64(0)));
        return records;
    }
}
