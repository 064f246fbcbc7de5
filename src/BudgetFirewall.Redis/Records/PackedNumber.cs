namespace BudgetFirewall;

/// <summary>Reads whole numbers of 1 to 8 bytes, little-endian, as the scripts pack them.</summary>
internal static class PackedNumber
{
    public static long Unsigned(ReadOnlySpan<byte> bytes)
    {
        long value = 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
            value = (value << 8) | bytes[i];
        return value;
    }

    public static long Signed(ReadOnlySpan<byte> bytes)
    {
        var unused = 64 - (8 * bytes.Length);
        return Unsigned(bytes) << unused >> unused;
    }
}
