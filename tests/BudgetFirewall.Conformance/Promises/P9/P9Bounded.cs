namespace BudgetFirewall.Conformance;

/// <summary>P9: denials write nothing; what is over is given back.</summary>
public abstract class P9Bounded<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task Denials_of_made_up_ids_leave_nothing_behind()
    {
        var count = Harness.Scaled(100_000);
        var firewall = Firewall(options =>
        {
            options.Budgets.AddRange([Limit(BudgetScope.Each("user"), 1m), Limit(BudgetScope.Global, 0m)]);
            options.RateLimits.Add(Rate(BudgetScope.Each("user"), capacity: 3));
        });
        await DenyAsync(firewall, 1_000, "warm");

        var grown = await GrowthAsync(() => DenyAsync(firewall, count, "user"));

        (grown / count).Should().BeInRange(long.MinValue, 4);
    }

    [Fact]
    public async Task Counters_of_ended_periods_are_given_back()
    {
        var count = Harness.Scaled(20_000);
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 10m), Limit(BudgetScope.Each("user"), 10m, BudgetPeriod.Hour));
        await LiveOnAsync(firewall, TimeSpan.FromDays(1));

        var grown = await GrowthAsync(async () =>
        {
            for (var day = 0; day < 3; day++)
            {
                await Together.DoAsync(count, threads: 4, i => firewall.ChargeAsync(Call(1m, $"{day}-{i}")));
                await LiveOnAsync(firewall, TimeSpan.FromDays(1));
            }
        });

        (grown / (3 * count)).Should().BeInRange(long.MinValue, 20);
    }

    [Fact]
    public async Task Buckets_that_are_full_again_are_given_back()
    {
        var count = Harness.Scaled(20_000);
        var firewall = Firewall(options => options.RateLimits.Add(Rate(BudgetScope.Each("user"), capacity: 10, refillPerSecond: 1)));
        await LiveOnAsync(firewall, TimeSpan.FromMinutes(10));

        var grown = await GrowthAsync(async () =>
        {
            await Together.DoAsync(count, threads: 4, i => firewall.CheckAsync(Call(0m, $"user-{i}")));
            await LiveOnAsync(firewall, TimeSpan.FromMinutes(10));
        });

        (grown / count).Should().BeInRange(long.MinValue, 20);
    }

    [Fact]
    public async Task Windows_that_are_over_and_queues_that_are_empty_are_given_back()
    {
        var count = Harness.Scaled(10_000);
        var window = TimeSpan.FromSeconds(30);
        var firewall = Firewall(options => options.RateLimits.AddRange(
        [
            RateLimit.FixedWindow(BudgetScope.Each("user"), 10, window) with { Id = "fixed" },
            RateLimit.FixedWindow(BudgetScope.Each("user"), 10, window, WindowAlignment.FirstRequest) with { Id = "first" },
            RateLimit.SlidingWindow(BudgetScope.Each("user"), 10, window) with { Id = "sliding" },
            RateLimit.LeakyBucket(BudgetScope.Each("user"), ratePerSecond: 0.1m) with { Id = "queue", Operations = ["queued"] },
        ]));
        await LiveOnAsync(firewall, TimeSpan.FromMinutes(10));

        var grown = await GrowthAsync(async () =>
        {
            await Together.DoAsync(count, threads: 4, i => firewall.CheckAsync(Call(0m, $"user-{i}") with { Operation = "queued" }));
            await LiveOnAsync(firewall, TimeSpan.FromMinutes(10));
        });

        (grown / count).Should().BeInRange(long.MinValue, 40);
    }

    [Fact]
    public async Task Operations_are_forgotten_after_their_retention()
    {
        var count = Harness.Scaled(20_000);
        var firewall = Firewall(AliceLimit(9_000_000m, BudgetPeriod.None));
        await LiveOnAsync(firewall, TimeSpan.FromHours(2));

        var grown = await GrowthAsync(async () =>
        {
            await Together.DoAsync(count, threads: 4, i => firewall.ChargeAsync(Call(1m, id: $"charge-{i}")));
            await Together.DoAsync(count, threads: 4, i => firewall.ReserveAsync(Call(1m, id: $"hold-{i}")));
            await LiveOnAsync(firewall, TimeSpan.FromHours(2));
        });

        (grown / (2 * count)).Should().BeInRange(long.MinValue, 20);
        await firewall.AssertStandsAtAsync(AliceScope, spent: count);
    }

    [Fact]
    public async Task Calls_without_an_id_that_are_settled_do_not_pile_up()
    {
        var count = Harness.Scaled(200_000);
        var firewall = Firewall(AliceLimit(9_000_000m, BudgetPeriod.None));

        var grown = await GrowthAsync(async () =>
        {
            await Together.DoAsync(count, threads: 4, async i =>
            {
                if (i % 2 == 0)
                {
                    await firewall.SpendAsync(Call(1m));
                    return;
                }
                await using var reservation = await firewall.ReserveAsync(Call(1m));
                if (i % 4 == 1)
                    await reservation.CommitAsync(1m);
            });
            await LiveOnAsync(firewall, TimeSpan.FromMinutes(10));
        });

        (grown / count).Should().BeInRange(long.MinValue, 8);
    }

    [Fact]
    public async Task A_counter_stays_small_however_many_hold_an_amount_and_wait_for_their_turns()
    {
        var count = Math.Min(Harness.Scaled(200_000), 20_000);
        var firewall = Harness.CreateFirewallOn(store => new WaitsAreNotWaited(store), options =>
        {
            options.Budgets.Add(AliceLimit(9_000_000m, BudgetPeriod.None));
            options.RateLimits.Add(RateLimit.LeakyBucket(AliceScope, ratePerSecond: 8, maxWait: TimeSpan.FromDays(1)));
        });
        await LiveOnAsync(firewall, TimeSpan.FromHours(1));

        var grown = await GrowthAsync(async () =>
        {
            var waiting = await Together.DoAsync(count, threads: 4, i =>
                firewall.ReserveAsync(Call(1m) with { Lease = TimeSpan.FromSeconds(1), MaxWait = TimeSpan.FromDays(1) }));
            foreach (var reservation in waiting)
                await reservation.ReleaseAsync();
            await LiveOnAsync(firewall, TimeSpan.FromHours(1));
        });

        // A slot for each would be 15 bytes.
        (grown / count).Should().BeInRange(long.MinValue, 8);
    }

    [Fact]
    public async Task Abandoned_holds_of_all_leases_are_given_back_with_their_records()
    {
        var count = Harness.Scaled(20_000);
        var firewall = Firewall(AliceLimit(9_000_000m, BudgetPeriod.None));
        await LiveOnAsync(firewall, TimeSpan.FromHours(30));

        var grown = await GrowthAsync(async () =>
        {
            await Together.DoAsync(count, threads: 4, i => firewall.ReserveAsync(Call(1m) with { Lease = TimeSpan.FromSeconds(1 + (i * 4)) }));
            await LiveOnAsync(firewall, TimeSpan.FromHours(30));
        });

        (grown / count).Should().BeInRange(long.MinValue, 20);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    // Time passes and somebody still uses the store: that is all it may need to tidy up.
    private async Task LiveOnAsync(IBudgetFirewall firewall, TimeSpan time)
    {
        for (var i = 0; i < 8; i++)
        {
            await Harness.AdvanceAsync(time / 8);
            for (var call = 0; call < 50; call++)
                await firewall.TryCheckAsync(Call(0m, "somebody"));
        }
    }

    private async Task<long> GrowthAsync(Func<Task> work)
    {
        var before = await Harness.MeasureBytesAsync();
        await work();
        return await Harness.MeasureBytesAsync() - before;
    }

    private static Task DenyAsync(IBudgetFirewall firewall, int count, string name) => Together.DoAsync(count, threads: 4, async i =>
    {
        var request = Call(1m, $"{name}-{i}", id: i % 2 == 0 ? $"{name}-{i}" : null);
        var isAllowed = (i % 3) switch
        {
            0 => (await firewall.TryReserveAsync(request)).IsGranted,
            1 => (await firewall.TrySpendAsync(request)).IsAllowed,
            _ => (await firewall.TryCheckAsync(request)).IsAllowed,
        };
        isAllowed.Should().BeFalse();
    });
}
