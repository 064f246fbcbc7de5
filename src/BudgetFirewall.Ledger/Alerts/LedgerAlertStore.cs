using System.Data.Common;

namespace BudgetFirewall.Storage;

/// <summary>The alerts of one firewall in the database of a ledger, with the events that tell of them, and what the ledger knows of scopes. Thread-safe.</summary>
/// <param name="database">The database.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="source">The source of the firewall's events. A database may have several firewalls of different names, and each has its own alerts.</param>
internal sealed class LedgerAlertStore(LedgerDatabase database, TimeProvider timeProvider, string source) : IAlertStore
{
    /// <summary>The place where the alerts of a firewall with a ledger are kept: in its database, or in memory where the ledger has none.</summary>
    public static IAlertStore Of(ILedger ledger, TimeProvider timeProvider, string? name) =>
        ledger is DatabaseLedger kept ? new LedgerAlertStore(kept.Database, timeProvider, BudgetEvent.SourceOf(name)) : new MemoryAlertStore();

    public async ValueTask ChangeAsync(Func<IAlertChanges, CancellationToken, ValueTask> change, CancellationToken cancellationToken) => await DoAsync(async () =>
    {
        var session = await database.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var changes = new LedgerAlertChanges(session, database.Dialect, source);
        await change(changes, cancellationToken).ConfigureAwait(false);
        if (!changes.IsAny)
            return true;
        await EventRows.WriteAsync(session, database.Dialect, changes.Events, timeProvider.GetUtcNow(), subscriptionId: null, cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }).ConfigureAwait(false);

    public ValueTask<IReadOnlyList<AlertRecord>> ReadAsync(AlertState? state, long before, int count, CancellationToken cancellationToken) => ReadAsync(
        session => LedgerAlertChanges.ReadAsync(session.Command("list_alerts").With("source", source).With("before", before).With("state", (long?)state ?? -1).With("limit", (long)count), cancellationToken), cancellationToken);

    public ValueTask<IReadOnlyList<AlertRecord>> ReadOpenAsync(long after, int count, CancellationToken cancellationToken) =>
        ReadAsync(session => LedgerAlertChanges.ReadOpenAsync(session, source, kinds: 0, after, count, cancellationToken), cancellationToken);

    public ValueTask<AlertRecord?> FindAsync(string alertId, CancellationToken cancellationToken) =>
        ReadAsync(session => LedgerAlertChanges.FindAsync(session, source, alertId, cancellationToken), cancellationToken);

    public async ValueTask RemoveOldAsync(DateTimeOffset before, CancellationToken cancellationToken) => await DoAsync(async () =>
    {
        var session = await database.WorkAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        await CommandExtensions.ExecuteAsync(session.Command("remove_old_alerts").With("source", source).With("before", LedgerTime.Microseconds(before)), cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }).ConfigureAwait(false);

    public ValueTask<bool> TryHoldAsync(string name, string owner, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) =>
        DoAsync(() => LedgerLeases.TryHoldAsync(database, name, owner, now, until, cancellationToken));

    public async ValueTask ReleaseAsync(string name, string owner, CancellationToken cancellationToken) => await DoAsync(async () =>
    {
        await LedgerLeases.ReleaseAsync(database, name, owner, cancellationToken).ConfigureAwait(false);
        return true;
    }).ConfigureAwait(false);

    public ValueTask<IReadOnlyList<string>> FindSpendersAsync(AlertSpenders spenders, int count, CancellationToken cancellationToken) => ReadAsync(
        session => TextsAsync(
            session.Command("alert_spenders").With("family", spenders.Family).With("start", LedgerTime.OfPeriod(spenders.PeriodStart)).With("least", spenders.AtLeast)
                .With("partition", spenders.Partition ?? "").With("limit", (long)count),
            cancellationToken),
        cancellationToken);

    public ValueTask<IReadOnlyList<string>> FindPartitionsAsync(DateTimeOffset now, string? after, int count, CancellationToken cancellationToken) => ReadAsync(
        session => TextsAsync(session.Command("alert_partitions").With("now", LedgerTime.Microseconds(now)).With("after", after ?? "").With("limit", (long)count), cancellationToken),
        cancellationToken);

    private ValueTask<T> ReadAsync<T>(Func<LedgerSession, ValueTask<T>> read, CancellationToken cancellationToken) => DoAsync(async () =>
    {
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        return await read(session).ConfigureAwait(false);
    });

    private static async ValueTask<IReadOnlyList<string>> TextsAsync(DbCommand command, CancellationToken cancellationToken)
    {
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var texts = new List<string>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            texts.Add(reader.Text(0));
        return texts;
    }

    private static async ValueTask<T> DoAsync<T>(Func<ValueTask<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (DbException e)
        {
            throw new LedgerException($"Alerts cannot be read or written: {e.Message}", e);
        }
    }
}
