using System.Text.Json;
using System.Text.Json.Serialization;

namespace BudgetFirewall.Conformance;

/// <summary>A sequence of takes from one bucket, computed with exact fractions; the data is token-bucket.json.</summary>
public sealed record TokenBucketVector(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("capacity")] decimal Capacity,
    [property: JsonPropertyName("refill_per_second")] decimal RefillPerSecond,
    [property: JsonPropertyName("steps")] IReadOnlyList<TokenBucketStep> Steps)
{
    public static TheoryData<string> Names => [.. All.Keys];

    private static IReadOnlyDictionary<string, TokenBucketVector> All { get; } = Read();

    public static TokenBucketVector Named(string name) => All[name];

    private static Dictionary<string, TokenBucketVector> Read()
    {
        using var stream = typeof(TokenBucketVector).Assembly.GetManifestResourceStream("token-bucket.json")!;
        using var document = JsonDocument.Parse(stream);
        var vectors = document.RootElement.GetProperty("vectors").Deserialize<TokenBucketVector[]>()!;
        return vectors.ToDictionary(vector => vector.Name);
    }
}
