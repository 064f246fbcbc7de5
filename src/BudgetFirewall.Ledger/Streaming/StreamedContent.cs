using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>What a store's stream keeps of an entry for the ledger: the entry as a journal keeps it, but for what the store adds. The names never change.</summary>
internal sealed class StreamedContent
{
    [JsonPropertyName("e")]
    public StoredEntry? Entry { get; set; }

    /// <summary>By the place of its counter the limit, in nanos, above which a charge is an overrun in money; null for a counter that has none. Null where no counter has one.</summary>
    [JsonPropertyName("l")]
    public long?[]? Limits { get; set; }

    public static byte[] Write(LedgerEntry entry, long?[]? limits = null) => JsonSerializer.SerializeToUtf8Bytes(
        new() { Entry = StoredEntry.Of(entry), Limits = limits is null || Array.TrueForAll(limits, static limit => limit is null) ? null : limits },
        StreamedContentJsonContext.Default.StreamedContent);

    /// <summary>Makes the entry of what a stream has.</summary>
    /// <exception cref="InvalidDataException">It cannot be understood.</exception>
    public static LedgerEntry Read(StreamedEntry streamed)
    {
        try
        {
            var content = JsonSerializer.Deserialize(streamed.Content.Span, StreamedContentJsonContext.Default.StreamedContent);
            var entry = content?.Entry ?? throw new InvalidDataException("There is no entry in it.");
            // What is told of a pool has its own time, by which it is the same whoever tells it.
            if (entry.Kind is not (LedgerEntryKind.PoolPeriod or LedgerEntryKind.PoolReallocation))
                entry.TimeMicroseconds = LedgerTime.Microseconds(streamed.Time);
            entry.Flags |= streamed.IsLate ? EntryFlags.Late : EntryFlags.None;
            entry.OverrunNanos = content.OverrunOf(streamed);
            TakeMoved(entry, streamed);
            return entry.ToEntry();
        }
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException or OverflowException)
        {
            throw new InvalidDataException($"It cannot be understood. {e.Message}", e);
        }
    }

    // Only the store knows how much a reset takes away, how much of an allowance can be taken back, and how much a correction takes from each counter.
    private static void TakeMoved(StoredEntry entry, StreamedEntry streamed)
    {
        if (entry.Kind == LedgerEntryKind.Correction)
        {
            TakeEach(entry.Counters ?? [], streamed.Taken);
            return;
        }
        if (entry.Kind is not (LedgerEntryKind.Reset or LedgerEntryKind.Allowance))
            return;
        if (entry.Counters is not [var counter])
            throw new InvalidDataException("It has not one counter.");
        counter.Moved = entry.Kind == LedgerEntryKind.Reset || counter.Moved < 0 ? -streamed.Moved : streamed.Moved;
    }

    private static void TakeEach(List<StoredCounter> counters, ImmutableArray<long> taken)
    {
        if (counters.Count != taken.Length)
            throw new InvalidDataException("It has not an amount for each counter.");
        for (var i = 0; i < taken.Length; i++)
            counters[i].Moved = -taken[i];
    }

    private long OverrunOf(StreamedEntry streamed)
    {
        var largest = 0L;
        foreach (var charge in streamed.Charges)
        {
            if (charge.Counter >= Limits?.Length || Limits?[charge.Counter] is not { } limit || Entry?.Counters?[charge.Counter] is not { } counter)
                continue;
            var overrun = (Int128)charge.Spent - limit - charge.Allowance;
            largest = Math.Max(largest, (long)Int128.Clamp(overrun, 0, Math.Max(counter.Moved, 0)));
        }
        return largest;
    }
}
