using System.Globalization;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace BudgetFirewall.Reliability;

/// <summary>Rows 23 to 25: amounts, ids and callers that mean no good.</summary>
public sealed class HostileScenarios : Scenario
{
    private const int StepsPerCall = 30;

    [Fact]
    public Task Amounts_outside_the_range_are_refused_and_those_at_its_ends_are_exact() => RunAsync(23, async () =>
    {
        var server = await StartServerAsync();
        var firewall = Firewall(server.Address, options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 9_000_000_000m, Period = BudgetPeriod.Year });
            options.MaxCost = 9_000_000_000m;
            options.StoreTimeout = TimeSpan.FromSeconds(30);
        });
        var before = await Snapshot.TakeAsync(server);
        decimal[] refused = [-1m, -0.000000001m, 9_000_000_000.000000001m, 9_000_000_001m, decimal.MaxValue, decimal.MinValue];
        foreach (var amount in refused)
        {
            var request = new BudgetRequest { Provider = "load", UserId = "refused", Cost = null };
            await FluentActions.Awaiting(async () => await firewall.TryReserveAsync(request with { Cost = amount })).Should().ThrowAsync<ArgumentException>();
            await FluentActions.Awaiting(async () => await firewall.TrySpendAsync(request with { Cost = amount })).Should().ThrowAsync<ArgumentException>();
            await FluentActions.Awaiting(async () => await firewall.ChargeAsync(request with { Cost = amount })).Should().ThrowAsync<ArgumentException>();
        }
        await Snapshot.AssertUnchangedAsync(server, before);

        decimal[] exact = [0m, 0.000000001m, 9_007_199.254740991m, 9_007_199.254740992m, 9_007_199.254740993m, 8_999_999_999.999999999m, 9_000_000_000m];
        foreach (var (amount, user) in exact.Select((amount, i) => (amount, $"exact-{i}")))
        {
            var request = new BudgetRequest { Provider = "load", UserId = user, Cost = amount };
            await firewall.SpendAsync(request);
            (await firewall.GetStatusAsync(BudgetScope.User(user))).Budgets.Should().ContainSingle().Which.Spent.Should().Be(amount);
            var left = 9_000_000_000m - amount;
            if (amount > 0m)
                (await firewall.TrySpendAsync(request with { Cost = left + 0.000000001m })).IsAllowed.Should().BeFalse();
            (await firewall.TrySpendAsync(request with { Cost = left })).IsAllowed.Should().BeTrue();
        }
        return Text($"{refused.Length} amounts outside the range refused in three calls each, no key written; {exact.Length} at its ends exact");
    });

    [Fact]
    public Task Of_amounts_near_the_limits_none_too_many_is_admitted_and_none_too_few() => RunAsync(23, async () =>
    {
        const int Batch = 20_000;
        var cases = Soak.Times(10_000, 1_000_000);
        var server = await StartServerAsync();
        await using var store = Store(server, "bf");
        long[] anchors = [1, 999_999_999, 1_000_000_000, (1L << 53) - 1, 1L << 53, (1L << 53) + 1, 8_999_999_999_999_999_999, 9_000_000_000_000_000_000];
        var rules = anchors.Concat(Enumerable.Range(0, 24).Select(_ => Random.NextInt64(1, 9_000_000_000_000_000_000)))
            .Select(limit => (Limit: limit, Rule: new CounterRule(new Budget { Scope = BudgetScope.Each("user"), Limit = limit / 1_000_000_000m, Period = BudgetPeriod.Year }))).ToArray();
        var (admitted, wrong) = (0, 0);
        for (var done = 0; done < cases; done += Batch)
        {
            var drawn = Enumerable.Range(done, Math.Min(Batch, cases - done)).Select(i => NearLimit($"case-{i}", rules[Random.Next(rules.Length)])).ToArray();
            await InBatchesAsync(drawn.Length, async i =>
            {
                var (id, rule, limit, spent, amount) = drawn[i];
                if (spent > 0)
                    _ = await store.DecideAsync(Spend(rule, id, spent, DecisionKind.Charge));
                var isAdmitted = (await store.DecideAsync(Spend(rule, id, amount))).Status == DecisionStatus.Done;
                Interlocked.Add(ref admitted, isAdmitted ? 1 : 0);
                Interlocked.Add(ref wrong, isAdmitted == ((Int128)spent + amount <= limit) ? 0 : 1);
            });
            await DeleteAsync(server, "*:[co]:*");
        }

        wrong.Should().Be(0);
        admitted.Should().BeInRange(cases / 10, cases);
        return Text($"{cases:N0} cases within 2 nanos of a limit, up to the largest: {admitted:N0} admitted, none of them beyond it, none denied that fitted");
    });

    [Fact]
    public Task Keys_of_different_ids_differ_and_lie_in_the_slot_of_their_partition() => RunAsync(24, async () =>
    {
        var pairs = Soak.Times(15_000, 1_000_000);
        var server = await StartServerAsync();
        await using var store = Store(server, "p");
        var slot = server.Admin.HashSlot("{p:default}");
        var rule = new CounterRule(new Budget { Scope = BudgetScope.Each("user"), Limit = 1m, Period = BudgetPeriod.Year });
        var different = 0;
        for (var done = 0; done < pairs; done += StepsPerCall / 2)
        {
            var ids = Enumerable.Range(0, StepsPerCall / 2).SelectMany(_ => HostileIds.Pair(Random)).Distinct(StringComparer.Ordinal).ToArray();
            var answer = await store.DecideAsync(new()
            {
                Kind = DecisionKind.Reserve, OperationId = $"{done}-{HostileIds.Next(Random)}", CatalogVersion = "", Lease = TimeSpan.FromSeconds(1),
                Request = new() { Provider = "load" }, Limits = [.. ids.Select(id => LimitDemand.Look(rule, id))],
            });
            var keys = (RedisKey[])answer.Reservation!.StoreState!;
            keys.Distinct().Count().Should().Be(ids.Length + 2);
            keys.Should().AllSatisfy(key => server.Admin.HashSlot(key).Should().Be(slot));
            different += ids.Length;
            server.Database.KeyDelete(keys[1], CommandFlags.FireAndForget);
        }
        var firewall = Firewall(server.Address, options => options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 1m, Period = BudgetPeriod.Year }));
        await FluentActions.Awaiting(async () => await firewall.TrySpendAsync(new() { Provider = "load", UserId = new string('x', 10_000_000), Cost = 1m })).Should().ThrowAsync<ArgumentException>();
        return Text($"{pairs:N0} pairs, {different:N0} different ids: all keys different, all in the slot of their partition; an id of 10 MB refused");
    });

    [Fact]
    public Task Ids_made_up_by_a_caller_cost_little_and_denied_ones_nothing() => RunAsync(25, async () =>
    {
        var count = Soak.Times(5_000, 1_000_000);
        var server = await StartServerAsync();
        await using var store = Store(server, "bf");
        var rule = new CounterRule(new Budget { Scope = BudgetScope.Each("user"), Limit = 1m, Period = BudgetPeriod.Day });
        _ = await store.DecideAsync(Spend(rule, "first", 1));
        await InBatchesAsync(count, async i => _ = await store.DecideAsync(Spend(rule, $"denied-{i:D8}-of-some-length", 2_000_000_000)));
        var afterDenials = await server.CommandAsync("DBSIZE");
        var before = await UsedAsync(server);
        await InBatchesAsync(count, async i =>
        {
            var call = Spend(rule, $"stranger-{i:D8}-with-a-usual-id", 1_000_000);
            _ = await store.DecideAsync(call);
            (await server.Database.KeyDeleteAsync("{bf:default}:v1:o:" + call.OperationId)).Should().BeTrue();
        });
        var grown = (await UsedAsync(server) - before) / (double)count;

        // The meta key, the secret of reservation ids, the first counter and its operation's record.
        ((long)afterDenials).Should().Be(4);
        grown.Should().BeInRange(1, 256);
        return Text($"{count:N0} denied ids: no key; {count:N0} admitted ones: {grown:0} B each, operation records apart");
    });

    private static RedisBudgetStore Store(RedisServer server, string prefix) =>
        new(new BudgetStoreContext { LoggerFactory = NullLoggerFactory.Instance, StoreTimeout = TimeSpan.FromSeconds(30), KeyPrefix = prefix }, server.Admin);

    private (string Id, CounterRule Rule, long Limit, long Spent, long Amount) NearLimit(string id, (long Limit, CounterRule Rule) budget)
    {
        var amount = Random.Next(2) == 0 ? Random.Next(1, 4) : Random.NextInt64(1, budget.Limit + 1);
        var spent = Math.Clamp(budget.Limit - amount + Random.Next(-2, 3), 0, 9_000_000_000_000_000_000);
        return (id, budget.Rule, budget.Limit, spent, amount);
    }

    private static DecisionCall Spend(CounterRule rule, string id, long nanos, DecisionKind kind = DecisionKind.Spend) => new()
    {
        Kind = kind, OperationId = Guid.NewGuid().ToString("N"), CatalogVersion = "", CostNanos = nanos, Limits = [LimitDemand.OfBudget(rule, id, nanos, isUnknown: false)],
    };

    private static Task InBatchesAsync(int count, Func<int, Task> call) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) => await call(i));

    private static async Task DeleteAsync(RedisServer server, string pattern)
    {
        foreach (var batch in server.Server.Keys(pattern: pattern, pageSize: 5_000).Chunk(5_000))
            await server.Database.KeyDeleteAsync(batch);
    }

    private static async Task<long> UsedAsync(RedisServer server)
    {
        var line = ((string)(await server.CommandAsync("INFO", "memory"))!).Split('\n').First(line => line.StartsWith("used_memory:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(12).Trim(), CultureInfo.InvariantCulture);
    }
}
