namespace BudgetFirewall.Storage;

/// <summary>
/// The keys of entries: the milliseconds of their time, and a number of their own in the lowest 20 bits. So the key is the index by time, and pages go by it alone.
/// </summary>
internal static class EntryKey
{
    public const int NumberBits = 20;

    private const long MicrosecondsPerMillisecond = 1_000;
    private const long NumberMask = (1L << NumberBits) - 1;

    /// <summary>The lowest key that an entry of a time may have.</summary>
    public static long First(long microseconds) => (microseconds / MicrosecondsPerMillisecond) << NumberBits;

    /// <summary>A key above those of all entries of a time.</summary>
    public static long End(long microseconds) => ((microseconds / MicrosecondsPerMillisecond) + 1) << NumberBits;

    /// <summary>The key of an entry. The number counts the entries of the ledger, and begins anew after a million.</summary>
    public static long Of(long microseconds, long number) => First(microseconds) | (number & NumberMask);

    /// <summary>True when an entry of a time may have the key.</summary>
    public static bool IsOf(long key, long microseconds) => (key & ~NumberMask) == First(microseconds);
}
