namespace BudgetFirewall;

/// <summary>What of pools nobody has, from which allowances for their members come.</summary>
internal interface IPoolRest
{
    /// <summary>Takes an amount out of a pool's undivided rest before it is given to a member.</summary>
    /// <param name="partition">The partition; null without partitions.</param>
    /// <param name="poolId">The pool's id.</param>
    /// <param name="taking">The amount, and what it is for.</param>
    /// <param name="cancellationToken">Stops the waiting; the amount may have been taken.</param>
    /// <returns>The period that the amount was taken out of; null where <see cref="PoolTaking.PeriodStart"/> is another one, and nothing was taken.</returns>
    /// <exception cref="ArgumentException">There is no such pool, or it has less left; nothing was changed.</exception>
    /// <exception cref="OperationConflictException">Another amount was taken for the same; nothing was changed.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<PeriodWindow?> TakeAsync(string? partition, string poolId, PoolTaking taking, CancellationToken cancellationToken);
}
