using System.Globalization;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The present period of each kind, by the server's clock. Good for an hour at most.</summary>
internal sealed class PeriodTable
{
    private static readonly BudgetPeriod[] Kinds = Enum.GetValues<BudgetPeriod>();

    private readonly PeriodWindow[] _windows;
    private readonly string[] _endings;
    private readonly long[] _endsMs;

    public PeriodTable(DateTimeOffset serverNow)
    {
        _windows = Array.ConvertAll(Kinds, kind => PeriodWindow.At(kind, serverNow));
        _endings = Array.ConvertAll(Kinds, kind => EndingOf(kind, _windows[(int)kind].Start));
        _endsMs = Array.ConvertAll(_windows, EndMs);
        FromMs = ToMs(_windows[(int)BudgetPeriod.Hour].Start);
        UntilMs = _endsMs[(int)BudgetPeriod.Hour];
    }

    /// <summary>The first moment, in ms since 1970, that these are the present periods of.</summary>
    public long FromMs { get; }

    /// <summary>The first moment, in ms since 1970, that they are not.</summary>
    public long UntilMs { get; }

    public DateTime Start(BudgetPeriod kind) => _windows[(int)kind].Start;

    public DateTime End(BudgetPeriod kind) => _windows[(int)kind].End;

    /// <summary>What the keys of the period's counters end with, the separator included.</summary>
    public string Ending(BudgetPeriod kind) => _endings[(int)kind];

    /// <summary>The period's end in ms since 1970; 0 when it has none.</summary>
    public long EndMs(BudgetPeriod kind) => _endsMs[(int)kind];

    /// <summary>The end, in ms since 1970, of the period that something is held in; 0 when it has none.</summary>
    public long EndMs(HeldCounter held)
    {
        var kind = held.Rule.Family.Period;
        return Start(kind) == held.PeriodStart ? EndMs(kind) : EndMs(PeriodWindow.At(kind, new DateTimeOffset(held.PeriodStart, TimeSpan.Zero)));
    }

    public bool Covers(long serverMs) => serverMs >= FromMs && serverMs < UntilMs;

    /// <summary>What the keys of the counters of a period end with that starts at a moment, the separator included.</summary>
    public static string EndingOf(BudgetPeriod kind, DateTime start) => kind switch
    {
        BudgetPeriod.None => ":all",
        BudgetPeriod.Hour => start.ToString("':'yyyyMMddHH", CultureInfo.InvariantCulture),
        _ => start.ToString("':'yyyyMMdd", CultureInfo.InvariantCulture),
    };

    private static long EndMs(PeriodWindow window) => window.IsBounded ? ToMs(window.End) : 0;

    private static long ToMs(DateTime utc) => (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
}
