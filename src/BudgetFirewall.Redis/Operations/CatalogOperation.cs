using System.Collections.Immutable;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>The runtime budgets and rate limits: a hash with its version, and a list of the last changes.</summary>
internal sealed class CatalogOperation(ScriptCaller caller, Handshake handshake, EntryAppending appending)
{
    private const int MaxAttempts = 8;

    /// <summary>The number of limits that one script reads: half a millisecond of the server's time.</summary>
    private const int LimitsPerRead = 500;

    // No version has this character.
    private const char PlaceMark = '~';

    // What catalog_remove takes for any version.
    private const string AnyVersion = "*";

    public async ValueTask<CatalogChanges> ReadAsync(Partition partition, string knownVersion)
    {
        var mark = knownVersion.IndexOf(PlaceMark, StringComparison.Ordinal);
        var (version, place) = mark < 0 ? (knownVersion, "") : (knownVersion[..mark], knownVersion[(mark + 1)..]);
        var start = caller.Begin();
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await handshake.ReadyAsync(partition, start).ConfigureAwait(false);
            var reply = (RedisValue[]?)await caller.RunAsync(StoreScripts.CatalogRead, Keys(partition), [version, place, LimitsPerRead], start).ConfigureAwait(false) ?? [];
            if (reply.Length < ReadReply.First || reply.Length % 2 != 0)
                throw Replies.Unreadable(partition.Catalog);
            // The meta key is gone, or the catalog was deleted by hand, or one of them is not the store's: that is looked at where both can be put right.
            if (VersionIn(reply[ReadReply.Meta]) == reply[ReadReply.Version])
                return Changes(reply);
            await handshake.RunAsync(partition, start).ConfigureAwait(false);
        }
        throw Replies.Unsettled();
    }

    public async ValueTask<string?> SetAsync(Partition partition, string expectedVersion, ImmutableArray<LimitDefinition> limits, ImmutableArray<LimitChange> changes)
    {
        // Words are random, so that a version made after a loss of data is never taken for one from before.
        var change = Handshake.NewEpoch();
        RedisValue[] written = [.. limits.SelectMany(limit => new RedisValue[] { StoredLimit.FieldOf(limit.Key), LimitJson.Write(limit) })];
        var reply = await RunAsync(
            StoreScripts.CatalogSet, StoreScripts.CatalogSetWithEntry, partition, () => [partition.Epoch, expectedVersion, change, .. written], changes).ConfigureAwait(false);
        return (char)reply[0] == Reply.Done ? System.Text.Encoding.ASCII.GetString(reply.AsSpan(ReplyLayout.Size)) : null;
    }

    public async ValueTask<bool> RemoveAsync(Partition partition, LimitKey key)
    {
        var change = Handshake.NewEpoch();
        var reply = await RunAsync(StoreScripts.CatalogRemove, partition, Keys(partition), () => [partition.Epoch, AnyVersion, change, StoredLimit.FieldOf(key)]).ConfigureAwait(false);
        return (char)reply[0] == Reply.Done;
    }

    public async ValueTask<string?> RemoveAsync(Partition partition, string expectedVersion, ImmutableArray<LimitKey> keys, ImmutableArray<LimitChange> changes)
    {
        ArgumentNullException.ThrowIfNull(expectedVersion);
        var change = Handshake.NewEpoch();
        RedisValue[] fields = [.. keys.Select(key => StoredLimit.FieldOf(key))];
        var reply = await RunAsync(
            StoreScripts.CatalogRemove, StoreScripts.CatalogRemoveWithEntry, partition, () => [partition.Epoch, expectedVersion, change, .. fields], changes).ConfigureAwait(false);
        return (char)reply[0] switch
        {
            Reply.Done => System.Text.Encoding.ASCII.GetString(reply.AsSpan(ReplyLayout.Size)),
            Reply.NotFound => expectedVersion,
            _ => null,
        };
    }

    private ValueTask<byte[]> RunAsync(StoreScript script, StoreScript withEntry, Partition partition, Func<RedisValue[]> arguments, ImmutableArray<LimitChange> changes) =>
        appending.Maker is { } entries && changes.Length > 0
            ? RunAsync(withEntry, partition, [.. Keys(partition), partition.Entries], () => [.. arguments(), .. EntryAppending.TextsOf(entries, changes, partition.Periods().Now)])
            : RunAsync(script, partition, Keys(partition), arguments);

    private async ValueTask<byte[]> RunAsync(StoreScript script, Partition partition, RedisKey[] keys, Func<RedisValue[]> arguments)
    {
        var start = caller.Begin();
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await handshake.ReadyAsync(partition, start).ConfigureAwait(false);
            var reply = Replies.Bytes(await caller.RunAsync(script, keys, arguments(), start).ConfigureAwait(false), partition.Catalog);
            if ((char)reply[0] != Reply.OtherEpoch)
                return reply;
            await handshake.RunAsync(partition, start).ConfigureAwait(false);
        }
        throw Replies.Unsettled();
    }

    private static RedisKey[] Keys(Partition partition) => [partition.Meta, partition.Catalog, partition.CatalogChanges];

    private static string? VersionIn(RedisValue meta) => (string?)meta is { Length: >= Partition.EpochLength } text ? text[Partition.EpochLength..] : null;

    private static CatalogChanges Changes(RedisValue[] reply)
    {
        var version = reply[ReadReply.Version].ToString();
        var (reached, place) = (reply[ReadReply.ReachedVersion].ToString(), reply[ReadReply.Place].ToString());
        var set = ImmutableArray.CreateBuilder<LimitDefinition>(reply.Length / 2);
        var removed = ImmutableArray.CreateBuilder<LimitKey>();
        var unreadable = ImmutableArray.CreateBuilder<UnreadableLimit>();
        for (var i = ReadReply.First; i < reply.Length; i += 2)
        {
            // The head of the catalog is in it too.
            if (reply[i].IsNullOrEmpty)
                continue;
            var key = StoredLimit.KeyOf(reply[i]);
            if (reply[i + 1].IsNull)
                removed.Add(key);
            else if (StoredLimit.Read(key, (byte[]?)reply[i + 1] ?? [], out var damaged) is { } limit)
                set.Add(limit);
            else
                unreadable.Add(damaged!);
        }
        return new()
        {
            Version = place.Length == 0 ? reached : reached + PlaceMark + place,
            StartsOver = reply[ReadReply.StartsOver] == "1",
            HasMore = place.Length > 0 || reached != version,
            Set = set.ToImmutable(),
            Removed = removed.ToImmutable(),
            Unreadable = unreadable.ToImmutable(),
            Count = (int)reply[ReadReply.Count],
        };
    }

    /// <summary>The places of what <c>catalog_read</c> answers.</summary>
    private static class ReadReply
    {
        public const int Meta = 0;
        public const int Version = 1;
        public const int Count = 2;
        public const int StartsOver = 3;
        public const int ReachedVersion = 4;
        public const int Place = 5;
        public const int First = 6;
    }
}
