using System.Text.Json.Serialization;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The generated serialisers.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StoredRequest))]
[JsonSerializable(typeof(RecordData))]
[JsonSerializable(typeof(ApprovalData))]
[JsonSerializable(typeof(ApprovalEndData))]
internal sealed partial class RecordJsonContext : JsonSerializerContext;
