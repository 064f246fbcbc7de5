using System.Runtime.InteropServices;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>What a commit charges to what a reservation has recorded.</summary>
internal static class SettlementAmounts
{
    public static SettleCall Release(HeldReservation reservation) => new() { Reservation = reservation, IsCommit = false };

    /// <summary>A look whether a usage was committed before, whatever it cost.</summary>
    public static SettleCall ReplayOnly(HeldReservation reservation, BudgetUsage usage) =>
        new() { Reservation = reservation, IsCommit = true, IsReplayOnly = true, Fingerprint = RequestContent.Fingerprint(usage) };

    /// <summary>A commit of a cost, of a usage, or of neither: then of the reserved amounts.</summary>
    /// <exception cref="ArgumentException">The cost is outside its range, or the price needs usage that is not given.</exception>
    public static SettleCall Commit(
        HeldReservation reservation, decimal? cost, BudgetUsage? usage, long? quotedNanos, CostCalculator prices, TimeProvider timeProvider) => usage is null
        ? OfCost(reservation, Nanos(reservation, cost))
        : OfUsage(reservation, usage, quotedNanos ?? Quote(reservation.Request, usage, prices, timeProvider));

    /// <summary>The price of a usage; a priced model must have been told its tokens or units.</summary>
    public static long Quote(BudgetRequest request, BudgetUsage usage, CostCalculator prices, TimeProvider timeProvider)
    {
        var quote = prices.QuoteUsage(request, usage, timeProvider);
        return quote.NeedsUsage
            ? throw new ArgumentException($"The price of the model '{DisplayText.Escape(request.Model)}' needs the tokens used, or the units it is priced by; commit them, or the cost.", nameof(usage))
            : quote.Nanos;
    }

    /// <summary>The cost that is committed, rounded up; what was set aside when none is given.</summary>
    public static long Nanos(HeldReservation reservation, decimal? cost) =>
        cost is { } given ? Money.CeilingNanos(given, nameof(cost)) : reservation.CostNanos;

    private static SettleCall OfCost(HeldReservation reservation, long costNanos)
    {
        var amounts = new long[reservation.CounterCount];
        for (var i = 0; i < amounts.Length; i++)
        {
            var held = reservation.CounterAt(i);
            amounts[i] = held.Rule.Family.Unit is null ? costNanos : held.Amount;
        }
        return new()
        {
            Reservation = reservation,
            IsCommit = true,
            CostNanos = costNanos,
            Amounts = ImmutableCollectionsMarshal.AsImmutableArray(amounts),
        };
    }

    private static SettleCall OfUsage(HeldReservation reservation, BudgetUsage usage, long costNanos) => new()
    {
        Reservation = reservation,
        IsCommit = true,
        CostNanos = costNanos,
        Amounts = [.. reservation.Counters.Select(held => CounterSteps.Amount(held.Rule, usage, costNanos))],
        TakesMicros = [.. reservation.Buckets.Select(step => BucketSteps.Take(step, usage))],
        Fingerprint = RequestContent.Fingerprint(usage),
    };
}
