using System.Text.Json;

namespace BudgetFirewall;

/// <summary>A value is no amount.</summary>
internal sealed class AmountException(string expected) : JsonException($"It must be {expected}.")
{
    /// <summary>What it must be, as the end of a sentence.</summary>
    public string Expected { get; } = expected;
}
