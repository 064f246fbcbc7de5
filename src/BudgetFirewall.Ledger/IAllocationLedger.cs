namespace BudgetFirewall;

/// <summary>
/// A ledger that allocates shared costs: a flat fee, idle capacity, the bill of a batch job. The parts are entries of the kind <see cref="LedgerEntryKind.Allocation"/>, which add up to the amount to the nano, change no counter,
/// and are shown by reports beside what was spent. Thread-safe.
/// </summary>
/// <example><code>
/// var made = await ledger.AllocateAsync(new CostAllocation
/// {
///     Id = "gpu-2026-03", Source = "GPU cluster", Amount = 900m, From = march, To = march.AddMonths(1), Method = AllocationMethod.ByCost, Each = "project",
/// });
/// // A late entry has come: take it back and make it again, in one step.
/// made = await ledger.AllocateAgainAsync("gpu-2026-03", by: "finance", reason: "late invoice");
/// </code></example>
public interface IAllocationLedger : ILedger
{
    /// <summary>
    /// Allocates a shared cost by the use that one session of the ledger sees, and writes its entries in one transaction. The same id with the same content returns what was made, as it is now; nothing is changed.
    /// </summary>
    /// <param name="allocation">The cost and how it is divided.</param>
    /// <param name="cancellationToken">Ends the waiting; it may have been made.</param>
    /// <exception cref="ArgumentException">A member does not go with another, the system knows no such time zone, there would be too many entries, or no entry of the ledger has a name of the kind that gets parts.</exception>
    /// <exception cref="NothingUsedException">It is divided by use, and nobody has used anything.</exception>
    /// <exception cref="OperationConflictException">The id was used with other content, or names somebody who was erased since and belongs to an allocation that has another id now; nothing was changed.</exception>
    /// <exception cref="LedgerException">The database cannot be reached or refuses.</exception>
    ValueTask<MadeAllocation> AllocateAsync(CostAllocation allocation, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes an allocation back and makes it by the present use, in one transaction. Where that gives the same parts, and it was not taken back, nothing is changed.
    /// </summary>
    /// <param name="allocationId">Its id.</param>
    /// <param name="partition">Its partition; null without partitions.</param>
    /// <param name="by">Whoever asks for it; null: not said.</param>
    /// <param name="reason">The reason; null: not said.</param>
    /// <param name="cancellationToken">Ends the waiting; it may have been made.</param>
    /// <returns>The allocation; null where there is none.</returns>
    /// <exception cref="ArgumentException">A text is empty or too long, or there would be too many entries now.</exception>
    /// <exception cref="NothingUsedException">It is divided by use, and nobody has used anything by now. It stands as it was.</exception>
    /// <exception cref="LedgerException">The database cannot be reached or refuses.</exception>
    ValueTask<MadeAllocation?> AllocateAgainAsync(string allocationId, string? partition = null, string? by = null, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes an allocation back by entries that undo each of its own exactly, at the same times. One that was taken back is answered as it is. Making it again makes it stand again.
    /// </summary>
    /// <param name="allocationId">Its id.</param>
    /// <param name="partition">Its partition; null without partitions.</param>
    /// <param name="by">Whoever asks for it; null: not said.</param>
    /// <param name="reason">The reason; null: not said.</param>
    /// <param name="cancellationToken">Ends the waiting; it may have been taken back.</param>
    /// <returns>The allocation; null where there is none.</returns>
    /// <exception cref="ArgumentException">A text is empty or too long.</exception>
    /// <exception cref="LedgerException">The database cannot be reached or refuses.</exception>
    ValueTask<MadeAllocation?> TakeBackAllocationAsync(string allocationId, string? partition = null, string? by = null, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>Reads one allocation.</summary>
    /// <param name="allocationId">Its id.</param>
    /// <param name="partition">Its partition; null without partitions.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The allocation; null where there is none.</returns>
    /// <exception cref="LedgerException">The database cannot be read.</exception>
    ValueTask<MadeAllocation?> FindAllocationAsync(string allocationId, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Reads a page of the allocations of a partition, the one that was made first last.</summary>
    /// <param name="partition">The partition; null without partitions.</param>
    /// <param name="limit">The most allocations of the page, 1 to 1,000. A page ends early before an allocation that would bring it above 10,000 shares, but has at least one.</param>
    /// <param name="cursor">The place of the page: <see cref="AllocationPage.NextCursor"/> of the one before; null for the first.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is outside its range.</exception>
    /// <exception cref="ArgumentException">The cursor is none.</exception>
    /// <exception cref="LedgerException">The database cannot be read.</exception>
    ValueTask<AllocationPage> ReadAllocationsAsync(string? partition = null, int limit = 100, string? cursor = null, CancellationToken cancellationToken = default);
}
