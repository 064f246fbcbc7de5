namespace BudgetFirewall.Tool;

/// <summary>What is to be added up.</summary>
internal sealed record ReportQuestion(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<string> GroupBy, LedgerInterval Interval, string TimeZone, int? Top, IReadOnlyDictionary<string, string> Scopes, ReportFormat Format, string? BillingAccount);
