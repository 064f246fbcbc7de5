using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Who got how much at which time, as a database keeps it, so that it is undone exactly, whatever days a time zone has by then.</summary>
internal sealed record StoredShares
{
    /// <summary>The times, in microseconds.</summary>
    public required IReadOnlyList<long> Times { get; init; }

    public required IReadOnlyList<StoredShare> Shares { get; init; }

    public static string TextOf(MadeAllocation made) => JsonSerializer.Serialize(
        new() { Times = [.. made.Times.Select(LedgerTime.Microseconds)], Shares = [.. made.Shares.Select(share => new StoredShare(share.Scope.ToString(), PriceList.Text(share.Weight), share.Nanos))] },
        AllocationJsonContext.Default.StoredShares);

    /// <exception cref="FormatException">The text is none of shares.</exception>
    public static (ImmutableArray<DateTimeOffset> Times, ImmutableArray<AllocationShare> Shares) Parse(string text)
    {
        try
        {
            var stored = JsonSerializer.Deserialize(text, AllocationJsonContext.Default.StoredShares) ?? throw new FormatException("The shares of an allocation are null.");
            return ([.. stored.Times.Select(LedgerTime.FromMicroseconds)], [.. stored.Shares.Select(ShareOf)]);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new FormatException(DisplayText.Escape($"The shares of an allocation cannot be read: {e.Message}"), e);
        }
    }

    private static AllocationShare ShareOf(StoredShare share) =>
        new(BudgetScope.Parse(share.Scope), decimal.Parse(share.Weight, CultureInfo.InvariantCulture), share.Nanos.Sum() / LedgerEntry.NanosPerUnit) { Nanos = [.. share.Nanos] };
}
