using System.Collections.Concurrent;
using System.Collections.Immutable;
using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>
/// A client of a store that keeps the calls made for pools, lets a test do something before each of them, and lets writes come too late: "read teams", "look teams" (at its version alone), "write teams",
/// "read period teams", "write period teams", "counters a,b", "catalog", "limits 2", "removal 2" and "grant a".
/// </summary>
internal sealed class PoolCalls(IBudgetStore inner) : StoreDecorator(inner)
{
    private readonly ConcurrentQueue<string> _calls = new();
    private readonly ConcurrentQueue<AllowanceCall> _grants = new();

    public IReadOnlyList<string> Calls => [.. _calls];

    public IReadOnlyList<AllowanceCall> Grants => [.. _grants];

    /// <summary>Done before a call reaches the store.</summary>
    public Func<string, ValueTask>? Before { get; set; }

    /// <summary>True for a write of a document or of limits that is not done, as where others were faster.</summary>
    public Func<string, bool>? IsLost { get; set; }

    public int Count(string call) => Calls.Count(made => made == call);

    public void Clear() => _calls.Clear();

    /// <summary>Does something before the next such call, once.</summary>
    public void BeforeNext(string call, Func<ValueTask> meddle) => Before = async made =>
    {
        if (made != call)
            return;
        Before = null;
        await meddle();
    };

    public override async ValueTask<StoreDocument?> ReadDocumentAsync(string? partition, string name, string? knownVersion)
    {
        await CalledAsync((knownVersion is null ? "read " : "look ") + PoolOf(name));
        return await base.ReadDocumentAsync(partition, name, knownVersion);
    }

    public override async ValueTask<string?> WriteDocumentAsync(
        string? partition, string name, string expectedVersion, ReadOnlyMemory<byte>? content, DateTimeOffset? expiresAt, ImmutableArray<LimitChange> changes = default)
    {
        await CalledAsync("write " + PoolOf(name));
        return IsLost?.Invoke("write " + PoolOf(name)) == true ? null : await base.WriteDocumentAsync(partition, name, expectedVersion, content, expiresAt, changes);
    }

    public override async ValueTask<CountersAnswer> ReadCountersAsync(string? partition, ImmutableArray<CounterName> counters)
    {
        await CalledAsync("counters " + string.Join(',', counters.Select(counter => counter.ScopeId)));
        return await base.ReadCountersAsync(partition, counters);
    }

    public override async ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion)
    {
        await CalledAsync("catalog");
        return await base.ReadCatalogAsync(partition, knownVersion);
    }

    public override async ValueTask<string?> SetLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitDefinition> limits, ImmutableArray<LimitChange> changes = default)
    {
        await CalledAsync(FormattableString.Invariant($"limits {limits.Length}"));
        return IsLost?.Invoke("limits") == true ? null : await base.SetLimitsAsync(partition, expectedVersion, limits, changes);
    }

    public override async ValueTask<string?> RemoveLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitKey> limits, ImmutableArray<LimitChange> changes = default)
    {
        await CalledAsync(FormattableString.Invariant($"removal {limits.Length}"));
        return IsLost?.Invoke("removal") == true ? null : await base.RemoveLimitsAsync(partition, expectedVersion, limits, changes);
    }

    public override async ValueTask<AllowanceAnswer> GrantAsync(AllowanceCall call)
    {
        _grants.Enqueue(call);
        await CalledAsync("grant " + call.ScopeId);
        return await base.GrantAsync(call);
    }

    private static string PoolOf(string document) => document.StartsWith("pool-period:", StringComparison.Ordinal) ? "period " + document[(document.LastIndexOf(':') + 1)..] : document["pool:".Length..];

    private ValueTask CalledAsync(string call)
    {
        _calls.Enqueue(call);
        return Before?.Invoke(call) ?? ValueTask.CompletedTask;
    }
}
