using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using BudgetFirewall.Storage;
using Xunit.Abstractions;

namespace BudgetFirewall.Redis.Tests;

/// <summary>What the server's memory grows by, all its own book-keeping included. The numbers of the documentation are those that this prints.</summary>
public sealed class MemoryUseTests(ITestOutputHelper output) : OwnServerTests
{
    private static readonly int Count = Soak.Times(2_000, soak: 100_000);
    private static readonly CounterRule[] Rules =
    [
        new(new() { Scope = BudgetScope.Each("user"), Limit = 10_000_000m }), new(new() { Scope = BudgetScope.Each("project"), Limit = 10_000_000m }),
        new(new() { Scope = BudgetScope.Provider("openai"), Limit = 10_000_000m }), new(new() { Scope = BudgetScope.Global, Limit = 10_000_000m }),
    ];
    private static readonly RateLimit[] RateLimits =
    [
        RateLimit.TokenBucket(BudgetScope.Each("user"), capacity: 100, refillPerSecond: 0.01m), RateLimit.LeakyBucket(BudgetScope.Each("user"), ratePerSecond: 0.01m),
        RateLimit.FixedWindow(BudgetScope.Each("user"), limit: 100, TimeSpan.FromDays(1)), RateLimit.SlidingWindow(BudgetScope.Each("user"), limit: 100, TimeSpan.FromDays(1)),
    ];

    private RedisServer _server = null!;
    private RedisBudgetStore _store = null!;

    public override async Task InitializeAsync()
    {
        _server = await StartServerAsync();
        _store = Store(_server.Address, timeout: TimeSpan.FromSeconds(30));
        // What a connection takes for its buffers, it takes once.
        _ = await GrowthAsync(i => Call(DecisionKind.Charge, [Of(0, User(i))]), "o:");
    }

    [Fact]
    public async Task A_scope_that_was_active_in_a_period_takes_at_most_272_bytes_and_one_with_a_sliding_window_384()
    {
        var charged = await GrowthAsync(i => Call(DecisionKind.Charge, [Of(0, User(i))]), "c:");
        var held = await GrowthAsync(i => Call(DecisionKind.Reserve, [Of(0, User(i))]), "c:");
        var limited = new List<long>();
        foreach (var rule in RateLimits.Select(limit => RateLimitRules.Of(limit)))
            limited.Add(await GrowthAsync(i => Call(DecisionKind.Check, [], [new(rule, User(i), 1_000_000, 1_000_000)]), "b:"));

        output.WriteLine($"a counter: {charged} B; with one hold slot: {held} B; {string.Join("; ", RateLimits.Zip(limited, (limit, bytes) => $"a {limit.Algorithm}: {bytes} B"))}");
        // A list of takes is larger than a string.
        limited[^1].Should().BeInRange(60, 384);
        new[] { charged, held }.Concat(limited[..^1]).Should().AllSatisfy(bytes => bytes.Should().BeInRange(60, 272));
    }

    [Fact]
    public async Task A_remembered_operation_takes_at_most_a_kilobyte()
    {
        var charged = await GrowthAsync(i => Call(DecisionKind.Charge, [Of(0, "a"), Of(1, "a"), Of(2, "a"), Of(3, "a")]), "o:");
        var one = await GrowthAsync(i => Call(DecisionKind.Reserve, [Of(1, "a")]), "o:");
        var four = await GrowthAsync(i => Call(DecisionKind.Reserve, [Of(0, User(i)), Of(1, "a"), Of(2, "a"), Of(3, "a")]), "o:");
        var check = await GrowthAsync(i => Call(DecisionKind.Check, [Of(1, "a")]), "k:");

        output.WriteLine($"a charge: {charged} B; a check: {check} B; a reservation with one budget: {one} B, with four: {four} B");
        new[] { charged, one, four, check }.Should().AllSatisfy(bytes => bytes.Should().BeInRange(60, 1_024));
    }

    private static string User(int i) => string.Create(CultureInfo.InvariantCulture, $"user-{i:D8}@example.org");

    private static LimitDemand Of(int rule, string id) => LimitDemand.OfBudget(Rules[rule], id, 1_000_000, isUnknown: false);

    private static DecisionCall Call(DecisionKind kind, ImmutableArray<LimitDemand> counters, ImmutableArray<LimitDemand> buckets = default) => new()
    {
        Kind = kind,
        OperationId = Guid.NewGuid().ToString("N"),
        Retention = TimeSpan.FromHours(1),
        CatalogVersion = "",
        Limits = counters.AddRange(buckets.IsDefault ? [] : buckets),
        Lease = TimeSpan.FromMinutes(5),
        RecordRetention = TimeSpan.FromHours(1),
        Request = kind == DecisionKind.Reserve ? new() { Provider = "openai", Model = "gpt-5-mini", UserId = "alice", ProjectId = "search", Usage = BudgetUsage.Tokens(1_200, 800) } : null,
    };

    /// <summary>
    /// By how much each key of a kind has made the server grow: what it takes with only them, less what it takes without, by their number.
    /// The hash tables are as large as all keys made them; each key answers for its share.
    /// </summary>
    private async Task<long> GrowthAsync(Func<int, DecisionCall> call, string part)
    {
        await _server.CommandAsync("FLUSHALL");
        await Parallel.ForEachAsync(Enumerable.Range(0, Count), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) => await _store.DecideAsync(call(i)));
        var keys = _server.Server.Keys(pattern: "*", pageSize: 1000).ToArray();
        var others = keys.Where(key => !((string)key!).Contains($"}}:v1:{part}", StringComparison.Ordinal)).ToArray();
        (keys.Length - others.Length).Should().Be(Count);
        foreach (var key in others)
            await _server.Database.KeyDeleteAsync(key);
        var with = await UsedAsync();
        await _server.CommandAsync("FLUSHALL");
        return (with - await UsedAsync() - (TableBytes(keys.Length) * others.Length / keys.Length)) / Count;
    }

    // One for the keys and one for their expiry, a pointer for each place.
    private static long TableBytes(int keys) => 2L * sizeof(long) * BitOperations.RoundUpToPowerOf2((uint)keys);

    private async Task<long> UsedAsync()
    {
        var info = (string)(await _server.CommandAsync("INFO", "memory"))!;
        return long.Parse(Regex.Match(info, @"used_memory:(\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
    }
}
