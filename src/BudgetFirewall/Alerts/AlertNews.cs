namespace BudgetFirewall.Storage;

/// <summary>The news of an alert.</summary>
internal enum AlertNews
{
    /// <summary>Nothing that anybody is told.</summary>
    None,

    /// <summary>It has opened.</summary>
    Opened,

    /// <summary>It is resolved.</summary>
    Resolved,
}
