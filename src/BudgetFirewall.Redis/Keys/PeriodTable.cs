using System.Globalization;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The present periods, by the server's clock, with the endings of the keys of their counters.</summary>
internal sealed class PeriodTable
{
    private readonly PresentPeriods _periods;
    private readonly string[] _endings;

    public PeriodTable(DateTimeOffset serverNow)
    {
        _periods = new(serverNow);
        _endings = Array.ConvertAll(Enum.GetValues<BudgetPeriod>(), period => EndingOf(_periods[period].Start));
    }

    /// <summary>The first moment, in ms since 1970, of which these are the present periods.</summary>
    public long FromMs => _periods.FromMs;

    /// <summary>The first moment, in ms since 1970, of which they are not any more.</summary>
    public long UntilMs => _periods.UntilMs;

    public DateTime Start(BudgetPeriod period) => _periods[period].Start;

    public DateTime End(BudgetPeriod period) => _periods[period].End;

    /// <summary>The end of the keys of a period's counters, the separator included.</summary>
    public string Ending(BudgetPeriod period) => _endings[(int)period];

    /// <summary>The period's end in ms since 1970; 0 when it has none.</summary>
    public long EndMs(BudgetPeriod period) => _periods.EndMs(period);

    /// <summary>The end, in ms since 1970, of the period that something is held in; 0 when it has none.</summary>
    public long EndMs(HeldCounter held) => _periods.EndMs(held);

    public bool Covers(long serverTicks) => _periods.Covers(serverTicks);

    /// <summary>The end of the keys of the counters of a period that starts at a moment, the separator included.</summary>
    public static string EndingOf(DateTime start)
    {
        if (start == DateTime.MinValue)
            return ":all";
        // The kind of period stands before in the key, so that an hour from midnight may end as its day does.
        return start.ToString(start.TimeOfDay == TimeSpan.Zero ? "':'yyyyMMdd" : "':'yyyyMMddHHmm", CultureInfo.InvariantCulture);
    }
}
