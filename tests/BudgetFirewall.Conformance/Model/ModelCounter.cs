namespace BudgetFirewall.Conformance;

/// <summary>What one scope has spent and holds in one period.</summary>
public sealed class ModelCounter(DateTimeOffset? periodEnd)
{
    private readonly List<(ModelReservation Reservation, decimal Amount)> _holds = [];
    private decimal _highestWarned;
    private DateTimeOffset _keptUntil = periodEnd ?? DateTimeOffset.MaxValue;

    public decimal Spent { get; private set; }

    /// <summary>What is added to the limit.</summary>
    public decimal Allowance { get; private set; }

    /// <summary>True when nothing obliges the store to keep the counter any more: it may be gone, and a commit may make it anew.</summary>
    public bool IsUncertainAt(DateTimeOffset now) => now >= _keptUntil;

    /// <summary>What is certainly held, and what may still be: a hold may be given back a little after its end.</summary>
    public (decimal Least, decimal Most) HeldAt(DateTimeOffset now) =>
        (_holds.Where(hold => hold.Reservation.ExpiresAt > now).Sum(hold => hold.Amount),
         _holds.Where(hold => hold.Reservation.ReleasedBy > now).Sum(hold => hold.Amount));

    public void Hold(ModelReservation reservation, decimal amount)
    {
        _holds.Add((reservation, amount));
        KeepFor(reservation);
    }

    public void KeepFor(ModelReservation reservation) => _keptUntil = reservation.ExpiresAt > _keptUntil ? reservation.ExpiresAt : _keptUntil;

    public void GiveBack(ModelReservation reservation) => _holds.RemoveAll(hold => hold.Reservation == reservation);

    /// <summary>Adds to what is spent; gives the warnings that this fires and the part above a hard limit.</summary>
    public (IReadOnlyList<decimal> Warned, decimal Overrun) Charge(Budget budget, decimal amount)
    {
        if (amount == 0)
            return ([], 0);
        Spent += amount;
        var step = budget.Unit is null ? ModelWorld.Nano : 0.000001m;
        decimal[] warned = [.. budget.WarnAt.Where(fraction => fraction > _highestWarned && Spent >= Math.Max((budget.Limit + Allowance) * fraction, step))];
        _highestWarned = warned.Append(_highestWarned).Max();
        var overrun = budget.Enforcement == Enforcement.Hard ? Math.Min(amount, Math.Max(0, Spent - budget.Limit - Allowance)) : 0;
        return (warned, overrun);
    }

    /// <summary>The least and the most of an amount that can be taken back, as long as a hold past its end may still be counted.</summary>
    public (decimal Least, decimal Most) RevocableAt(DateTimeOffset now, Budget budget, decimal amount)
    {
        var (least, most) = HeldAt(now);
        decimal Of(decimal held) => Math.Min(Math.Min(amount, Allowance), Math.Max(0, budget.Limit + Allowance - Spent - held));
        return (Of(most), Of(least));
    }

    public void Allow(decimal amount) => Allowance += amount;

    public void Reset()
    {
        (Spent, _highestWarned) = (0, 0);
        if (periodEnd is null)
            Allowance = 0;
    }
}
