using System.Security.Cryptography;
using System.Text;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The ids that allocations had before an erasure changed them, as digests: whoever asks for one of them once more must not make it twice.</summary>
internal static class FormerAllocations
{
    /// <summary>The digest of an id.</summary>
    public static string FingerprintOf(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    /// <summary>Refuses an id that an allocation has had.</summary>
    /// <exception cref="OperationConflictException">One has had it.</exception>
    public static async ValueTask RefuseAsync(LedgerSession session, CostAllocation allocation, CancellationToken cancellationToken)
    {
        var command = session.Command("find_former_allocation").With("fingerprint", FingerprintOf(allocation.Id)).With("partition", allocation.Partition ?? "");
        await using var _ = command.ConfigureAwait(false);
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not null)
            throw new OperationConflictException(DisplayText.Escape($"The allocation '{allocation.Id}' was made before somebody was erased whom its id named, and has another id since. Nothing was changed."));
    }
}
