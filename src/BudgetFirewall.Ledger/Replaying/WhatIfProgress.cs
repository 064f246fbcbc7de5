namespace BudgetFirewall;

/// <summary>How far a replay has come. Immutable.</summary>
/// <param name="Entries">The number of entries that were read.</param>
/// <param name="Time">The time of the last one.</param>
/// <param name="Fraction">The part of the time that lies behind it, 0 to 1; 0 while changes of limits from before the time are taken up.</param>
public sealed record WhatIfProgress(long Entries, DateTimeOffset Time, double Fraction);
