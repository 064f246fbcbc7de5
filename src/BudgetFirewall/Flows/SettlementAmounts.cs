using System.Runtime.InteropServices;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Computes the amounts that a commit charges to the counters and rate limits of its reservation.</summary>
internal static class SettlementAmounts
{
    /// <summary>The text, for error messages, of what a commit must give when a model is priced by its usage.</summary>
    public const string Need = "the tokens used, or the units it is priced by; commit them, or the cost.";

    public static SettleCall Release(HeldReservation reservation) => new() { Reservation = reservation, IsCommit = false };

    /// <summary>A call that only asks whether a usage was committed before, at any cost.</summary>
    public static SettleCall ReplayOnly(HeldReservation reservation, BudgetUsage usage) =>
        new() { Reservation = reservation, IsCommit = true, IsReplayOnly = true, Fingerprint = RequestFingerprint.Fingerprint(usage) };

    /// <summary>A commit of a cost, of a usage, or, with neither, of the reserved amounts.</summary>
    /// <exception cref="ArgumentException">The cost is outside its range, or the price needs usage that is not given.</exception>
    /// <exception cref="UnknownPriceException">Nothing prices the usage, and a budget that is held enforces money.</exception>
    public static SettleCall Commit(
        HeldReservation reservation, decimal? cost, BudgetUsage? usage, long? quotedNanos, CostCalculator prices, TimeProvider timeProvider) => (usage, quotedNanos) switch
        {
            (null, null) => OfCost(reservation, cost is { } given ? prices.CheckedNanos(given, nameof(cost)) : reservation.CostNanos, isUnknown: cost is null && reservation.IsCostUnknown),
            (null, { }) => OfCost(reservation, Nanos(reservation, cost), isUnknown: false),
            ({ }, { } nanos) => OfUsage(reservation, usage, new(nanos, IsUnknown: false)),
            _ => OfUsage(reservation, usage, Quote(reservation, usage, prices, timeProvider)),
        };

    /// <summary>A commit of the reserved amounts, which is done only while they are held.</summary>
    public static SettleCall CommitHeld(HeldReservation reservation) => OfCost(reservation, reservation.CostNanos, reservation.IsCostUnknown, isOnlyWhileHeld: true);

    /// <summary>The price of a usage; unknown only where no budget that is held enforces money.</summary>
    private static CostQuote Quote(HeldReservation reservation, BudgetUsage usage, CostCalculator prices, TimeProvider timeProvider)
    {
        var quote = prices.QuoteUsage(reservation.Request, usage, timeProvider);
        return quote.IsUnknown && reservation.HoldsEnforcedMoney
            ? throw prices.WhyUnknown(reservation.Request, usage, reservation.OperationId, Need, nameof(usage), timeProvider)
            : quote;
    }

    /// <summary>The cost that is committed, rounded up; when none is given, the cost that was set aside.</summary>
    public static long Nanos(HeldReservation reservation, decimal? cost) =>
        cost is { } given ? Money.CeilingNanos(given, nameof(cost)) : reservation.CostNanos;

    private static SettleCall OfCost(HeldReservation reservation, long costNanos, bool isUnknown, bool isOnlyWhileHeld = false)
    {
        var amounts = new long[reservation.CounterCount];
        for (var i = 0; i < amounts.Length; i++)
        {
            var held = reservation.CounterAt(i);
            amounts[i] = held.Rule.Unit is null ? costNanos : held.Amount;
        }
        return new()
        {
            Reservation = reservation,
            IsCommit = true,
            CostNanos = costNanos,
            IsCostUnknown = isUnknown,
            IsOnlyWhileHeld = isOnlyWhileHeld,
            Amounts = ImmutableCollectionsMarshal.AsImmutableArray(amounts),
        };
    }

    private static SettleCall OfUsage(HeldReservation reservation, BudgetUsage usage, CostQuote quote) => new()
    {
        Reservation = reservation,
        IsCommit = true,
        CostNanos = quote.Nanos,
        IsCostUnknown = quote.IsUnknown,
        Amounts = [.. reservation.Counters.Select(held => LimitDemands.Charge(held.Rule, usage, quote.Nanos))],
        TakesMicros = [.. reservation.RateLimits.Select(demand => LimitDemands.Take(demand, usage))],
        Fingerprint = RequestFingerprint.Fingerprint(usage),
        Usage = usage,
    };
}
