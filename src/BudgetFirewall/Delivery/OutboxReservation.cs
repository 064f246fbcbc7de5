namespace BudgetFirewall;

/// <summary>
/// A reservation whose commit is kept when the store does not confirm it. While the commit waits, this process refuses any other end of the reservation.
/// </summary>
internal sealed class OutboxReservation(
    Outbox outbox, IReservationActions inner, OutboxEntryKind kind, string? partition, string? operationScope, string operationId, DateTimeOffset? expiresAt,
    BudgetRequest request, long reservedNanos, bool enforcesMoney)
    : IReservationActions
{
    public ValueTask<ChargeReceipt> CommitAsync(decimal? cost, BudgetUsage? usage, CancellationToken cancellationToken)
    {
        var entry = new OutboxEntry { Kind = kind, Partition = partition, OperationScope = operationScope, OperationId = operationId, ExpiresAt = expiresAt, Request = request, Cost = cost, Usage = usage };
        return outbox.ConfirmAsync(entry, () => inner.CommitAsync(cost, usage, cancellationToken), () => PriceOf(cost, usage));
    }

    public ValueTask ReleaseAsync(CancellationToken cancellationToken)
    {
        outbox.ThrowIfWaiting(new(partition, operationScope, operationId));
        return inner.ReleaseAsync(cancellationToken);
    }

    public ValueTask<DateTimeOffset> ExtendAsync(TimeSpan lease, CancellationToken cancellationToken) => inner.ExtendAsync(lease, cancellationToken);

    // The commit may have come by the reservation's id, or through another object of a replayed reserve.
    public ValueTask ReleaseOnDisposeAsync() => outbox.IsWaiting(new(partition, operationScope, operationId)) ? ValueTask.CompletedTask : inner.ReleaseOnDisposeAsync();

    private long? PriceOf(decimal? cost, BudgetUsage? usage) =>
        usage is null ? outbox.PriceOf(cost) ?? reservedNanos : outbox.PriceOf(request, usage, operationId, enforcesMoney);
}
