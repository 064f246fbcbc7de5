using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>The generated serialisers.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(BudgetData))]
[JsonSerializable(typeof(RateLimitData))]
[JsonSerializable(typeof(RequestData))]
[JsonSerializable(typeof(RecordData))]
internal sealed partial class RecordJsonContext : JsonSerializerContext;
