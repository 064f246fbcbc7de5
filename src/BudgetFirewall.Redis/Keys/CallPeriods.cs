using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The periods of one call: those that one moment by the server's clock lies in, as far as this process knows that clock.</summary>
internal readonly struct CallPeriods(PeriodTable table, DateTimeOffset now, long keptLongerMs)
{
    public DateTimeOffset Now { get; } = now;

    /// <summary>The first moment, in ms since 1970, of which the usual calendars' periods are the present ones.</summary>
    public long FromMs => table.Periods.FromMs;

    /// <summary>The first moment, in ms since 1970, of which they are not any more.</summary>
    public long UntilMs => table.Periods.UntilMs;

    /// <summary>The present period.</summary>
    public PeriodWindow At(PeriodCalendar calendar) => table.Periods.At(calendar, Now);

    /// <summary>The end of the keys of the present period's counters, the separator included.</summary>
    public string Ending(PeriodCalendar calendar) => table.Ending(calendar, Now);

    /// <summary>The present period's end in ms since 1970; 0 when it has none.</summary>
    public long EndMs(PeriodCalendar calendar) => table.Periods.EndMs(calendar, Now);

    /// <summary>The time in ms since 1970 until which a budget's counter of the present period is kept; 0: always.</summary>
    public long KeptUntilMs(CounterRule rule) => Longer(table.Periods.KeptUntilMs(rule, Now));

    /// <summary>The time in ms since 1970 until which the counter is kept that something is held in; 0: always.</summary>
    public long KeptUntilMs(HeldCounter held) => Longer(table.Periods.KeptUntilMs(held));

    /// <summary>The time in ms since 1970 until which a counter is kept that is kept until a time without a ledger; 0: always.</summary>
    public long Longer(long keptUntilMs) => keptUntilMs == 0 ? 0 : keptUntilMs + keptLongerMs;
}
