using System.Text.Json;
using System.Text.Json.Serialization;

namespace BudgetFirewall.Storage;

/// <summary>The usage of an entry as JSON.</summary>
internal static partial class UsageText
{
    public static string? Of(BudgetUsage? usage) => usage is null ? null : JsonSerializer.Serialize(StoredUsage.Of(usage), UsageJsonContext.Default.StoredUsage);

    public static BudgetUsage? Parse(string? text) => text is null ? null : JsonSerializer.Deserialize(text, UsageJsonContext.Default.StoredUsage)?.ToUsage();

    [JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(StoredUsage))]
    private sealed partial class UsageJsonContext : JsonSerializerContext;
}
