using System.Buffers;
using System.Text.Json;

namespace BudgetFirewall;

/// <summary>Events as messages of a chat.</summary>
internal static class ChatText
{
    /// <summary>The JSON of a message. What would be markup is escaped as Slack has it, so that no id calls everybody or hides a link.</summary>
    public static ReadOnlyMemory<byte> Of(BudgetEvent e)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("text"u8, Mark(e.Severity) + Escaped(e.Text));
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static string Escaped(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Mark(BudgetEventSeverity severity) => severity switch
    {
        BudgetEventSeverity.Information => "",
        BudgetEventSeverity.Warning => ":warning: ",
        BudgetEventSeverity.Error => ":rotating_light: ",
        _ => throw new InvalidOperationException($"There is no severity {severity}."),
    };
}
