using System.Collections.Immutable;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace BudgetFirewall.Redis.Tests;

/// <summary>Tests of a store on the shared server, each under a prefix of its own.</summary>
[Collection(SharedServerGroup.Name)]
public abstract class RedisStoreTests(SharedServer server) : IAsyncLifetime
{
    protected static readonly BudgetRequest Request = new() { Provider = "openai", UserId = "alice" };

    private readonly List<RedisBudgetStore> _stores = [];

    protected string Prefix { get; } = "t" + Guid.NewGuid().ToString("N")[..12];

    protected IDatabase Database => server.Connection.GetDatabase();

    protected RedisBudgetStore Store { get; private set; } = null!;

    public virtual Task InitializeAsync()
    {
        Store = MakeStore();
        return Task.CompletedTask;
    }

    public virtual async Task DisposeAsync()
    {
        foreach (var store in _stores)
            await store.DisposeAsync();
    }

    protected RedisBudgetStore MakeStore(TimeProvider? clock = null, RedisBudgetStoreOptions? options = null)
    {
        var store = new RedisBudgetStore(Context(clock), server.Connection, options);
        _stores.Add(store);
        return store;
    }

    protected BudgetStoreContext Context(TimeProvider? clock = null) => new()
    {
        LoggerFactory = NullLoggerFactory.Instance,
        KeyPrefix = Prefix,
        TimeProvider = clock ?? TimeProvider.System,
        StoreTimeout = TimeSpan.FromSeconds(30),
    };

    protected static CounterRule Rule(decimal limit, string kind = "user", BudgetPeriod? period = null, Enforcement enforcement = Enforcement.Hard, params decimal[] warnAt) =>
        new(new Budget { Scope = kind == "global" ? BudgetScope.Global : BudgetScope.Each(kind), Limit = limit, Period = period ?? BudgetPeriod.Day, Enforcement = enforcement, WarnAt = warnAt });

    protected static LimitDemand Demand(CounterRule rule, long amount, string id = "alice", bool isUnknown = false) => LimitDemand.OfBudget(rule, id, amount, isUnknown);

    protected static DecisionCall Call(
        DecisionKind kind,
        ImmutableArray<LimitDemand> counters,
        ImmutableArray<LimitDemand> buckets = default,
        string? id = null,
        UInt128 fingerprint = default,
        TimeSpan? lease = null,
        string? partition = null) => new()
        {
            Kind = kind,
            OperationId = id ?? Guid.NewGuid().ToString("N"),
            Retention = id is null ? null : TimeSpan.FromHours(1),
            Fingerprint = fingerprint,
            CatalogVersion = "",
            CostNanos = counters.IsDefaultOrEmpty ? 0 : counters[0].Take,
            Limits = counters.AddRange(buckets.IsDefault ? [] : buckets),
            Lease = lease ?? TimeSpan.FromMinutes(5),
            RecordRetention = TimeSpan.FromHours(1),
            Request = kind == DecisionKind.Reserve ? Request : null,
            Partition = partition,
        };

    protected static SettleCall Commit(HeldReservation reservation, params long[] amounts) => new()
    {
        Reservation = reservation,
        IsCommit = true,
        CostNanos = amounts.Length == 0 ? 0 : amounts[0],
        Amounts = [.. amounts],
        TakesMicros = [.. reservation.RateLimits.Select(demand => demand.Take)],
    };

    protected static SettleCall Release(HeldReservation reservation) => new() { Reservation = reservation, IsCommit = false };

    protected async Task<LimitReading> ReadAsync(CounterRule rule, string id = "alice")
    {
        var answer = await Store.ReadStatusAsync(new() { CatalogVersion = "", Limits = [Demand(rule, 0, id)] });
        return answer.Readings.Should().ContainSingle().Which;
    }

    /// <summary>All keys of this test's prefix.</summary>
    protected string[] Keys() =>
        [.. server.Connection.GetServer(server.Connection.GetEndPoints()[0]).Keys(pattern: $"{{{Prefix}:*", pageSize: 1000).Select(key => (string)key!).Order(StringComparer.Ordinal)];
}
