using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace BudgetFirewall.Redis.Tests;

/// <summary>The server's clock names the period, whatever the clients' clocks say.</summary>
public sealed class ClientClockTests : OwnServerTests
{
    private static readonly CounterRule Day = new(Limit(10m));

    [Fact]
    public async Task Clients_whose_clocks_are_hours_and_days_apart_use_the_same_keys()
    {
        var server = await StartServerAsync();
        foreach (var hours in new[] { 0, 1, -1, 24, -24, 24 * 400 })
        {
            await using var store = Store(server, TimeSpan.FromHours(hours));
            _ = await SpendAsync(store);
        }

        var counter = (await KeysAsync(server)).Should().ContainSingle(key => key.Contains(":c:", StringComparison.Ordinal)).Which;
        counter.Should().Contain(DateTime.UtcNow.ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture));
        await using var reader = Store(server, TimeSpan.Zero);
        (await SpendAsync(reader)).Readings[0].Spent.Should().Be(7);
    }

    [Fact]
    public async Task A_fresh_process_just_before_midnight_and_one_just_after_it_use_different_days()
    {
        using var clock = new ServerClock();
        await using var server = await RedisServer.StartAsync(clock);
        var midnight = new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);
        clock.MoveTo(midnight.AddMilliseconds(-100));
        await using var before = Store(server, TimeSpan.Zero);
        var last = await SpendAsync(before);
        clock.MoveTo(midnight.AddMilliseconds(100));
        await using var after = Store(server, TimeSpan.FromMinutes(-10));
        var first = await SpendAsync(after);
        var late = await SpendAsync(before);

        (last.Readings[0].Spent, first.Readings[0].Spent, late.Readings[0].Spent).Should().Be((1L, 1L, 2L));
        (await KeysAsync(server)).Should().ContainSingle(key => key.Contains(":c:", StringComparison.Ordinal) && key.EndsWith(":20260701", StringComparison.Ordinal));
        (await KeysAsync(server)).Should().NotContain(key => key.EndsWith(":20260630", StringComparison.Ordinal));
    }

    private static async Task<string[]> KeysAsync(RedisServer server) => (string[])(await server.CommandAsync("KEYS", "*"))!;

    private static RedisBudgetStore Store(RedisServer server, TimeSpan error) => new(
        new BudgetStoreContext { LoggerFactory = NullLoggerFactory.Instance, TimeProvider = new SkewedTimeProvider(TimeProvider.System, error), StoreTimeout = TimeSpan.FromSeconds(30) },
        server.Admin);

    private static ValueTask<DecisionAnswer> SpendAsync(RedisBudgetStore store) => store.DecideAsync(new()
    {
        Kind = DecisionKind.Spend, OperationId = Guid.NewGuid().ToString("N"), CatalogVersion = "", Limits = [LimitDemand.OfBudget(Day, "alice", 1, isUnknown: false)],
    });
}
