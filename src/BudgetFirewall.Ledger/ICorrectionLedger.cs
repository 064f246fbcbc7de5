using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// A ledger that notes corrections before they are made. Noted ones of a charge are together at most the charge; a correction counts as made from when its entry is appended, in that same step. Thread-safe.
/// </summary>
public interface ICorrectionLedger : ILedger
{
    /// <summary>
    /// Notes a correction, unless it is known already or more than is left of the charge. The note says which store has to make it; one that says none, because a former version has noted it, says that of the order from now on.
    /// </summary>
    /// <param name="order">The correction.</param>
    /// <param name="now">The present time.</param>
    /// <param name="cancellationToken">Ends the waiting; it may have been noted.</param>
    /// <exception cref="LedgerException">The database cannot be reached or refuses.</exception>
    ValueTask<NotedCorrection> NoteCorrectionAsync(CorrectionOrder order, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes that a process uses a store: every process with the ledger writes it again and again, so that a store which nobody uses any more can be told from one whose processes run.
    /// </summary>
    /// <param name="storeId">The store's id.</param>
    /// <param name="location">The place where the store's data are, by a name that another store in the same place would have too.</param>
    /// <param name="now">The present time.</param>
    /// <param name="cancellationToken">Ends the waiting; it may have been written.</param>
    /// <exception cref="LedgerException">The database cannot be reached or refuses.</exception>
    ValueTask ReportStoreAsync(string storeId, string location, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads corrections that a store has to make, that were noted up to a time, and whose entries have not been appended, page by page, oldest first, without their charges. Those of a former version that say no store are among
    /// them as long as no other store has noted any, and those of a store that is gone: one that ends with its process, a day after the note, or one that nobody has used for a day while another was used in its place.
    /// </summary>
    /// <param name="storeId">The store's id.</param>
    /// <param name="notedUpTo">The time.</param>
    /// <param name="limit">The most corrections of a page, from 1 to <see cref="LedgerQuery.MaxLimit"/>.</param>
    /// <param name="cursor">The <see cref="CorrectionPage.NextCursor"/> of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of its range.</exception>
    /// <exception cref="ArgumentException">The cursor is not one that a page has given.</exception>
    /// <exception cref="LedgerException">The database cannot be read.</exception>
    ValueTask<CorrectionPage> ReadPendingCorrectionsAsync(string storeId, DateTimeOffset notedUpTo, int limit, string? cursor = null, CancellationToken cancellationToken = default);
}
