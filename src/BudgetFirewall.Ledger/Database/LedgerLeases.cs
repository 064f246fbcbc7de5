using System.Data.Common;

namespace BudgetFirewall.Storage;

/// <summary>What one process at a time does for all that share a ledger: whoever holds the lease of its name does it, until the lease ends or is given back.</summary>
internal static class LedgerLeases
{
    /// <summary>Takes a lease that is free, or prolongs one that the same owner holds. One statement.</summary>
    /// <param name="database">The ledger's database.</param>
    /// <param name="name">The name of what is done.</param>
    /// <param name="owner">Who wants to do it, the same text at each call.</param>
    /// <param name="now">The time now.</param>
    /// <param name="until">The time at which another owner may take it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>False while another owner holds it.</returns>
    /// <exception cref="LedgerException">The database was written by a later version.</exception>
    /// <exception cref="DbException">The database cannot be reached.</exception>
    public static async ValueTask<bool> TryHoldAsync(LedgerDatabase database, string name, string owner, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var session = await database.WorkAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var command = session.Command("hold_lease").With("name", name).With("owner", owner).With("now", LedgerTime.Microseconds(now)).With("until", LedgerTime.Microseconds(until));
        await using var __ = command.ConfigureAwait(false);
        var changed = await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return changed > 0;
    }

    /// <summary>Gives a lease back. One that another owner holds stays as it is.</summary>
    /// <param name="database">The ledger's database.</param>
    /// <param name="name">The name of what was done.</param>
    /// <param name="owner">Who has done it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DbException">The database cannot be reached.</exception>
    public static async ValueTask ReleaseAsync(LedgerDatabase database, string name, string owner, CancellationToken cancellationToken)
    {
        var session = await database.WorkAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var command = session.Command("release_lease").With("name", name).With("owner", owner);
        await using var __ = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
