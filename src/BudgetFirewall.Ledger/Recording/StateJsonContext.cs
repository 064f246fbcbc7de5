using System.Text.Json.Serialization;

namespace BudgetFirewall;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(StoredApproval))]
internal sealed partial class StateJsonContext : JsonSerializerContext;
