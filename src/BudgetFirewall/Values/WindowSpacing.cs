namespace BudgetFirewall;

/// <summary>
/// The division of a clock's time into windows that follow one another. Ticks are those that the clock shows, counted from midnight of Monday, 1 January of the year 1.
/// </summary>
internal abstract class WindowSpacing
{
    /// <summary>The number of the window that a time lies in.</summary>
    public abstract long IndexAt(long clockTicks);

    /// <summary>The first ticks of a window; those of the calendar's beginning or end for windows that begin outside of it.</summary>
    public abstract long StartOf(long index);
}

/// <summary>Windows of one length, of which one begins at an anchor.</summary>
internal sealed class EvenSpacing(long lengthTicks, long anchorTicks = 0) : WindowSpacing
{
    public override long IndexAt(long clockTicks)
    {
        var (index, rest) = Math.DivRem(clockTicks - anchorTicks, lengthTicks);
        return rest < 0 ? index - 1 : index;
    }

    public override long StartOf(long index) => (long)Int128.Clamp(((Int128)index * lengthTicks) + anchorTicks, 0, DateTime.MaxValue.Ticks);
}

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
