namespace BudgetFirewall.Storage;

/// <summary>A cell that holds the state in the type that its algorithm has chosen.</summary>
internal sealed class StatefulRateLimitCell<TMemory>(in CellKey key, long order, TMemory memory) : RateLimitCell(key, order) where TMemory : struct, IRateLimitMemory
{
#pragma warning disable IDE0044 // The methods of a struct change it.
    private TMemory _memory = memory;
#pragma warning restore IDE0044

    public override bool IsOver(long nowTicks) => _memory.IsIdle(nowTicks / TimeSpan.TicksPerMicrosecond);

    public override void Look(LimitRule rule, in Moment moment) => _memory.Look(rule, moment.Microseconds);

    public override Judgement Judge(LimitRule rule, long need) => _memory.Judge(rule, need);

    public override void Take(LimitRule rule, long take, in Moment moment)
    {
        if (take == 0)
            return;
        IsNew = false;
        _memory.Take(rule, take, moment.Microseconds);
    }

    public override void Settle(LimitRule rule, long difference, long takenAtTicks, in Moment moment)
    {
        if (difference == 0)
            return;
        IsNew = false;
        _memory.Settle(rule, difference, takenAtTicks / TimeSpan.TicksPerMicrosecond, moment.Microseconds);
    }

    public override LimitReading Read(LimitRule rule) => _memory.Read(rule);
}
