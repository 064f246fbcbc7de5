using System.Security.Cryptography;
using System.Text;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The ids that allocations had before an erasure changed them, as digests: whoever asks for one of them once more must not make it twice.</summary>
internal static class FormerAllocations
{
    private const int SaltBytes = 16;

    /// <summary>A salt for one id, so that its digest is found in no list, and is another one in each ledger.</summary>
    public static string NewSalt() => RandomNumberGenerator.GetHexString(2 * SaltBytes, lowercase: true);

    /// <summary>The digest of an id.</summary>
    /// <param name="salt">Its salt; empty for ids from before there were salts.</param>
    /// <param name="id">The id.</param>
    public static string FingerprintOf(string salt, string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(salt + id)));

    /// <summary>Refuses an id that an allocation has had.</summary>
    /// <exception cref="OperationConflictException">One has had it.</exception>
    public static async ValueTask RefuseAsync(LedgerSession session, CostAllocation allocation, CancellationToken cancellationToken)
    {
        // Each has a salt of its own: all of them are read, of which there is one for each allocation whose id has named somebody who is erased.
        var command = session.Command("find_former_allocations").With("partition", allocation.Partition ?? "");
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader.Text(0) == FingerprintOf(reader.Text(1), allocation.Id))
                throw new OperationConflictException(DisplayText.Escape($"The allocation '{allocation.Id}' was made before somebody was erased whom its id named, and has another id since. Nothing was changed."));
        }
    }
}
