namespace BudgetFirewall;

/// <summary>What of pools nobody has, from which allowances for their members come.</summary>
internal interface IPoolRest
{
    /// <summary>Takes an amount out of a pool's undivided rest, once for each operation, before it is given to a member.</summary>
    /// <param name="partition">The partition; null without partitions.</param>
    /// <param name="poolId">The pool's id.</param>
    /// <param name="amount">The amount in nanos or micros.</param>
    /// <param name="operationId">The id of the operation that gives it.</param>
    /// <param name="cancellationToken">Stops the waiting; the amount may have been taken.</param>
    /// <exception cref="ArgumentException">There is no such pool, or it has less left; nothing was changed.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask TakeAsync(string? partition, string poolId, long amount, string operationId, CancellationToken cancellationToken);
}
