using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Redis.Tests;

/// <summary>Every key expires by itself, and when.</summary>
public sealed class ExpiryTests(SharedServer server) : RedisStoreTests(server)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Every_key_of_a_full_run_expires_when_it_should_and_only_unbounded_periods_and_runtime_budgets_stay()
    {
        var (day, hour, none) = (Rule(100m), Rule(100m, period: BudgetPeriod.Hour), Rule(100m, period: BudgetPeriod.None));
        var rate = new TokenBucketRule(new() { Scope = BudgetScope.Provider("openai"), Capacity = 100m, RefillPerSecond = 2m });
        var now = (await Store.DecideAsync(Call(DecisionKind.Spend, [Demand(day, 1), Demand(hour, 1), Demand(none, 1)], [new(rate, "openai", 10_000_000, 10_000_000)], id: "spend", fingerprint: 1))).Now;
        var open = await Store.DecideAsync(Call(DecisionKind.Reserve, [Demand(day, 5)], id: "open", fingerprint: 2));
        var settled = await Store.DecideAsync(Call(DecisionKind.Reserve, [Demand(day, 5)], id: "settled", fingerprint: 3));
        _ = await Store.SettleAsync(Commit(settled.Reservation!, 1));
        var madeUp = await Store.DecideAsync(Call(DecisionKind.Reserve, [Demand(day, 5)]));
        _ = await Store.SettleAsync(Release(madeUp.Reservation!));
        _ = await Store.DecideAsync(Call(DecisionKind.Check, [Demand(day, 5)], id: "check", fingerprint: 4));
        _ = await Store.SetBudgetAsync(null, "", new() { Scope = BudgetScope.User("bob"), Limit = 1m });

        AssertExpiry("c:user/day:", PeriodWindow.At(BudgetPeriod.Day, now).End);
        AssertExpiry("c:user/hour:", PeriodWindow.At(BudgetPeriod.Hour, now).End);
        AssertExpiry("c:user/none:", null);
        AssertExpiry("budgets", null);
        AssertExpiry("budget-changes", null);
        AssertExpiry("b:", now.AddSeconds(5));
        AssertExpiry("o:spend", now + Hour);
        AssertExpiry("o:open", open.Reservation!.ExpiresAt + Hour);
        AssertExpiry("o:settled", now + Hour);
        AssertExpiry($"o:{madeUp.Reservation!.OperationId}", now.AddMinutes(1));
        AssertExpiry("k:check", now + Hour);
        AssertExpiry("meta", now.AddDays(40).AddSeconds(-1.5));
        AssertExpiry("secret", now.AddDays(40).AddSeconds(-1.5));
        Keys().Length.Should().Be(13);
    }

    [Fact]
    public async Task A_counter_outlives_its_period_for_the_longest_hold_taken_in_it()
    {
        var rule = Rule(100m, period: BudgetPeriod.Hour);
        _ = await Store.DecideAsync(Call(DecisionKind.Reserve, [Demand(rule, 1)], lease: TimeSpan.FromMinutes(5)));
        var longest = await Store.DecideAsync(Call(DecisionKind.Reserve, [Demand(rule, 1)], lease: TimeSpan.FromHours(3)));
        _ = await Store.DecideAsync(Call(DecisionKind.Reserve, [Demand(rule, 1)], lease: TimeSpan.FromHours(2)));
        _ = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(rule, 1)]));

        AssertExpiry("c:user/hour:", longest.Reservation!.ExpiresAt);
        var extended = await Store.ExtendAsync(longest.Reservation!, TimeSpan.FromHours(20));
        AssertExpiry("c:user/hour:", extended);
        _ = await Store.SettleAsync(Commit(longest.Reservation!, 1));
        AssertExpiry("c:user/hour:", extended);
    }

    [Fact]
    public async Task A_million_strangers_would_cost_less_than_256_bytes_each_and_denied_ones_nothing()
    {
        var count = Soak.Times(2_000, soak: 1_000_000);
        var rule = Rule(1m);
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(rule, 1_000_000, $"stranger-{i:D8}-with-a-usual-id")]));
            await Store.DecideAsync(Call(DecisionKind.Spend, [Demand(rule, 1_000_000_001, $"denied-{i:D8}")]));
        });

        var counters = Keys().Where(key => key.Contains(":v1:c:", StringComparison.Ordinal)).ToArray();
        counters.Length.Should().Be(count);
        ((long)await Database.ExecuteAsync("MEMORY", "USAGE", counters[0])).Should().BeInRange(1, 256);
    }

    private void AssertExpiry(string part, DateTimeOffset? expected)
    {
        var key = Keys().Should().ContainSingle(key => key.Contains($"}}:v1:{part}", StringComparison.Ordinal)).Which;
        var expiry = (long)Database.Execute("PEXPIRETIME", key);
        if (expected is null)
            expiry.Should().Be(-1);
        else
            DateTimeOffset.FromUnixTimeMilliseconds(expiry).Should().BeOnOrAfter(expected.Value).And.BeOnOrBefore(expected.Value.AddSeconds(2));
    }

    private void AssertExpiry(string part, DateTime utc) => AssertExpiry(part, new DateTimeOffset(utc, TimeSpan.Zero));
}
