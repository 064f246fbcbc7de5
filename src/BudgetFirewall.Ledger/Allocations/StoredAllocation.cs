using System.Text.Json;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>What an allocation was asked with, as a database keeps it: the same text for the same content, whatever the order of its parts is. Whoever asks is no part of it.</summary>
internal sealed record StoredAllocation
{
    public required string Source { get; init; }

    public required string Amount { get; init; }

    public required string Currency { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    public required string Method { get; init; }

    public string? Unit { get; init; }

    public string? Each { get; init; }

    public required OrdinalTexts Targets { get; init; }

    public required OrdinalTexts UsedWith { get; init; }

    public required OrdinalTexts Scopes { get; init; }

    public required bool IsAmortised { get; init; }

    public required string TimeZone { get; init; }

    public string? Reason { get; init; }

    public static string TextOf(CostAllocation allocation) => JsonSerializer.Serialize(
        new()
        {
            Source = allocation.Source,
            Amount = PriceList.Text(allocation.Amount),
            Currency = allocation.Currency,
            From = allocation.From.ToUniversalTime(),
            To = allocation.To.ToUniversalTime(),
            Method = allocation.Method.ToString(),
            Unit = allocation.Unit,
            Each = allocation.Each,
            Targets = OrdinalTexts.Of(allocation.Targets.Select(target => KeyValuePair.Create(target.Scope.ToString(), PriceList.Text(target.Weight)))),
            UsedWith = OrdinalTexts.Of(allocation.UsedWith),
            Scopes = OrdinalTexts.Of(allocation.Scopes),
            IsAmortised = allocation.IsAmortised,
            TimeZone = allocation.TimeZone,
            Reason = allocation.Reason,
        },
        AllocationJsonContext.Default.StoredAllocation);

    /// <exception cref="FormatException">The text is none of an allocation.</exception>
    public static CostAllocation Parse(string text, string id, string? partition, string? by)
    {
        try
        {
            var stored = JsonSerializer.Deserialize(text, AllocationJsonContext.Default.StoredAllocation) ?? throw new FormatException("It is null.");
            return new(id, partition, by, stored);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new FormatException(DisplayText.Escape($"What the ledger keeps of the allocation '{id}' cannot be read: {e.Message}"), e);
        }
    }
}
