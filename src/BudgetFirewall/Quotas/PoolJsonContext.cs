using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>Pools and their ended periods as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PoolState))]
[JsonSerializable(typeof(PeriodData))]
internal sealed partial class PoolJsonContext : JsonSerializerContext;
