using System.Collections.Immutable;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>The runtime budgets: a hash and its version.</summary>
internal sealed class CatalogOperation(ScriptCaller caller, Handshake handshake)
{
    private const int MaxAttempts = 8;

    public async ValueTask<CatalogSnapshot> ReadAsync(Partition partition)
    {
        var start = caller.Begin();
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await handshake.ReadyAsync(partition, start).ConfigureAwait(false);
            var entries = (RedisValue[])(await caller.RunAsync(StoreScripts.CatalogRead, [partition.Meta, partition.Catalog], [], start).ConfigureAwait(false))! ?? [];
            var snapshot = Read(partition, entries);
            if (entries is [var meta, ..] && VersionIn(meta) == snapshot.Version)
                return snapshot;
            // The meta key is gone, or the catalog was deleted by hand, or one of them is not the store's: that is looked at where both can be put right.
            await handshake.RunAsync(partition, start).ConfigureAwait(false);
        }
        throw Replies.Unsettled();
    }

    public async ValueTask<bool> SetAsync(Partition partition, string expectedVersion, Budget budget)
    {
        // The version is random, so that one made after a loss of data is never taken for one from before.
        var version = Handshake.NewEpoch();
        var json = BudgetJson.Write(budget);
        var status = await RunAsync(StoreScripts.CatalogSet, partition, () => [partition.Epoch, expectedVersion, version, budget.Id, json]).ConfigureAwait(false);
        return status == Reply.Done;
    }

    public async ValueTask<bool> RemoveAsync(Partition partition, string budgetId)
    {
        var version = Handshake.NewEpoch();
        var status = await RunAsync(StoreScripts.CatalogRemove, partition, () => [partition.Epoch, version, budgetId]).ConfigureAwait(false);
        return status == Reply.Done;
    }

    private async ValueTask<char> RunAsync(StoreScript script, Partition partition, Func<RedisValue[]> arguments)
    {
        var start = caller.Begin();
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await handshake.ReadyAsync(partition, start).ConfigureAwait(false);
            var result = await caller.RunAsync(script, [partition.Meta, partition.Catalog], arguments(), start).ConfigureAwait(false);
            var status = (char)Replies.Bytes(result, partition.Catalog)[0];
            if (status != Reply.OtherEpoch)
                return status;
            await handshake.RunAsync(partition, start).ConfigureAwait(false);
        }
        throw Replies.Unsettled();
    }

    private static string? VersionIn(RedisValue meta) => (string?)meta is { Length: >= Partition.EpochLength } text ? text[Partition.EpochLength..] : null;

    private static CatalogSnapshot Read(Partition partition, RedisValue[] entries)
    {
        var version = "";
        var budgets = ImmutableArray.CreateBuilder<Budget>(entries.Length / 2);
        var unreadable = ImmutableArray.CreateBuilder<UnreadableBudget>();
        for (var i = 1; i + 1 < entries.Length; i += 2)
        {
            if (entries[i].IsNullOrEmpty)
                version = (string?)entries[i + 1] ?? "";
            else if (StoredBudget.Read(entries[i].ToString(), (byte[]?)entries[i + 1] ?? [], out var damaged) is { } budget)
                budgets.Add(budget);
            else
                unreadable.Add(damaged!);
        }
        // Without a version nobody would hear of a change.
        if (version.Length == 0 && entries.Length > 1)
            throw RedisFault.Corrupt(partition.Catalog, cause: null);
        budgets.Sort(static (left, right) => string.CompareOrdinal(left.Id, right.Id));
        return new(version, budgets.ToImmutable()) { Unreadable = unreadable.ToImmutable() };
    }
}
