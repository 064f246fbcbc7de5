using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>Changes of approvals as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApprovalChangeData))]
internal sealed partial class ApprovalChangeJsonContext : JsonSerializerContext;
