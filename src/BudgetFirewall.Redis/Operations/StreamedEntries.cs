using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>The entries that scripts have appended and that are not in the ledger yet: a stream for each partition, with one consumer group.</summary>
internal sealed class StreamedEntries(ScriptCaller caller, SelfTest selfTest, PartitionTable partitions, PartitionRegistry registry, ReplicaWait replicas) : IStreamedEntries
{
    private const int MostSetAside = 10_000;
    private const string SetAsideLifeMs = "3456000000";

    // A process that has not read for so long is gone.
    private const string GoneAfterMs = "600000";

    private bool _isTested;

    public async ValueTask<string> ReadStoreIdAsync()
    {
        await TestedAsync(partitions.Find(null)).ConfigureAwait(false);
        return await registry.ReadStoreIdAsync().ConfigureAwait(false);
    }

    public async IAsyncEnumerable<string?> ReadPartitionsAsync()
    {
        await TestedAsync(partitions.Find(null)).ConfigureAwait(false);
        await foreach (var partition in registry.ReadAsync().ConfigureAwait(false))
            yield return partition;
    }

    public async ValueTask<ImmutableArray<StreamedEntry>> ReadAsync(string? partition, string process, int count, bool isAgain)
    {
        var found = PartitionOf(partition);
        await TestedAsync(found).ConfigureAwait(false);
        var parts = await RunAsync(StoreScripts.EntriesRead, [found.Entries], [process, count, isAgain ? "0" : ">"]).ConfigureAwait(false);
        return await ConfirmedAsync(found, Read(parts, first: 0)).ConfigureAwait(false);
    }

    public async ValueTask<ImmutableArray<StreamedEntry>> TakeOverAsync(string? partition, string process, int count, TimeSpan after)
    {
        var found = PartitionOf(partition);
        await TestedAsync(found).ConfigureAwait(false);
        var parts = await RunAsync(StoreScripts.EntriesTakeOver, [found.Entries, found.Meta], [process, (long)after.TotalMilliseconds, count, GoneAfterMs]).ConfigureAwait(false);
        if (parts is [var isUnused, ..] && (string?)isUnused == "1")
            await registry.RemoveAsync(found).ConfigureAwait(false);
        return await ConfirmedAsync(found, Read(parts, first: 1)).ConfigureAwait(false);
    }

    public async ValueTask RemoveAsync(string? partition, ImmutableArray<string> ids)
    {
        const int MostInOneCall = 1_000;
        var found = PartitionOf(partition);
        foreach (var part in ids.Chunk(MostInOneCall))
            _ = await caller.RunAsync(StoreScripts.EntriesRemove, [found.Entries], Array.ConvertAll(part, static id => (RedisValue)id), caller.Begin()).ConfigureAwait(false);
    }

    public async ValueTask SetAsideAsync(string? partition, StreamedEntry entry)
    {
        var found = PartitionOf(partition);
        byte[] kept = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{entry.Id} {entry.Time:O} {entry.Moved} ")), .. entry.Content.Span];
        _ = await caller.RunAsync(StoreScripts.EntriesSetAside, [found.Entries, found.EntriesAside], [entry.Id, kept, MostSetAside, SetAsideLifeMs], caller.Begin()).ConfigureAwait(false);
    }

    public async ValueTask<StreamedCount> CountAsync(string? partition)
    {
        var found = PartitionOf(partition);
        var parts = await RunAsync(StoreScripts.EntriesCount, [found.Entries, found.EntriesAside], []).ConfigureAwait(false);
        return new((long)parts[0], (long)parts[1], IdOf(parts[2]), IdOf(parts[3]));
    }

    private static string? IdOf(RedisValue text) => (string?)text is { Length: > 0 } id ? id : null;

    // One that this process has not met is not remembered for being looked at.
    private Partition PartitionOf(string? name) => partitions.FindMet(name) ?? partitions.Unmet(name!);

    private async ValueTask TestedAsync(Partition partition)
    {
        if (_isTested)
            return;
        await selfTest.PassedAsync(partition).ConfigureAwait(false);
        _isTested = true;
    }

    private async ValueTask<RedisValue[]> RunAsync(StoreScript script, RedisKey[] keys, RedisValue[] arguments) =>
        (RedisValue[]?)await caller.RunAsync(script, keys, arguments, caller.Begin()).ConfigureAwait(false) ?? throw Replies.Unreadable(keys[0]);

    /// <summary>The entries, which are not delivered before enough replicas have them: a failover might take the charge away and leave its entry in the ledger.</summary>
    private async ValueTask<ImmutableArray<StreamedEntry>> ConfirmedAsync(Partition partition, ImmutableArray<StreamedEntry> entries) =>
        entries.IsEmpty || !replicas.IsWanted || await replicas.IsConfirmedAsync(partition).ConfigureAwait(false) ? entries : throw replicas.TooFewHaveEntries();

    private static ImmutableArray<StreamedEntry> Read(RedisValue[] parts, int first)
    {
        const int PartsOfOne = 3;
        var entries = ImmutableArray.CreateBuilder<StreamedEntry>(parts.Length / PartsOfOne);
        for (var i = first; i + PartsOfOne <= parts.Length; i += PartsOfOne)
            entries.Add(Read((string)parts[i]!, (byte[]?)parts[i + 1] ?? [], (byte[]?)parts[i + 2] ?? []));
        return entries.ToImmutable();
    }

    private static StreamedEntry Read(string id, byte[] content, byte[] facts)
    {
        try
        {
            var part = Reply.OfPart(facts, id);
            var head = part.Take(EntryLayout.Size);
            return new()
            {
                Id = id,
                Content = content,
                Time = part.Time(EntryLayout.Us(head)),
                IsLate = EntryLayout.IsLate(head) == 1,
                Moved = part.Amount(EntryLayout.Moved(head)),
                Charges = [.. part.Events().Select(effect => new StreamedCharge(effect.Index, effect.Spent, effect.Allowance))],
                Taken = part.Amounts(),
            };
        }
        catch (BudgetStoreException)
        {
            // Not appended by the store's scripts: without content whoever reads it puts it aside.
            return new() { Id = id, Content = default };
        }
    }
}
