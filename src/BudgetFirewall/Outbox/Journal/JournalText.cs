using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace BudgetFirewall;

/// <summary>Lines of a journal as bytes: 16 hexadecimal digits of the SHA-256 of the JSON, a space, the JSON, a newline.</summary>
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

    /// <summary>A line without its newline; null when it is not whole.</summary>
    public static JournalLine? Read(ReadOnlySpan<byte> text)
    {
        if (text.Length <= DigestLength + 1 || text[DigestLength] != ' ')
            return null;
        var json = text[(DigestLength + 1)..];
        Span<byte> digest = stackalloc byte[DigestLength];
        Digest(json, digest);
        if (!text[..DigestLength].SequenceEqual(digest))
            return null;
        try
        {
            return JsonSerializer.Deserialize(json, JournalJsonContext.Default.JournalLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Digest(ReadOnlySpan<byte> json, Span<byte> text)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(json, digest);
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(digest[..(DigestLength / 2)]), text);
    }
}
