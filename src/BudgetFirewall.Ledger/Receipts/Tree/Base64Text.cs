using System.Diagnostics.CodeAnalysis;

namespace BudgetFirewall.Receipts;

/// <summary>Base64 in the one form that bytes have: without spaces, and with no bits set that belong to no byte. Otherwise a proof could be changed and still hold.</summary>
internal static class Base64Text
{
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = new byte[text.Length / 4 * 3];
        if (!Convert.TryFromBase64String(text, bytes, out var count) || Convert.ToBase64String(bytes, 0, count) != text)
        {
            bytes = null;
            return false;
        }
        Array.Resize(ref bytes, count);
        return true;
    }
}
