using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Charges requests and settles reservations, the calls that the store has to confirm. A layer above may wrap it.</summary>
internal interface ISettlements
{
    ValueTask<ChargeReceipt> ChargeAsync(BudgetRequest request, CancellationToken cancellationToken);

    /// <param name="id">The reservation's id.</param>
    /// <param name="cost">The cost; null for a usage.</param>
    /// <param name="usage">The usage; null for a cost.</param>
    /// <param name="found">Called with the reservation before it is committed; null when it is not needed.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    ValueTask<ChargeReceipt> CommitAsync(ReservationIdArgument id, decimal? cost, BudgetUsage? usage, Action<HeldReservation>? found, CancellationToken cancellationToken);

    /// <param name="id">The reservation's id.</param>
    /// <param name="found">Called with the reservation before it is released; null when it is not needed.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    ValueTask ReleaseAsync(ReservationIdArgument id, Action<HeldReservation>? found, CancellationToken cancellationToken);

    ValueTask<DateTimeOffset> ExtendAsync(ReservationIdArgument id, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>The actions of a reservation that the store has recorded.</summary>
    IReservationActions ActionsOf(HeldReservation reservation);

    /// <summary>The actions of a reservation that was allowed while the store could not answer.</summary>
    IReservationActions ActionsOfDegraded(DecisionCall call, BudgetRequest request);
}
