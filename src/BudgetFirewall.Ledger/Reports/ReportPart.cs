namespace BudgetFirewall.Storage;

/// <summary>A part of a report's time, in quarters of an hour, in which the clock of the time zone is at one distance from UTC.</summary>
/// <param name="First">The first quarter.</param>
/// <param name="End">The first quarter after it.</param>
/// <param name="Offset">The quarters by which the clock is before UTC's.</param>
internal readonly record struct ReportPart(long First, long End, long Offset);
