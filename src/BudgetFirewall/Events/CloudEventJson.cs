using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace BudgetFirewall;

/// <summary>Events in the JSON format of CloudEvents 1.0.</summary>
internal static class CloudEventJson
{
    private const string Version = "1.0";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public static byte[] Write(BudgetEvent e)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("specversion"u8, Version);
        json.WriteString("id"u8, AttributeOf(e.Id));
        json.WriteString("source"u8, e.Source);
        json.WriteString("type"u8, AttributeOf(e.Type));
        json.WriteString("time"u8, e.Time.ToString(TimeFormat, CultureInfo.InvariantCulture));
        json.WriteString("subject"u8, AttributeOf(e.Subject));
        json.WriteString("datacontenttype"u8, "application/json"u8);
        json.WriteString("severity"u8, BudgetEventTypes.TextOf(e.Severity));
        if (e.Scope is { } scope)
            json.WriteString("scope"u8, AttributeOf(scope.ToString()));
        if (e.Partition is { } partition)
            json.WriteString("partition"u8, AttributeOf(partition));
        json.WritePropertyName("data"u8);
        JsonSerializer.Serialize(json, e.Data, BudgetEventJsonContext.Default.BudgetEventData);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static BudgetEvent Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var data = root.GetProperty("data"u8).Deserialize(BudgetEventJsonContext.Default.BudgetEventData) ?? new();
            var time = DateTimeOffset.Parse(root.GetProperty("time"u8).GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            return new(root.GetProperty("type"u8).GetString()!, time, root.GetProperty("subject"u8).GetString()!)
            {
                Id = root.GetProperty("id"u8).GetString()!,
                Source = root.GetProperty("source"u8).GetString()!,
                // The attributes may be escaped; the body has them as they were given. In an application's own event it may have something else, or nothing.
                Scope = ScopeOf(data.Scope) ?? ScopeOf(TextOf(root, "scope"u8)),
                Partition = data.Partition ?? TextOf(root, "partition"u8),
                Data = data,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"This is no event of BudgetFirewall: {e.Message}", e);
        }
    }

    private static BudgetScope? ScopeOf(string? text) => BudgetScope.TryParse(text, out var scope) ? scope : null;

    private static string? TextOf(JsonElement root, ReadOnlySpan<byte> name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A text without what CloudEvents forbids in its strings: control characters, and code points that are no characters.</summary>
    private static string AttributeOf(string text)
    {
        var plain = DisplayText.Escape(text);
        if (!plain.EnumerateRunes().Any(IsNoCharacter))
            return plain;
        var escaped = new StringBuilder(plain.Length + 16);
        foreach (var rune in plain.EnumerateRunes())
            _ = IsNoCharacter(rune) ? escaped.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}") : escaped.Append(rune.ToString());
        return escaped.ToString();
    }

    private static bool IsNoCharacter(Rune rune) => (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF;
}
