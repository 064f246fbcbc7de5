using System.Collections.Immutable;
using System.Text;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Documents: one key each.</summary>
internal sealed class DocumentOperation(ScriptCaller caller, Handshake handshake, EntryAppending appending)
{
    private const int MaxAttempts = 8;
    private const int VersionLength = DocumentLayout.WordSize;

    public async ValueTask<StoreDocument?> ReadAsync(Partition partition, string name, string? knownVersion)
    {
        var bytes = await RunAsync(StoreScripts.DocumentRead, partition, KeysOf(partition, name), () => [partition.Epoch, knownVersion ?? ""]).ConfigureAwait(false);
        if ((char)bytes[0] == Reply.NotFound)
            return null;
        if ((char)bytes[0] != Reply.Done || bytes.Length < ReplyLayout.Size + VersionLength)
            throw Replies.Unknown((char)bytes[0]);
        return new() { Version = Encoding.ASCII.GetString(bytes.AsSpan(ReplyLayout.Size, VersionLength)), Content = bytes.AsMemory(ReplyLayout.Size + VersionLength) };
    }

    public async ValueTask<string?> WriteAsync(
        Partition partition, string name, string expectedVersion, ReadOnlyMemory<byte>? content, DateTimeOffset? expiresAt, ImmutableArray<LimitChange> changes)
    {
        // Versions are random, so that one made after a loss of data is never taken for one from before.
        var version = Handshake.NewEpoch();
        var call = new byte[DocumentCallLayout.Size];
        var writer = new PackedWriter(call);
        DocumentCallLayout.Write(ref writer, expiresAt?.ToUnixTimeMilliseconds() ?? 0, content is null ? 1 : 0);
        var keys = KeysOf(partition, name);
        var bytes = appending.Maker is { } entries && changes.Length > 0
            ? await RunAsync(StoreScripts.DocumentWriteWithEntry, partition, [.. keys, partition.Entries], () => [.. Arguments(), .. EntryAppending.TextsOf(entries, changes, partition.Periods().Now)]).ConfigureAwait(false)
            : await RunAsync(StoreScripts.DocumentWrite, partition, keys, Arguments).ConfigureAwait(false);
        return (char)bytes[0] switch
        {
            Reply.Done => content is null ? "" : version,
            Reply.Conflict => null,
            var other => throw Replies.Unknown(other),
        };

        RedisValue[] Arguments() => [partition.Epoch, call, expectedVersion, version, content ?? default];
    }

    private static RedisKey[] KeysOf(Partition partition, string name) => [partition.Meta, partition.KeyBase + "d:" + KeyText.OfName(name)];

    private async ValueTask<byte[]> RunAsync(StoreScript script, Partition partition, RedisKey[] keys, Func<RedisValue[]> arguments)
    {
        var start = caller.Begin();
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await handshake.ReadyAsync(partition, start).ConfigureAwait(false);
            var bytes = Replies.Bytes(await caller.RunAsync(script, keys, arguments(), start).ConfigureAwait(false), keys[1]);
            if (!await handshake.IsToBeRepeatedAsync(bytes, keys, partition, start).ConfigureAwait(false))
                return bytes;
        }
        throw Replies.Unsettled();
    }
}
