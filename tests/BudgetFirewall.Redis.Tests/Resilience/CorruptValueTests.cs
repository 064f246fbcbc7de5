using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Redis.Tests;

public sealed class CorruptValueTests(SharedServer server) : RedisStoreTests(server)
{
    private static readonly CounterRule Budget = Rule(10m);
    private static readonly TokenBucketRule Rate = new(new() { Scope = BudgetScope.Provider("openai"), Capacity = 10m, RefillPerSecond = 1m });

    public static TheoryData<string, string> Planted
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var part in new[] { "meta", "secret", "o:", "k:", "c:", "b:", "budgets", "budget-changes" })
            {
                foreach (var value in new[] { "text", "list" })
                    data.Add(part, value);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Planted))]
    public async Task A_foreign_value_fails_closed_is_named_and_is_not_overwritten(string part, string value)
    {
        var call = Call(DecisionKind.Reserve, [Demand(Budget, 1_000_000_000)], [new(Rate, "openai", 1_000_000, 1_000_000)], id: "op", fingerprint: 1);
        var reserved = await Store.DecideAsync(call);
        _ = await Store.DecideAsync(Call(DecisionKind.Check, [Demand(Budget, 1)], id: "check", fingerprint: 1));
        _ = await Store.SetBudgetAsync(null, "", new() { Scope = BudgetScope.User("bob"), Limit = 1m });
        var catalog = (await Store.ReadWholeCatalogAsync(null)).Version;
        var key = Keys().Should().ContainSingle(key => key.Contains($":v1:{part}", StringComparison.Ordinal)).Which;
        await PlantAsync(key, value);
        var before = await Database.KeyDumpAsync(key);

        var failure = (await FluentActions.Awaiting(() => TouchAsync(part, reserved.Reservation!, catalog)).Should().ThrowExactlyAsync<BudgetStoreException>()).Which;

        AssertCorrupt(key, failure);
        (await Database.KeyDumpAsync(key)).Should().Equal(before);
    }

    [Theory]
    [InlineData(RateLimitAlgorithm.FixedWindow, "text")]
    [InlineData(RateLimitAlgorithm.FixedWindow, "list")]
    [InlineData(RateLimitAlgorithm.SlidingWindow, "text")]
    [InlineData(RateLimitAlgorithm.SlidingWindow, "list")]
    [InlineData(RateLimitAlgorithm.LeakyBucket, "text")]
    [InlineData(RateLimitAlgorithm.LeakyBucket, "list")]
    public async Task A_foreign_window_or_queue_fails_closed_is_named_and_nothing_of_the_call_is_written(RateLimitAlgorithm algorithm, string value)
    {
        var window = RateLimitRules.Of(algorithm == RateLimitAlgorithm.LeakyBucket
            ? RateLimit.LeakyBucket(BudgetScope.Provider("openai"), ratePerSecond: 1)
            : new() { Scope = BudgetScope.Provider("openai"), Algorithm = algorithm, Limit = 10m, Window = TimeSpan.FromMinutes(1) });
        DecisionCall Spend() => Call(DecisionKind.Spend, [Demand(Budget, 1)], [new(Rate, "openai", 1_000_000, 1_000_000), new(window, "openai", 1_000_000, 1_000_000)]);
        _ = await Store.DecideAsync(Spend());
        var key = Keys().Should().ContainSingle(key => key.Contains("_window", StringComparison.Ordinal) || key.Contains("leaky_bucket", StringComparison.Ordinal)).Which;
        await PlantAsync(key, value);
        var before = await Database.KeyDumpAsync(key);

        var failure = (await FluentActions.Awaiting(async () => await Store.DecideAsync(Spend())).Should().ThrowExactlyAsync<BudgetStoreException>()).Which;

        AssertCorrupt(key, failure);
        (await Database.KeyDumpAsync(key)).Should().Equal(before);
        (await ReadAsync(Budget)).Should().Be(LimitReading.OfBudget(1, 0));
        Keys().Should().ContainSingle(key => key.Contains(":v1:o:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_corrupt_counter_leaves_every_other_key_of_the_call_as_it_was()
    {
        var other = Rule(10m, "project");
        var call = Call(DecisionKind.Spend, [Demand(Budget, 1), Demand(other, 1)]);
        _ = await Store.DecideAsync(call);
        await PlantAsync(Keys().Should().ContainSingle(key => key.Contains("c:project", StringComparison.Ordinal)).Which, "text");

        await FluentActions.Awaiting(async () => await Store.DecideAsync(Call(DecisionKind.Spend, [Demand(Budget, 1), Demand(other, 1)]))).Should().ThrowExactlyAsync<BudgetStoreException>();

        (await ReadAsync(Budget)).Should().Be(LimitReading.OfBudget(1, 0));
        Keys().Should().ContainSingle(key => key.Contains(":v1:o:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public async Task A_counter_above_64_bits_fails_closed_and_is_named_by_every_call_that_reads_it(int at)
    {
        var charge = Call(DecisionKind.Charge, [Demand(Budget, 1)], id: "charge", fingerprint: 1);
        _ = await Store.DecideAsync(charge);
        var open = (await Store.DecideAsync(Call(DecisionKind.Reserve, [Demand(Budget, 1)], id: "open"))).Reservation!;
        var committed = (await Store.DecideAsync(Call(DecisionKind.Reserve, [Demand(Budget, 1)], id: "committed"))).Reservation!;
        _ = await Store.SettleAsync(Commit(committed, 1));
        var key = Keys().Should().ContainSingle(key => key.Contains(":v1:c:", StringComparison.Ordinal)).Which;
        await Database.StringSetRangeAsync(key, at, new byte[] { 255, 255, 255, 255, 255 });
        var before = await Database.KeyDumpAsync(key);

        Func<Task>[] calls =
        [
            async () => await Store.DecideAsync(charge),
            async () => await Store.DecideAsync(Call(DecisionKind.Check, [Demand(Budget, 1)])),
            async () => await Store.DecideAsync(Call(DecisionKind.Reserve, [Demand(Budget, 1)])),
            async () => await Store.DecideAsync(Call(DecisionKind.Spend, [Demand(Budget, 1)])),
            async () => await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(Budget, 1)])),
            async () => await Store.SettleAsync(Commit(committed, 1)),
            async () => await Store.SettleAsync(Commit(open, 1)),
            async () => await Store.SettleAsync(Release(open)),
            async () => await Store.ExtendAsync(open, TimeSpan.FromHours(1)),
            async () => await ReadAsync(Budget),
        ];
        foreach (var call in calls)
            AssertCorrupt(key, (await FluentActions.Awaiting(call).Should().ThrowExactlyAsync<BudgetStoreException>()).Which);
        (await Database.KeyDumpAsync(key)).Should().Equal(before);
    }

    [Theory]
    [InlineData(DecisionKind.Check)]
    [InlineData(DecisionKind.Reserve)]
    [InlineData(DecisionKind.Spend)]
    [InlineData(DecisionKind.Charge)]
    public async Task A_record_that_is_cut_off_or_has_a_wrong_byte_anywhere_is_read_as_a_record_or_fails_closed_and_is_named(DecisionKind kind)
    {
        var rule = Rule(0.000000001m, warnAt: 0.5m, enforcement: Enforcement.Soft);
        var call = Call(kind, [Demand(rule, 1)], [new(Rate, "openai", 1_000_000, 1_000_000)], id: "op", fingerprint: 1);
        var reservation = (await Store.DecideAsync(call)).Reservation;
        if (reservation is not null)
            _ = await Store.SettleAsync(Commit(reservation, 1));
        var key = Keys().Should().ContainSingle(key => key.Contains(kind == DecisionKind.Check ? ":v1:k:" : ":v1:o:", StringComparison.Ordinal)).Which;
        var whole = (byte[])(await Database.StringGetAsync(key))!;
        var failures = 0;

        for (var at = 0; at < whole.Length; at++)
        {
            byte[][] values = [whole[..at], [.. whole[..at], 255, .. whole[(at + 1)..]], [.. whole[..at], (byte)'0', .. whole[(at + 1)..]]];
            foreach (var value in values)
            {
                await Database.StringSetAsync(key, value);
                failures += await TryAsync(key, async () => await Store.DecideAsync(call));
                failures += await TryAsync(key, async () => await Store.FindReservationAsync(null, null, "op"));
                if (reservation is not null)
                    failures += await TryAsync(key, async () => await Store.SettleAsync(Commit(reservation, 1)));
            }
        }

        failures.Should().BeInRange(1, int.MaxValue);
    }

    private static async Task<int> TryAsync(string key, Func<Task> action)
    {
        try
        {
            await action();
            return 0;
        }
        catch (BudgetStoreException e)
        {
            AssertCorrupt(key, e);
            return 1;
        }
    }

    private static void AssertCorrupt(string key, BudgetStoreException failure)
    {
        failure.IsNeverAllowed.Should().BeTrue(failure.ToString());
        failure.MayHaveHappened.Should().BeFalse();
        failure.Message.Should().Contain(key);
    }

    private async Task PlantAsync(string key, string value)
    {
        await Database.KeyDeleteAsync(key);
        if (value == "list")
            await Database.ListRightPushAsync(key, "x");
        else
            await Database.StringSetAsync(key, "0123456789abcde");
    }

    private Task TouchAsync(string part, HeldReservation reservation, string catalog) => part switch
    {
        // Only who knows nothing yet reads the meta key itself, and the secret; the others see another epoch first.
        "meta" or "secret" => MakeStore().DecideAsync(Call(DecisionKind.Check, [Demand(Budget, 1)])).AsTask(),
        "budgets" or "budget-changes" => Store.SetBudgetAsync(null, catalog, new() { Scope = BudgetScope.User("carol"), Limit = 1m }).AsTask(),
        "k:" => Store.DecideAsync(WithCatalog(catalog, DecisionKind.Check, "check")).AsTask(),
        "o:" => Store.SettleAsync(Commit(reservation, 1)).AsTask(),
        _ => Store.DecideAsync(WithCatalog(catalog, DecisionKind.Reserve, Guid.NewGuid().ToString("N"))).AsTask(),
    };

    private static DecisionCall WithCatalog(string catalog, DecisionKind kind, string id) => new()
    {
        Kind = kind,
        OperationId = id,
        CatalogVersion = catalog,
        Limits = [Demand(Budget, 1_000_000_000), new(Rate, "openai", 1_000_000, 1_000_000)],
        Lease = TimeSpan.FromMinutes(5),
        RecordRetention = TimeSpan.FromHours(1),
        Request = Request,
    };
}
