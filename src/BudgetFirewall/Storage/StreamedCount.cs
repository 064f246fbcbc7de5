using System.Globalization;

namespace BudgetFirewall.Storage;

/// <summary>The entries of one partition of an <see cref="IStreamedEntries"/>.</summary>
/// <param name="Waiting">The number of entries that are not delivered, read or not.</param>
/// <param name="SetAside">The number of entries that were put aside and are still kept.</param>
/// <param name="FirstId">The id of the first that is not delivered; null for none. Ids of one partition ascend: <see cref="IsBehind"/>.</param>
/// <param name="LastId">The id of the last one.</param>
public sealed record StreamedCount(long Waiting, long SetAside, string? FirstId, string? LastId)
{
    /// <summary>True when nothing waits that was appended before an entry or with it.</summary>
    /// <param name="id">The entry's id.</param>
    /// <exception cref="FormatException">It is no id of a stream.</exception>
    public bool IsBehind(string id) => FirstId is null || Parts(FirstId).CompareTo(Parts(id)) > 0;

    // Two numbers, a time and a place within it.
    private static (ulong Time, ulong Place) Parts(string id)
    {
        var dash = id.IndexOf('-', StringComparison.Ordinal);
        return (Number(id.AsSpan(0, dash < 0 ? id.Length : dash)), dash < 0 ? 0 : Number(id.AsSpan(dash + 1)));
    }

    private static ulong Number(ReadOnlySpan<char> digits) => ulong.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
