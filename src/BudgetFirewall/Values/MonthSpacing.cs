namespace BudgetFirewall;

/// <summary>Windows of a number of calendar months that divides a year.</summary>
internal sealed class MonthSpacing(int months) : WindowSpacing
{
    public override long IndexAt(long clockTicks)
    {
        var time = new DateTime(Math.Clamp(clockTicks, 0, DateTime.MaxValue.Ticks));
        return ((((time.Year - 1) * 12) + time.Month) - 1) / months;
    }

    public override long StartOf(long index)
    {
        var (year, month) = Math.DivRem(index * months, 12);
        return year < 0 ? 0 : year > 9998 ? DateTime.MaxValue.Ticks : new DateTime((int)year + 1, (int)month + 1, 1).Ticks;
    }
}
