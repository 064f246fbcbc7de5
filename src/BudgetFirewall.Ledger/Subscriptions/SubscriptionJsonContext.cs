using System.Text.Json.Serialization;

namespace BudgetFirewall.Storage;

[JsonSerializable(typeof(string[]))]
internal sealed partial class SubscriptionJsonContext : JsonSerializerContext;
