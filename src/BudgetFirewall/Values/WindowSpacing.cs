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
