using System.Text.Json.Serialization;

namespace BudgetFirewall.Storage;

/// <summary>The generated serialisers of limits.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(BudgetData))]
[JsonSerializable(typeof(RateLimitData))]
internal sealed partial class LimitJsonContext : JsonSerializerContext;
