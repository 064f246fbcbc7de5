using System.Text.Json.Serialization;

namespace BudgetFirewall.Conformance;

/// <summary>One step of a vector: a take at a moment, and what must come of it.</summary>
public sealed record TokenBucketStep(
    [property: JsonPropertyName("at_ms")] long AtMilliseconds,
    [property: JsonPropertyName("take")] int Take,
    [property: JsonPropertyName("allowed")] bool IsAllowed,
    [property: JsonPropertyName("remaining")] long Remaining,
    [property: JsonPropertyName("retry_after_ms")] long? RetryAfterMilliseconds);
