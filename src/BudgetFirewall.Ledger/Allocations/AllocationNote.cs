using System.Text.Json;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>What an entry says of the allocation that it is a part of. It names no scope, so that nobody is named in it.</summary>
internal sealed record AllocationNote
{
    public required string Source { get; init; }

    public required string Method { get; init; }

    public string? Unit { get; init; }

    /// <summary>The whole amount, of which the entry is a part.</summary>
    public required string Amount { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>The weight of the entry's scope.</summary>
    public required string Weight { get; init; }

    /// <summary>The weights of all scopes together.</summary>
    public required string Weights { get; init; }

    /// <summary>The time zone by whose days it is amortised; null where it is not.</summary>
    public string? DaysOf { get; init; }

    /// <summary>The number of times that the allocation was made.</summary>
    public required long Version { get; init; }

    /// <summary>The note of a part.</summary>
    /// <param name="made">The allocation.</param>
    /// <param name="share">The part.</param>
    /// <param name="weights">The weights of all parts together.</param>
    public static AllocationNote Of(MadeAllocation made, AllocationShare share, string weights) => new()
    {
        Source = made.Allocation.Source,
        Method = made.Allocation.Method.ToString(),
        Unit = made.Allocation.Unit,
        Amount = PriceList.Text(made.Allocation.Amount),
        From = made.Allocation.From,
        To = made.Allocation.To,
        Weight = PriceList.Text(share.Weight),
        Weights = weights,
        DaysOf = made.Allocation.IsAmortised ? made.Allocation.TimeZone : null,
        Version = made.Version,
    };

    /// <summary>The note of an entry; null where it has none that can be read.</summary>
    public static AllocationNote? Of(LedgerEntry entry)
    {
        try
        {
            return (entry.After ?? entry.Before) is { } json ? JsonSerializer.Deserialize(json, AllocationJsonContext.Default.AllocationNote) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, AllocationJsonContext.Default.AllocationNote);
}
