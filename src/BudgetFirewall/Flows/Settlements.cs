using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Settles directly with the store. The caller has to repeat a settlement that the store does not confirm.</summary>
internal sealed class Settlements(Charger charger, ReservationSettler settler) : ISettlements
{
    public ValueTask<ChargeReceipt> ChargeAsync(BudgetRequest request, CancellationToken cancellationToken) => charger.ChargeAsync(request, cancellationToken);

    public async ValueTask<ChargeReceipt> CommitAsync(ReservationIdArgument id, decimal? cost, BudgetUsage? usage, Action<HeldReservation>? found, CancellationToken cancellationToken)
    {
        var deadline = settler.Begin(cancellationToken);
        var reservation = await FindAsync("commit", id, deadline).ConfigureAwait(false) ?? throw id.NotFound();
        found?.Invoke(reservation);
        return await settler.CommitAsync(reservation, cost, usage, deadline).ConfigureAwait(false);
    }

    public async ValueTask ReleaseAsync(ReservationIdArgument id, Action<HeldReservation>? found, CancellationToken cancellationToken)
    {
        if (id.Identity is not { } identity)
            return;
        var deadline = settler.Begin(cancellationToken);
        if (await settler.FindAsync("release", identity, deadline).ConfigureAwait(false) is not { } reservation)
            return;
        found?.Invoke(reservation);
        await settler.ReleaseAsync(reservation, deadline).ConfigureAwait(false);
    }

    public async ValueTask<DateTimeOffset> ExtendAsync(ReservationIdArgument id, TimeSpan lease, CancellationToken cancellationToken)
    {
        var deadline = settler.Begin(cancellationToken);
        var reservation = await FindAsync("extend", id, deadline).ConfigureAwait(false) ?? throw id.NotFound();
        return await settler.ExtendAsync(reservation, lease, deadline).ConfigureAwait(false);
    }

    public IReservationActions ActionsOf(HeldReservation reservation) => new GrantedReservation(settler, reservation);

    public IReservationActions ActionsOfDegraded(DecisionCall call, BudgetRequest request) => new DegradedReservation(settler, charger, request, call);

    private async ValueTask<HeldReservation?> FindAsync(string operation, ReservationIdArgument id, StoreDeadline deadline) =>
        id.Identity is { } identity ? await settler.FindAsync(operation, identity, deadline).ConfigureAwait(false) : null;
}
