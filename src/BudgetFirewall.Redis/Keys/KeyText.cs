using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace BudgetFirewall;

/// <summary>Ids as parts of keys: different ids are different parts, and no id reaches beyond its own part.</summary>
internal static class KeyText
{
    private const int MaxBytes = 32;

    // The rest is escaped: separators, braces (the hash tag), characters with a meaning in patterns of SCAN and ACL, and those that a terminal would not show.
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.@+=~,;!$&()'/");

    /// <summary>The id, escaped where it needs to be; beyond 32 bytes <c>#</c> and its 128-bit digest.</summary>
    public static string Of(string id)
    {
        if (id.Length <= MaxBytes && !id.AsSpan().ContainsAnyExcept(Plain))
            return id;
        return Encoding.UTF8.GetByteCount(id) <= MaxBytes ? Escape(id) : Digest(id);
    }

    /// <summary>The part of a key for a name that the application has chosen: escaped up to 64 bytes, and otherwise its digest.</summary>
    public static string OfName(string name) => Encoding.UTF8.GetByteCount(name) <= 2 * MaxBytes ? Escape(name) : Digest(name);

    private static string Escape(string id)
    {
        var escaped = new StringBuilder(id.Length + 8);
        foreach (var c in id)
            _ = Plain.Contains(c) || c >= 0xA0 ? escaped.Append(c) : escaped.Append('%').Append(((int)c).ToString("X2"));
        return escaped.ToString();
    }

    private static string Digest(string id) => "#" + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16));
}
