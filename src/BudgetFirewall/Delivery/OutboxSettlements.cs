using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// Settles, and keeps the charges and commits that the store does not confirm. A settlement that would contradict a waiting commit is refused.
/// </summary>
internal sealed class OutboxSettlements(ISettlements inner, Outbox outbox, SettingsSource settingsSource, ReservationIds ids, TimeProvider timeProvider) : ISettlements
{
    /// <summary>Charges, or keeps the charge. Even a generated id is remembered like a given one, since the charge may be repeated long afterwards.</summary>
    public ValueTask<ChargeReceipt> ChargeAsync(BudgetRequest request, CancellationToken cancellationToken)
    {
        var named = request.OperationId is null ? request with { OperationId = OperationId.MakeUp().ToString() } : request;
        var entry = new OutboxEntry
        {
            Kind = OutboxEntryKind.Charge,
            Partition = Partitions.Of(named, settingsSource.Current.PartitionBy),
            OperationScope = named.OperationScope,
            OperationId = named.OperationId!,
            Request = named,
        };
        return outbox.ConfirmAsync(
            entry,
            () => inner.ChargeAsync(named, cancellationToken),
            () => settingsSource.Current.Prices.Quote(named, timeProvider) is { IsUnknown: false } quote ? quote.Nanos : null);
    }

    public ValueTask<ChargeReceipt> CommitAsync(ReservationIdArgument id, decimal? cost, BudgetUsage? usage, Action<HeldReservation>? found, CancellationToken cancellationToken)
    {
        // A commit by an id with a wrong tag is not kept. One whose tag cannot be verified yet is kept, with the tag.
        if (id.Identity is not { } identity || (ids.CanVerify(identity) && !ids.IsGenuine(identity)))
            return inner.CommitAsync(id, cost, usage, found, cancellationToken);
        var entry = new OutboxEntry
        {
            Kind = OutboxEntryKind.Commit,
            Partition = identity.Partition,
            OperationScope = identity.OperationScope,
            OperationId = identity.OperationId,
            UnverifiedTag = ids.CanVerify(identity) ? null : identity.Tag,
            Cost = cost,
            Usage = usage,
        };
        long? worth = cost is { } given ? Money.CeilingNanos(given, nameof(cost)) : null;
        return outbox.ConfirmAsync(entry, () => inner.CommitAsync(id, cost, usage, Remember, cancellationToken), () => worth);

        void Remember(HeldReservation reservation)
        {
            entry.ExpiresAt = reservation.ExpiresAt;
            found?.Invoke(reservation);
        }
    }

    public async ValueTask ReleaseAsync(ReservationIdArgument id, Action<HeldReservation>? found, CancellationToken cancellationToken)
    {
        ThrowIfWaiting(id);
        await inner.ReleaseAsync(
            id,
            reservation =>
            {
                ThrowIfWaiting(id);
                found?.Invoke(reservation);
            },
            cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<DateTimeOffset> ExtendAsync(ReservationIdArgument id, TimeSpan lease, CancellationToken cancellationToken) => inner.ExtendAsync(id, lease, cancellationToken);

    public IReservationActions ActionsOf(HeldReservation reservation) => new OutboxReservation(
        outbox, inner.ActionsOf(reservation), OutboxEntryKind.Commit, reservation.Partition, reservation.OperationScope, reservation.OperationId, reservation.ExpiresAt,
        reservation.Request, reservation.CostNanos, reservation.HoldsEnforcedMoney);

    public IReservationActions ActionsOfDegraded(DecisionCall call, BudgetRequest request) => new OutboxReservation(
        outbox, inner.ActionsOfDegraded(call, request), OutboxEntryKind.DegradedCommit, call.Partition, call.OperationScope, call.OperationId, expiresAt: null,
        request, call.CostNanos, call.MeetsEnforcedMoney);

    // A caller who has guessed an id must not learn that a commit waits.
    private void ThrowIfWaiting(ReservationIdArgument id)
    {
        if (id.Identity is { } identity && ids.IsGenuine(identity))
            outbox.ThrowIfWaiting(new(identity.Partition, identity.OperationScope, identity.OperationId));
    }
}
