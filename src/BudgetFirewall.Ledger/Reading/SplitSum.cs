namespace BudgetFirewall.Storage;

/// <summary>Sums that a database has made of whole currency units and of the nanos beyond them.</summary>
internal static class SplitSum
{
    /// <summary>The sum in currency units.</summary>
    public static decimal Of(long whole, long restNanos) => whole + (restNanos / LedgerEntry.NanosPerUnit);
}
