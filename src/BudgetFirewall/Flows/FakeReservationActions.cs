namespace BudgetFirewall;

/// <summary>The behaviour of a reservation that an application constructs for its tests.</summary>
internal sealed class FakeReservationActions(
    BudgetDecision decision,
    string? id,
    DateTimeOffset expiresAt,
    Func<decimal?, BudgetUsage?, ValueTask<ChargeReceipt>>? commit,
    Func<ValueTask>? release,
    Func<TimeSpan, ValueTask<DateTimeOffset>>? extend) : IReservationActions
{
    public ValueTask<ChargeReceipt> CommitAsync(decimal? cost, BudgetUsage? usage, CancellationToken cancellationToken) => commit is not null
        ? commit(cost, usage)
        : new(new ChargeReceipt { OperationId = decision.OperationId, ReservationId = id ?? decision.OperationId, Cost = cost ?? decision.Cost });

    public ValueTask ReleaseAsync(CancellationToken cancellationToken) => release is not null ? release() : default;

    public ValueTask<DateTimeOffset> ExtendAsync(TimeSpan lease, CancellationToken cancellationToken) => extend is not null ? extend(lease) : new(expiresAt);

    public async ValueTask ReleaseOnDisposeAsync()
    {
        try
        {
            await ReleaseAsync(CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Disposing never throws.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
