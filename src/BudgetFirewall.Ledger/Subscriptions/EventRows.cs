using System.Text;

namespace BudgetFirewall.Storage;

/// <summary>Writes events with a delivery for each subscription that is to hear of them, in a transaction that nobody writes beside. An event that nobody is to hear of is not written, nor one whose id is there already.</summary>
internal static class EventRows
{
    /// <param name="session">The transaction.</param>
    /// <param name="dialect">The database.</param>
    /// <param name="events">The events.</param>
    /// <param name="now">The time now.</param>
    /// <param name="subscriptionId">The one subscription that is to hear of them, whatever its filter is; null for all.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The number of deliveries.</returns>
    public static async ValueTask<int> WriteAsync(
        LedgerSession session, LedgerDialect dialect, IEnumerable<BudgetEvent> events, DateTimeOffset now, string? subscriptionId, CancellationToken cancellationToken)
    {
        var subscriptions = subscriptionId is null ? await ActiveAsync(session, cancellationToken).ConfigureAwait(false) : [new() { Id = subscriptionId, Url = "" }];
        var heard = events.DistinctBy(e => e.Id)
            .Select(e => (Event: e, By: subscriptions.Where(subscription => subscription.Hears(e)).ToList()))
            .Where(one => one.By.Count > 0)
            .ToList();
        if (heard.Count == 0)
            return 0;
        var time = LedgerTime.Microseconds(now);
        var rows = new LedgerRows("ledger_events", ["time_us", "recorded_us"], ["event_id", "type", "body"], key: ["event_id"]);
        foreach (var (e, _) in heard)
            rows.Add([LedgerTime.Microseconds(e.Time), time], e.Id, e.Type, Encoding.UTF8.GetString(e.ToJson()));
        var ids = await dialect.FindOrAddAsync(session.Transaction, rows, cancellationToken).ConfigureAwait(false);
        var deliveries = new LedgerRows("ledger_event_deliveries", ["event_row", "state", "attempts", "created_us", "first_us", "next_us"], ["subscription_id"]);
        for (var i = 0; i < heard.Count; i++)
        {
            foreach (var subscription in ids[i].IsNew ? heard[i].By : [])
                deliveries.Add([ids[i].Id, 0, 0, time, time, time], subscription.Id);
        }
        if (deliveries.Count > 0)
            await dialect.InsertAsync(session.Transaction, [deliveries], cancellationToken).ConfigureAwait(false);
        return deliveries.Count;
    }

    private static async ValueTask<List<EventSubscription>> ActiveAsync(LedgerSession session, CancellationToken cancellationToken)
    {
        var command = session.Command("active_subscriptions");
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var found = new List<EventSubscription>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            found.Add(new() { Id = reader.Text(0), Url = "", Types = SubscriptionRows.ListOf(reader.Text(1)), Scopes = SubscriptionRows.ListOf(reader.Text(2)) });
        return found;
    }
}
