namespace BudgetFirewall;

/// <summary>The partition that a request or call is counted in.</summary>
internal static class Partitions
{
    public static string? Of(BudgetRequest request, string? partitionBy) => partitionBy is null
        ? null
        : ScopeIdOf(request, partitionBy)
            ?? throw new ArgumentException($"The request names no '{partitionBy}', by which budgets are partitioned.", nameof(request));

    public static string? Check(string? partition, string? partitionBy)
    {
        if (partitionBy is null && partition is not null)
            throw new ArgumentException($"There are no partitions (PartitionBy is not set), so '{DisplayText.Escape(partition)}' cannot be one.", nameof(partition));
        if (partitionBy is not null && partition is null)
            throw new ArgumentException($"Budgets are partitioned by '{partitionBy}'; a partition must be named.", nameof(partition));
        return Identifier.CheckOptional(partition, nameof(partition));
    }

    /// <summary>The id of a request's scope of a kind; null when it names none.</summary>
    public static string? ScopeIdOf(BudgetRequest request, string kind) => new ScopeKind(kind).IdOf(request);
}
