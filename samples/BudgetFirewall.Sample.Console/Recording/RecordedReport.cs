namespace BudgetFirewall.Sample.Recording;

/// <summary>What is in the ledger at the end of a run.</summary>
/// <param name="File">The ledger's file.</param>
/// <param name="Report">What was spent, by project and hour.</param>
/// <param name="StoppedAt">The log's time at which the run before was stopped; null for none.</param>
/// <param name="ChargedBefore">The number of calls that runs before have charged.</param>
public sealed record RecordedReport(string File, LedgerReport Report, DateTimeOffset? StoppedAt, int ChargedBefore);
