using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>
/// The partitions that may have entries of a ledger, which the processes that deliver entries look through, and the store's id. They lie in a slot of their own, so a partition is noted before its first entry, and not with it.
/// </summary>
internal sealed class PartitionRegistry(ScriptCaller caller, string keyPrefix, EntryAppending appending)
{
    // Longer than any call takes between noting its partition and the first entry.
    private static readonly string UnusedMs = ((long)TimeSpan.FromHours(1).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private readonly RedisKey[] _keys = [Partition.RegistryOf(keyPrefix)];
    private readonly RedisKey[] _storeId = [Partition.StoreIdOf(keyPrefix)];
    private volatile string _lastStoreId = Handshake.NewEpoch();

    /// <summary>Notes a partition, where there is a ledger.</summary>
    public ValueTask AddAsync(Partition partition, long start) => appending.Maker is null ? default : new(NoteAsync(partition, start));

    public async IAsyncEnumerable<string?> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        RedisValue next = "0";
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var parts = (RedisValue[])(await caller.RunAsync(StoreScripts.PartitionsRead, _keys, [next], caller.Begin()).ConfigureAwait(false))!;
            for (var i = 1; i < parts.Length; i++)
                yield return NameOf(parts[i]);
            next = parts[0];
        }
        while (next != "0");
    }

    /// <summary>Forgets a partition that nobody uses, unless somebody has noted it lately.</summary>
    public async ValueTask RemoveAsync(Partition partition) =>
        _ = await caller.RunAsync(StoreScripts.PartitionsRemove, _keys, [TextOf(partition), UnusedMs], caller.Begin()).ConfigureAwait(false);

    /// <summary>Reads the store's id, and makes it where there is none: the one that this process has read before, so that it outlives a loss of data.</summary>
    public async ValueTask<string> ReadStoreIdAsync()
    {
        var bytes = Replies.Bytes(await caller.RunAsync(StoreScripts.StoreId, _storeId, [_lastStoreId], caller.Begin()).ConfigureAwait(false), _storeId[0]);
        return _lastStoreId = Encoding.ASCII.GetString(new Reply(bytes, _storeId, key: 0).Take(Partition.EpochLength));
    }

    private async Task NoteAsync(Partition partition, long start) =>
        _ = Replies.Bytes(await caller.RunAsync(StoreScripts.PartitionsAdd, _keys, [TextOf(partition)], start).ConfigureAwait(false), _keys[0]);

    // No partition's name is empty.
    private static RedisValue TextOf(Partition partition) => partition.Name ?? "";

    private static string? NameOf(RedisValue text) => (string?)text is { Length: > 0 } name ? name : null;
}
