namespace BudgetFirewall;

/// <summary>The charge of a guarded call: a usage at its price, a cost, or, with neither, the reserved amounts.</summary>
internal sealed record CallCharge(BudgetUsage? Usage = null, decimal? Cost = null, bool IsEstimated = false)
{
    /// <summary>A charge of the reserved amounts, which are an estimate.</summary>
    public static CallCharge Reserved { get; } = new(IsEstimated: true);

    public ValueTask<ChargeReceipt> CommitAsync(BudgetReservation reservation) => this switch
    {
        { Usage: { } usage } => reservation.CommitAsync(usage, CancellationToken.None),
        { Cost: { } cost } => reservation.CommitAsync(cost, CancellationToken.None),
        _ => reservation.CommitAsync(CancellationToken.None),
    };

    /// <summary>The request of the same charge without a hold, under the reservation's own id, so that it still happens only once.</summary>
    public BudgetRequest ToRequest(BudgetRequest reserved, BudgetReservation reservation, IBudgetFirewall firewall)
    {
        var request = reserved with { OperationId = reservation.OperationId, Lease = null };
        if (Usage is null)
            return request with { Cost = Cost ?? reservation.Cost };
        // As at a commit: the request's own cost counts only if nothing else prices the usage.
        var priced = request with { Usage = Usage, Cost = null };
        return request.Cost is null || IsPriced(priced, firewall) ? priced : priced with { Cost = request.Cost };
    }

    private static bool IsPriced(BudgetRequest request, IBudgetFirewall firewall)
    {
        try
        {
            return !firewall.Estimate(request).IsUnknown;
        }
        catch (UnknownPriceException)
        {
            return false;
        }
    }
}
