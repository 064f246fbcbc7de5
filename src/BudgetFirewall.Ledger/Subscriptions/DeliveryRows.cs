using System.Data.Common;
using System.Globalization;
using System.Text;

namespace BudgetFirewall.Storage;

/// <summary>The deliveries of a database: claimed subscription by subscription, so that two processes never deliver to one at a time. Thread-safe.</summary>
internal sealed class DeliveryRows(LedgerDatabase database)
{
    private const string GivenUpReason = "It was not delivered within 24 hours.";

    /// <summary>Claims subscriptions for which something is due, and that nobody else has claimed.</summary>
    /// <returns>Their ids.</returns>
    public async ValueTask<IReadOnlyList<string>> ClaimAsync(string owner, DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken cancellationToken)
    {
        var session = await database.WorkAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var claimed = new List<string>();
        var command = session.Command("claim_subscriptions").With("owner", owner).With("now", LedgerTime.Microseconds(now)).With("until", LedgerTime.Microseconds(until)).With("limit", (long)limit);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var __ = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                claimed.Add(reader.Text(0));
        }
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return claimed;
    }

    /// <summary>Reads what is due for a subscription, in the order in which it was recorded.</summary>
    public async ValueTask<IReadOnlyList<DueDelivery>> ReadDueAsync(string subscriptionId, DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var command = session.Command("due_deliveries").With("subscription", subscriptionId).With("now", LedgerTime.Microseconds(now)).With("limit", (long)limit);
        await using var __ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ___ = reader.ConfigureAwait(false);
        var due = new List<DueDelivery>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            due.Add(new(reader.GetInt64(0), (int)reader.GetInt64(1), LedgerTime.FromMicroseconds(reader.GetInt64(2)), reader.Text(3), Encoding.UTF8.GetBytes(reader.Text(4))));
        return due;
    }

    /// <summary>Writes what became of attempts, and keeps the claim of their subscription until a time.</summary>
    /// <param name="subscriptionId">The subscription.</param>
    /// <param name="owner">The name by which it was claimed.</param>
    /// <param name="outcomes">The outcomes.</param>
    /// <param name="claimedUntil">The time until which the claim is kept; now or earlier to give it back.</param>
    /// <param name="heldUntil">The time until which nothing is delivered to it; null for no such time.</param>
    /// <param name="disabledReason">The reason to switch it off; null to leave it on.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>False when somebody else has claimed it meanwhile.</returns>
    public async ValueTask<bool> RecordAsync(
        string subscriptionId, string owner, IReadOnlyList<DeliveryOutcome> outcomes, DateTimeOffset claimedUntil, DateTimeOffset? heldUntil, string? disabledReason, CancellationToken cancellationToken)
    {
        var session = await database.WorkAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var kept = await CommandExtensions.ExecuteAsync(
            session.Command("keep_claim").With("id", subscriptionId).With("owner", owner).With("until", LedgerTime.Microseconds(claimedUntil)).With("held", Microseconds(heldUntil)), cancellationToken).ConfigureAwait(false);
        foreach (var outcome in outcomes)
        {
            var command = session.Command("record_delivery").With("id", outcome.DeliveryId).With("state", (long)outcome.State).With("next", Microseconds(outcome.NextAt))
                .With("ended", outcome.State == EventDeliveryState.Pending ? 0 : LedgerTime.Microseconds(outcome.At)).With("status", (long)(outcome.Status ?? 0)).With("error", outcome.Error ?? "");
            await CommandExtensions.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
        }
        if (disabledReason is not null)
            await CommandExtensions.ExecuteAsync(session.Command("disable_subscription").With("id", subscriptionId).With("reason", disabledReason), cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return kept > 0;
    }

    public async ValueTask<EventDeliveryPage> ListAsync(string subscriptionId, EventDeliveryState? state, int count, long before, CancellationToken cancellationToken)
    {
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var command = session.Command("list_deliveries").With("subscription", subscriptionId).With("state", (long?)state ?? -1).With("before", before).With("limit", count + 1L);
        await using var __ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ___ = reader.ConfigureAwait(false);
        var found = new List<EventDelivery>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            found.Add(Of(reader));
        return found.Count <= count ? new(found, null) : new(found[..count], found[count - 1].Id.ToString(CultureInfo.InvariantCulture));
    }

    public async ValueTask<bool> RedeliverAsync(string subscriptionId, long deliveryId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var session = await database.WorkAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var changed = await CommandExtensions.ExecuteAsync(
            session.Command("redeliver").With("id", deliveryId).With("subscription", subscriptionId).With("now", LedgerTime.Microseconds(now)), cancellationToken).ConfigureAwait(false);
        if (changed > 0)
            await CommandExtensions.ExecuteAsync(session.Command("release_hold").With("id", subscriptionId), cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return changed > 0;
    }

    /// <summary>Gives up what has waited for too long, and removes what has ended before a time, with its events.</summary>
    public async ValueTask CleanAsync(DateTimeOffset now, DateTimeOffset waitingSince, DateTimeOffset endedBefore, CancellationToken cancellationToken)
    {
        var session = await database.WorkAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        await CommandExtensions.ExecuteAsync(
            session.Command("give_up_deliveries").With("now", LedgerTime.Microseconds(now)).With("before", LedgerTime.Microseconds(waitingSince)).With("reason", GivenUpReason), cancellationToken).ConfigureAwait(false);
        foreach (var removal in new[] { "remove_old_deliveries", "remove_old_events" })
            await CommandExtensions.ExecuteAsync(session.Command(removal).With("before", LedgerTime.Microseconds(endedBefore)), cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static long Microseconds(DateTimeOffset? time) => time is { } some ? LedgerTime.Microseconds(some) : 0;

    private static EventDelivery Of(DbDataReader reader)
    {
        var state = (EventDeliveryState)reader.GetInt64(3);
        return new()
        {
            Id = reader.GetInt64(0),
            EventId = reader.Text(1),
            EventType = reader.Text(2),
            State = state,
            Attempts = (int)reader.GetInt64(4),
            CreatedAt = LedgerTime.FromMicroseconds(reader.GetInt64(5)),
            NextAttemptAt = state == EventDeliveryState.Pending ? LedgerTime.FromMicroseconds(reader.GetInt64(6)) : null,
            EndedAt = reader.GetInt64(7) is > 0 and var ended ? LedgerTime.FromMicroseconds(ended) : null,
            LastStatus = reader.GetInt64(8) is > 0 and var status ? (int)status : null,
            LastError = reader.Text(9) is { Length: > 0 } error ? error : null,
        };
    }
}
