namespace BudgetFirewall.Storage;

/// <summary>The limit that one scope has in one period by what it has spent before. It never changes.</summary>
internal sealed class KeptLimit : LimitState
{
    private readonly long _dropAtTicks;

    public KeptLimit(in LimitStateKey key, long order, long limit, DateTime periodEnd) : base(key, order)
    {
        (Limit, IsNew) = (limit, false);
        // A clock that is set back by seconds must still find the limit of the period it returns to.
        _dropAtTicks = periodEnd.Ticks + TimeSpan.TicksPerMinute;
    }

    public long Limit { get; }

    public override bool IsOver(long nowTicks) => _dropAtTicks <= nowTicks;
}
