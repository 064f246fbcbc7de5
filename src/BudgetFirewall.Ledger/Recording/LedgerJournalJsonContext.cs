using System.Text.Json.Serialization;

namespace BudgetFirewall;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(LedgerJournalLine))]
internal sealed partial class LedgerJournalJsonContext : JsonSerializerContext;
