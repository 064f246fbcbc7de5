namespace BudgetFirewall.Tool;

/// <summary>The forms of a report.</summary>
internal enum ReportFormat
{
    /// <summary>For people.</summary>
    Table,
    Json,
    Csv,
    Focus,
}
