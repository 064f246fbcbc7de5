using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The refusal of decisions while too many entries wait for the database.</summary>
internal static class LedgerBacklog
{
    /// <summary>Refuses what is no charge while too many entries wait.</summary>
    /// <exception cref="BudgetStoreException">It is refused.</exception>
    public static void Check(DecisionCall call, IChangeFeed feed)
    {
        if (call.Kind != DecisionKind.Charge && feed.IsRefusing)
            throw TooManyWait(feed.Status);
    }

    /// <summary>What is logged of the behaviour at the bound.</summary>
    public static string ConsequenceOf(LedgerOptions options) => options.AtMaxBacklog switch
    {
        LedgerBacklogPolicy.Refuse => "checks, reservations and spends are refused",
        LedgerBacklogPolicy.Report => "more may come",
        _ => throw new InvalidOperationException($"There is no policy {options.AtMaxBacklog}."),
    };

    private static BudgetStoreException TooManyWait(LedgerFeedStatus status) => new(
        $"{status.Waiting:N0} entries wait for the ledger, as many as MaxBacklog allows: its database is away or too slow. {status.Failure}")
    {
        MayHaveHappened = false,
        IsNeverAllowed = true,
    };
}
