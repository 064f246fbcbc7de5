using System.Text.Json.Serialization;

namespace BudgetFirewall.Storage;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AlertJson.AlertContent))]
internal sealed partial class AlertJsonContext : JsonSerializerContext;
