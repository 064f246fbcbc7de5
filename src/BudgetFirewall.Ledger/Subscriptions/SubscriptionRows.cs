using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;

namespace BudgetFirewall.Storage;

/// <summary>The subscriptions of a database. Thread-safe.</summary>
internal sealed class SubscriptionRows(LedgerDatabase database)
{
    private const string Replace =
        "on conflict (id) do update set kind = excluded.kind, is_active = excluded.is_active, former_until_us = excluded.former_until_us, name = excluded.name, url = excluded.url, types = excluded.types, "
        + "scopes = excluded.scopes, secret = excluded.secret, former_secret = excluded.former_secret, disabled_reason = excluded.disabled_reason, held_until_us = 0";

    /// <summary>Writes a subscription in the place of what there is of its id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="change">Gives what is to be written, from what there is and the number of all subscriptions; null for nothing.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>What was written; null for nothing.</returns>
    public async ValueTask<StoredSubscription?> WriteAsync(string id, Func<StoredSubscription?, int, StoredSubscription?> change, CancellationToken cancellationToken)
    {
        var session = await database.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var all = await ReadAsync(session, "", cancellationToken).ConfigureAwait(false);
        if (change(all.FirstOrDefault(one => one.Subscription.Id == id), all.Count) is not { } changed)
            return null;
        await database.Dialect.InsertAsync(session.Transaction, [RowOf(changed)], cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return changed;
    }

    public async ValueTask<bool> RemoveAsync(string id, CancellationToken cancellationToken)
    {
        var session = await database.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        await CommandExtensions.ExecuteAsync(session.Command("remove_deliveries").With("id", id), cancellationToken).ConfigureAwait(false);
        var removed = await CommandExtensions.ExecuteAsync(session.Command("remove_subscription").With("id", id), cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return removed > 0;
    }

    public async ValueTask<IReadOnlyList<StoredSubscription>> ListAsync(CancellationToken cancellationToken)
    {
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        return await ReadAsync(session, "", cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<StoredSubscription?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (id.Length == 0)
            return null;
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        return await ReadAsync(session, id, cancellationToken).ConfigureAwait(false) is [var found] ? found : null;
    }

    internal static ImmutableArray<string> ListOf(string json) => [.. JsonSerializer.Deserialize(json, SubscriptionJsonContext.Default.StringArray) ?? []];

    private static string JsonOf(ImmutableArray<string> list) => JsonSerializer.Serialize(list.ToArray(), SubscriptionJsonContext.Default.StringArray);

    private static LedgerRows RowOf(StoredSubscription stored)
    {
        var rows = new LedgerRows(
            "ledger_event_subscriptions",
            ["kind", "is_active", "created_us", "former_until_us"],
            ["id", "name", "url", "types", "scopes", "secret", "former_secret", "disabled_reason"],
            Replace);
        var one = stored.Subscription;
        rows.Add(
            [(long)one.Kind, one.IsActive ? 1 : 0, LedgerTime.Microseconds(one.CreatedAt), LedgerTime.Microseconds(stored.FormerUntil)],
            one.Id, one.Name ?? "", one.Url, JsonOf(one.Types), JsonOf(one.Scopes), stored.Secret, stored.FormerSecret, one.DisabledReason ?? "");
        return rows;
    }

    private static async ValueTask<IReadOnlyList<StoredSubscription>> ReadAsync(LedgerSession session, string id, CancellationToken cancellationToken)
    {
        var command = session.Command("read_subscriptions").With("id", id);
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var found = new List<StoredSubscription>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            found.Add(Of(reader));
        return found;
    }

    private static StoredSubscription Of(DbDataReader reader) => new(
        new()
        {
            Id = reader.Text(0),
            Name = TextOrNull(reader.Text(1)),
            Kind = (EventSubscriptionKind)reader.GetInt64(2),
            Url = reader.Text(3),
            Types = ListOf(reader.Text(4)),
            Scopes = ListOf(reader.Text(5)),
            IsActive = reader.GetInt64(9) != 0,
            DisabledReason = TextOrNull(reader.Text(10)),
            CreatedAt = LedgerTime.FromMicroseconds(reader.GetInt64(11)),
        },
        reader.Text(6),
        reader.Text(7),
        LedgerTime.FromMicroseconds(reader.GetInt64(8)));

    private static string? TextOrNull(string text) => text.Length == 0 ? null : text;
}
