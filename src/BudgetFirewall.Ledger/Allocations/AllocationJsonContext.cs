using System.Text.Json.Serialization;

namespace BudgetFirewall;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(AllocationNote))]
[JsonSerializable(typeof(StoredAllocation))]
[JsonSerializable(typeof(StoredShares))]
internal sealed partial class AllocationJsonContext : JsonSerializerContext;
