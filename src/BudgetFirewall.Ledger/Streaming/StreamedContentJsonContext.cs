using System.Text.Json.Serialization;

namespace BudgetFirewall;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(StreamedContent))]
internal sealed partial class StreamedContentJsonContext : JsonSerializerContext;
