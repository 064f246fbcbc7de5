namespace BudgetFirewall.Receipts;

/// <summary>The names of a ledger's logs: that of the ledger, and for each partition that name with the partition's.</summary>
internal static class LogName
{
    private const string PartitionStart = "/partitions/";

    /// <summary>The name of the log of a partition.</summary>
    /// <param name="origin">The name of the ledger.</param>
    /// <param name="partition">The partition; null for entries without one.</param>
    public static string Of(string origin, string? partition) => partition is null ? origin : $"{origin}{PartitionStart}{Uri.EscapeDataString(partition)}";

    /// <summary>True when a log is that of a partition.</summary>
    /// <param name="log">The name of the log.</param>
    /// <param name="origin">The name of the ledger; null for any.</param>
    /// <param name="partition">The partition; null for entries without one.</param>
    public static bool IsOf(string log, string? origin, string? partition) => origin is not null
        ? log == Of(origin, partition)
        : partition is null ? !log.Contains(PartitionStart, StringComparison.Ordinal) : log.EndsWith(Of("", partition), StringComparison.Ordinal);
}
