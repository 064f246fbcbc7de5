using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>What a ledger has of pools as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PoolUsageData))]
internal sealed partial class PoolUsageJsonContext : JsonSerializerContext;
