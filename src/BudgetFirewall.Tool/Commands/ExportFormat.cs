namespace BudgetFirewall.Tool;

/// <summary>The forms in which entries are written.</summary>
internal enum ExportFormat
{
    /// <summary>A JSON object a line.</summary>
    Jsonl,
    Csv,
    Focus,
}
