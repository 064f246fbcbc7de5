namespace BudgetFirewall.Storage;

/// <summary>The change of one adaptive rate limit by a report.</summary>
/// <param name="ScaleBefore">The part of the ceiling before, in millionths.</param>
/// <param name="ScaleAfter">The part of the ceiling after the report, in millionths.</param>
/// <param name="PausedFor">The rest of the limit's pause after the report; zero for none.</param>
/// <param name="IsChanged">True when this report has changed the limit. A report of what others have reported already does not, nor does one within the cooldown.</param>
public readonly record struct AdaptiveChange(int ScaleBefore, int ScaleAfter, TimeSpan PausedFor, bool IsChanged);
