using System.Diagnostics;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Repeats a charge or commit that was not confirmed, with the same id and content, at the prices of the time when it was put in.</summary>
internal sealed class OutboxDelivery(StoreCaller storeCaller, EventReporter events, Charger charger, ReservationSettler settler)
{
    /// <summary>Asks whether the store answers, without counting as a try of an entry.</summary>
    public async ValueTask<bool> IsStoreThereAsync(OutboxEntry entry)
    {
        try
        {
            // The partition of an unverified id may be invented, and asking for it must not create it.
            if (entry.UnverifiedTag is not null)
            {
                await storeCaller.CallAsync(
                    "commit", static (store, asked) => store.FindReservationAsync(asked.Partition, asked.OperationScope, asked.OperationId), entry, storeCaller.Begin(CancellationToken.None)).ConfigureAwait(false);
                return true;
            }
            var look = new StatusCall { Partition = entry.Partition, CatalogVersion = "" };
            await storeCaller.CallAsync("status", static (store, asked) => store.ReadStatusAsync(asked), look, storeCaller.Begin(CancellationToken.None)).ConfigureAwait(false);
            return true;
        }
        catch (BudgetStoreException)
        {
            return false;
        }
    }

    /// <summary>Delivers an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="mayCharge">False when the entry may only end a reservation that is still recorded.</param>
    /// <exception cref="ChargeUnconfirmedException">The store did not confirm.</exception>
    /// <exception cref="ReservationNotFoundException">No record of its reservation is left.</exception>
    public async ValueTask<ChargeReceipt> DeliverAsync(OutboxEntry entry, bool mayCharge)
    {
        var receipt = await RepeatAsync(entry, mayCharge).ConfigureAwait(false);
        // An earlier try was recorded, and it has not been reported yet.
        if (receipt.IsReplay)
            events.ChargeHeard(receipt, entry.Request?.Provider ?? "");
        return receipt;
    }

    private ValueTask<ChargeReceipt> RepeatAsync(OutboxEntry entry, bool mayCharge)
    {
        switch (entry.Kind)
        {
            case OutboxEntryKind.Charge:
                var request = entry.Request!;
                return charger.ChargeAsync(AtPriceOf(entry, request), request, entry.Partition, entry.OperationId, settler.Begin(CancellationToken.None));
            case OutboxEntryKind.Commit:
                return CommitAsync(entry);
            case OutboxEntryKind.DegradedCommit:
                if (!mayCharge)
                    return CommitAsync(entry);
                var call = new DecisionCall { Kind = DecisionKind.Reserve, Partition = entry.Partition, OperationScope = entry.OperationScope, OperationId = entry.OperationId, CatalogVersion = "" };
                return new DegradedReservation(settler, charger, entry.Request!, call).CommitAsync(entry.Cost, entry.Usage, entry.CostNanos, CancellationToken.None);
            default:
                throw new UnreachableException($"There is no kind of entry {entry.Kind}.");
        }
    }

    private async ValueTask<ChargeReceipt> CommitAsync(OutboxEntry entry)
    {
        var deadline = settler.Begin(CancellationToken.None);
        var reservation = await settler.FindAsync("commit", entry.Reservation, deadline).ConfigureAwait(false);
        if (reservation is null || !entry.IsOf(reservation.ExpiresAt))
            throw settler.NotFound(entry.Reservation, "has no record any more");
        return await settler.CommitAsync(reservation, entry.Cost, entry.Usage, deadline, entry.CostNanos).ConfigureAwait(false);
    }

    private static BudgetRequest AtPriceOf(OutboxEntry entry, BudgetRequest request) =>
        entry.CostNanos is { } nanos ? request with { Cost = Money.FromNanos(nanos) } : request;
}
