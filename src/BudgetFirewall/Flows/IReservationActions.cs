namespace BudgetFirewall;

/// <summary>The actions of a granted reservation.</summary>
internal interface IReservationActions
{
    ValueTask<ChargeReceipt> CommitAsync(decimal? cost, BudgetUsage? usage, CancellationToken cancellationToken);

    ValueTask ReleaseAsync(CancellationToken cancellationToken);

    ValueTask<DateTimeOffset> ExtendAsync(TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Releases without ever throwing.</summary>
    ValueTask ReleaseOnDisposeAsync();
}
