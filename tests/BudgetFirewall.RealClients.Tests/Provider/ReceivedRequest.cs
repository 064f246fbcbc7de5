using System.Text.Json;

namespace BudgetFirewall.RealClients.Tests;

/// <summary>A request as it reached the provider.</summary>
internal sealed record ReceivedRequest(string Path, string Text)
{
    public JsonElement Body { get; } = JsonDocument.Parse(Text).RootElement;

    public string Model => Body.GetProperty("model").GetString()!;

    /// <summary>The client wants the answer as a stream of events.</summary>
    public bool IsStreamed => Body.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.True;

    /// <summary>The client of a streamed chat completion wants to be reported the usage.</summary>
    public bool WantsUsage => Body.TryGetProperty("stream_options", out var options) && options.TryGetProperty("include_usage", out var usage) && usage.GetBoolean();

    /// <summary>The client brings what a tool has returned.</summary>
    public bool HasToolResult => Text.Contains("\"tool_call_id\"", StringComparison.Ordinal)
        || Text.Contains("\"tool_result\"", StringComparison.Ordinal) || Text.Contains("\"function_call_output\"", StringComparison.Ordinal);

    /// <summary>The client offers tools.</summary>
    public bool OffersTools => Body.TryGetProperty("tools", out var tools) && tools.GetArrayLength() > 0;

    public bool Mentions(string text) => Text.Contains(text, StringComparison.Ordinal);
}
