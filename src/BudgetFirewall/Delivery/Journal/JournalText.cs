using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace BudgetFirewall;

/// <summary>Reads and writes the lines of a journal: 16 hexadecimal digits of the SHA-256 of the JSON, a space, the JSON, a newline.</summary>
internal static class JournalText
{
    private const int DigestLength = 16;

    public static byte[] Write(JournalLine line)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(line, JournalJsonContext.Default.JournalLine);
        var text = new byte[DigestLength + 1 + json.Length + 1];
        Digest(json, text);
        text[DigestLength] = (byte)' ';
        json.CopyTo(text, DigestLength + 1);
        text[^1] = (byte)'\n';
        return text;
    }

    /// <summary>The JSON of a line without its newline; empty when the line was altered since it was written.</summary>
    public static ReadOnlySpan<byte> Whole(ReadOnlySpan<byte> text)
    {
        if (text.Length <= DigestLength + 1 || text[DigestLength] != ' ')
            return default;
        var json = text[(DigestLength + 1)..];
        Span<byte> digest = stackalloc byte[DigestLength];
        Digest(json, digest);
        return text[..DigestLength].SequenceEqual(digest) ? json : default;
    }

    /// <exception cref="JsonException">It is no line of this version.</exception>
    public static JournalLine Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, JournalJsonContext.Default.JournalLine) ?? throw new JsonException("There is nothing in it.");

    private static void Digest(ReadOnlySpan<byte> json, Span<byte> text)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(json, digest);
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(digest[..(DigestLength / 2)]), text);
    }
}
