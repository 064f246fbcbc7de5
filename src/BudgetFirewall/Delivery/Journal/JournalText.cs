using System.Text.Json;

namespace BudgetFirewall;

/// <summary>Reads and writes the lines of the outbox's journal as JSON.</summary>
internal static class JournalText
{
    public static byte[] Write(JournalLine line) => JsonSerializer.SerializeToUtf8Bytes(line, JournalJsonContext.Default.JournalLine);

    /// <exception cref="JsonException">It is no line of this version.</exception>
    public static JournalLine Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, JournalJsonContext.Default.JournalLine) ?? throw new JsonException("There is nothing in it.");
}
