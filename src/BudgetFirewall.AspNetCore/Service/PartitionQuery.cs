namespace BudgetFirewall;

/// <summary>The partition that a call names in its query.</summary>
internal static class PartitionQuery
{
    public const string Text = "The partition, where budgets are partitioned; otherwise absent.";
}
