using System.Globalization;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Redis.Tests;

/// <summary>What Redis keeps of limits that follow from use, for how long, and what it takes to ask for them.</summary>
public sealed class FrozenLimitTests(SharedServer server) : RedisStoreTests(server)
{
    private const long Unit = 1_000_000_000;

    private static readonly CounterRule Budget = new(new()
    {
        Scope = BudgetScope.Each("user"),
        Limit = 100m,
        LimitFromUsage = new() { Periods = 14, Percentile = 1m, Factor = 2m, Floor = 1m, Ceiling = 50m },
    });

    [Fact]
    public async Task A_counter_is_kept_as_long_as_limits_follow_from_it_and_a_limit_until_the_end_of_its_period()
    {
        var now = await SpendYesterdayAsync(3);
        var day = PeriodWindow.At(BudgetPeriod.Day, now);

        (await Store.FreezeLimitAsync(null, Budget, "alice")).Should().BeEquivalentTo(new { Period = day, Limit = 6 * Unit });

        AssertExpiry(CounterKey(), day.End.AddDays(14));
        AssertExpiry(LimitKey(), day.End);
        ((long)await Database.ExecuteAsync("MEMORY", "USAGE", LimitKey())).Should().BeInRange(1, 160);
        var held = (await Store.DecideAsync(Call(DecisionKind.Reserve, [Demand(Budget, 1, "bob")]))).Reservation!;
        _ = await Store.ExtendAsync(held, TimeSpan.FromHours(24));
        _ = await Store.SettleAsync(Commit(held, 1));
        AssertExpiry(CounterKey("bob"), day.End.AddDays(14));
    }

    [Fact]
    public async Task A_commit_whose_counter_is_gone_makes_it_anew_for_as_long_as_limits_follow_from_it()
    {
        var held = (await Store.DecideAsync(Call(DecisionKind.Reserve, [Demand(Budget, 1)]))).Reservation!;
        await Database.KeyDeleteAsync(CounterKey());

        _ = await Store.SettleAsync(Commit(held, 1));

        AssertExpiry(CounterKey(), held.Counters[0].Period.End.AddDays(14));
    }

    [Fact]
    public async Task Who_has_never_spent_anything_leaves_no_key()
    {
        _ = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(Budget, 1, "bob")]));
        var before = Keys();

        (await Store.FreezeLimitAsync(null, Budget, "alice")).Limit.Should().Be(100 * Unit);

        Keys().Should().BeEquivalentTo(before);
    }

    [Fact]
    public async Task The_first_of_all_processes_takes_two_round_trips_each_other_one_and_those_without_use_one()
    {
        await SpendYesterdayAsync(3);
        var other = MakeStore();
        _ = await other.FreezeLimitAsync(null, Budget, "bob");

        (await ScriptsAsync(async () => await Store.FreezeLimitAsync(null, Budget, "alice"))).Should().Be(2);
        (await ScriptsAsync(async () => await other.FreezeLimitAsync(null, Budget, "alice"))).Should().Be(1);
        (await ScriptsAsync(async () => await Store.FreezeLimitAsync(null, Budget, "carol"))).Should().Be(1);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("list")]
    public async Task A_foreign_value_in_place_of_the_limit_or_of_a_past_counter_fails_closed_and_is_named(string value)
    {
        await SpendYesterdayAsync(3);
        _ = await Store.FreezeLimitAsync(null, Budget, "alice");
        foreach (var key in new[] { LimitKey(), CounterKey(ending: YesterdayEnding()) })
        {
            var whole = await Database.KeyDumpAsync(key);
            if (key != LimitKey())
                await Database.KeyDeleteAsync(LimitKey());
            await Database.KeyDeleteAsync(key);
            if (value == "list")
                await Database.ListLeftPushAsync(key, "foreign");
            else
                await Database.StringSetAsync(key, "foreign");

            var failure = (await FluentActions.Awaiting(async () => await MakeStore().FreezeLimitAsync(null, Budget, "alice")).Should().ThrowExactlyAsync<BudgetStoreException>()).Which;

            failure.Message.Should().Contain(key);
            await Database.KeyDeleteAsync(key);
            await Database.KeyRestoreAsync(key, whole!);
        }
    }

    private async Task<DateTimeOffset> SpendYesterdayAsync(long units)
    {
        var now = (await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(Budget, units * Unit)]))).Now;
        await Database.ExecuteAsync("COPY", CounterKey(), CounterKey().Replace(Ending(now), YesterdayEnding(), StringComparison.Ordinal));
        return now;
    }

    private async Task<int> ScriptsAsync(Func<Task> call)
    {
        var before = await CallsAsync();
        await call();
        return await CallsAsync() - before;
    }

    // No other test of the collection runs at the same time.
    private async Task<int> CallsAsync()
    {
        var stats = (string)(await Database.ExecuteAsync("INFO", "commandstats"))!;
        return stats.Split('\n').Where(line => line.StartsWith("cmdstat_eval", StringComparison.Ordinal))
            .Sum(line => int.Parse(line[(line.IndexOf("calls=", StringComparison.Ordinal) + 6)..line.IndexOf(',', StringComparison.Ordinal)], CultureInfo.InvariantCulture));
    }

    private string CounterKey(string id = "alice", string? ending = null) =>
        Keys().Should().ContainSingle(key => key.Contains($":v1:c:user/day:{id}{ending ?? Ending(DateTimeOffset.UtcNow)}", StringComparison.Ordinal)).Which;

    private string LimitKey() => Keys().Should().ContainSingle(key => key.Contains(":v1:f:", StringComparison.Ordinal)).Which;

    private static string Ending(DateTimeOffset now) => now.ToString("':'yyyyMMdd", CultureInfo.InvariantCulture);

    private static string YesterdayEnding() => Ending(DateTimeOffset.UtcNow.AddDays(-1));

    private void AssertExpiry(string key, DateTime expected) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)Database.Execute("PEXPIRETIME", key)).UtcDateTime.Should().Be(expected);
}
