using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// A reservation that was allowed while the store could not answer. The store may have recorded it nevertheless: then its record is settled;
/// otherwise its commit is a charge under the same id, which makes the store refuse a recording that arrives later.
/// </summary>
internal sealed class DegradedReservation(ReservationSettler settler, Charger charger, BudgetRequest request, DecisionCall call)
    : IReservationActions
{
    // Once a record was found, its absence is no reason to charge: it may have been settled and forgotten.
    private HeldReservation? _recorded;

    public async ValueTask<ChargeReceipt> CommitAsync(decimal? cost, BudgetUsage? usage, CancellationToken cancellationToken)
    {
        settler.CheckSize(usage);
        return await CommitAsync(cost, usage, quotedNanos: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Commits at the price of an earlier try, or at the present one.</summary>
    public async ValueTask<ChargeReceipt> CommitAsync(decimal? cost, BudgetUsage? usage, long? quotedNanos, CancellationToken cancellationToken)
    {
        var deadline = settler.Begin(cancellationToken);
        _recorded ??= await FindAsync("commit", deadline).ConfigureAwait(false);
        if (_recorded is { } recorded)
            return await settler.CommitAsync(recorded, cost, usage, deadline, quotedNanos).ConfigureAwait(false);
        try
        {
            return await ChargeAsync(cost, usage, quotedNanos, deadline).ConfigureAwait(false);
        }
        catch (OperationConflictException)
        {
            _recorded = await FindAsync("commit", deadline).ConfigureAwait(false);
            if (_recorded is not { } late)
                throw;
            return await settler.CommitAsync(late, cost, usage, deadline, quotedNanos).ConfigureAwait(false);
        }
    }

    public async ValueTask ReleaseAsync(CancellationToken cancellationToken)
    {
        // This comes first: a grant that arrives from now on is given back, and one that arrived before is found below.
        call.IsAbandoned = true;
        var deadline = settler.Begin(cancellationToken);
        if (await FindAsync("release", deadline).ConfigureAwait(false) is { } recorded)
            await settler.ReleaseAsync(recorded, deadline).ConfigureAwait(false);
    }

    public async ValueTask<DateTimeOffset> ExtendAsync(TimeSpan lease, CancellationToken cancellationToken)
    {
        var deadline = settler.Begin(cancellationToken);
        var recorded = await FindAsync("extend", deadline).ConfigureAwait(false);
        return recorded is null
            ? throw settler.NotFound(ReservationIdentity.Of(call), "was let through while the store was away and was never recorded")
            : await settler.ExtendAsync(recorded, lease, deadline).ConfigureAwait(false);
    }

    public async ValueTask ReleaseOnDisposeAsync()
    {
        try
        {
            await ReleaseAsync(CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Disposing never throws; the lease ends what could not be released.
        catch (Exception e)
#pragma warning restore CA1031
        {
            settler.LogDisposeReleaseFailed(call.OperationId, e);
        }
    }

    private ValueTask<HeldReservation?> FindAsync(string operation, StoreDeadline deadline) =>
        settler.FindAsync(operation, ReservationIdentity.Of(call), deadline);

    private ValueTask<ChargeReceipt> ChargeAsync(decimal? cost, BudgetUsage? usage, long? quotedNanos, StoreDeadline deadline)
    {
        var content = request with { Usage = usage ?? request.Usage, Cost = cost ?? request.Cost };
        var priced = (quotedNanos, usage) switch
        {
            ({ } nanos, _) => content with { Cost = Money.FromNanos(nanos) },
            // An unknown cost is not set, so that the charge finds it unknown too.
            (null, { } used) => content with { Cost = charger.CostOf(request, used) },
            _ => content,
        };
        return charger.ChargeAsync(priced, content, call.Partition, call.OperationId, deadline);
    }
}
