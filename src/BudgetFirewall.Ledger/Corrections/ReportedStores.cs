namespace BudgetFirewall.Storage;

/// <summary>The stores that have reported themselves to a ledger, which tell whether one that has noted a correction is gone, and its counters with it. Immutable.</summary>
internal sealed class ReportedStores(IReadOnlyList<StoreReport> reports)
{
    private static readonly TimeSpan GoneAfter = TimeSpan.FromDays(1);

    /// <summary>
    /// True when the counters of a store are gone, so that anybody may record what it has noted: no process can make it any more. That is so a day after the note where the store has ended with its process, and where for a day
    /// no process has used it while another store was used in its place, which is there because the data were lost or the memory is not restored any more. A store that nobody uses and nobody has replaced may come back.
    /// </summary>
    /// <param name="storeId">The id of the store.</param>
    /// <param name="notedAt">The time at which it has noted the correction.</param>
    /// <param name="now">The present time.</param>
    public bool IsGone(string storeId, DateTimeOffset notedAt, DateTimeOffset now)
    {
        if (now - notedAt < GoneAfter)
            return false;
        if (StoreIds.EndsWithProcess(storeId))
            return true;
        var own = reports.Where(report => report.StoreId == storeId).ToList();
        return !own.Exists(IsInUse) && reports.Any(other => other.StoreId != storeId && IsInUse(other) && own.Exists(report => report.Location == other.Location));

        bool IsInUse(StoreReport report) => now - report.At < GoneAfter;
    }
}
