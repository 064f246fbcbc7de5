using System.Text.Json;

namespace BudgetFirewall;

/// <summary>A value is no amount.</summary>
internal sealed class AmountException(string expected) : JsonException($"It must be {expected}.")
{
    /// <summary>The description of an acceptable value, as the end of a sentence.</summary>
    public string Expected { get; } = expected;
}
