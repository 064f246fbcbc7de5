using System.Text.Json.Serialization;

namespace BudgetFirewall;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(DigitsConverter)])]
[JsonSerializable(typeof(BudgetEventData))]
internal sealed partial class BudgetEventJsonContext : JsonSerializerContext;
