using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>What the calls of quotas refuse, and what they ask of the store.</summary>
public sealed class QuotaCallTests : PooledTests<MemoryHarness>
{
    [Fact]
    public async Task A_pool_that_cannot_be_divided_is_refused_before_anything_is_asked_of_the_store()
    {
        var (firewall, store) = Watched();
        var pool = Pool(30m, "a") with { Rollover = new() { Cap = 9_000_000_001m } };

        foreach (var attempt in new Func<Task>[]
        {
            async () => await firewall.Quotas.AllocateAsync(pool),
            async () => await firewall.Quotas.AllocateManyAsync([pool, Pool(30m, "b") with { Id = "other" }]),
            async () => await firewall.Quotas.UpdateAsync(pool),
        })
            await FluentActions.Awaiting(attempt).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>().WithParameterName("Rollover.Cap");

        store.Calls.Should().BeEmpty();
    }

    [Fact]
    public async Task A_hundred_pools_are_allocated_at_once_and_no_more()
    {
        var (firewall, store) = Watched();
        var pools = Enumerable.Range(0, 101).Select(i => Pool(1m, $"team-{i}") with { Id = $"pool-{i:000}" }).ToArray();

        await FluentActions.Awaiting(async () => await firewall.Quotas.AllocateManyAsync(pools)).Should().ThrowExactlyAsync<ArgumentException>()
            .WithMessage("pools has 101 pools; at most 100 are allocated in one call.*").WithParameterName("pools");
        store.Calls.Should().BeEmpty();

        (await firewall.Quotas.AllocateManyAsync(pools[1..])).Should().HaveCount(100).And.NotContainNulls();
    }

    [Fact]
    public async Task Pools_that_are_null_are_refused_by_name()
    {
        var (firewall, _) = Watched();

        foreach (var (attempt, name) in new (Func<Task> Attempt, string Name)[]
        {
            (async () => await firewall.Quotas.AllocateAsync(null!), "pool"),
            (async () => await firewall.Quotas.UpdateAsync(null!), "pool"),
            (async () => await firewall.Quotas.AllocateManyAsync(null!), "pools"),
            (async () => await firewall.Quotas.AllocateManyAsync([Pool(30m, "a"), null!]), "pools"),
        })
            await FluentActions.Awaiting(attempt).Should().ThrowExactlyAsync<ArgumentNullException>().WithParameterName(name);
    }

    [Fact]
    public async Task Ids_counts_and_pages_that_cannot_be_are_refused_by_name()
    {
        var (firewall, store) = Watched();

        foreach (var (attempt, name) in new (Func<Task> Attempt, string Name)[]
        {
            (async () => await firewall.Quotas.GetAsync(""), "poolId"),
            (async () => await firewall.Quotas.DeleteAsync(""), "poolId"),
            (async () => await firewall.Quotas.ReallocateAsync(""), "poolId"),
            (async () => await firewall.Quotas.GetHistoryAsync(""), "poolId"),
            (async () => await firewall.Quotas.ListAsync(afterId: ""), "afterId"),
        })
            await FluentActions.Awaiting(attempt).Should().ThrowExactlyAsync<ArgumentException>().WithParameterName(name);
        foreach (var count in new[] { 0, 1_001 })
        {
            await FluentActions.Awaiting(async () => await firewall.Quotas.ListAsync(count)).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>().WithMessage("count must be 1 to 1,000.*");
            await FluentActions.Awaiting(async () => await firewall.Quotas.GetHistoryAsync(PoolId, count)).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>().WithMessage("count must be 1 to 1,000.*");
        }

        store.Calls.Should().BeEmpty();
    }

    [Fact]
    public async Task What_cannot_be_changed_of_a_pool_is_named()
    {
        var (firewall, _) = Watched();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"));

        foreach (var (other, named) in new (QuotaPool Other, string Named)[]
        {
            (Pool(30m, "a", "b") with { Unit = Record }, "Unit"),
            (Pool(30m, "a", "b") with { Period = BudgetPeriod.Hour }, "Period"),
            (Pool(30m, "a", "b") with { TimeZone = "Europe/Berlin" }, "TimeZone"),
            (Pool(30m, "a", "b") with { Models = ["m"] }, "Its filters or its enforcement"),
        })
        {
            await FluentActions.Awaiting(async () => await firewall.Quotas.UpdateAsync(other)).Should().ThrowExactlyAsync<ArgumentException>().WithParameterName("pool")
                .WithMessage($"{named} must be as before: what the pool 'teams' counts cannot be changed. Delete it, and allocate another.*");
        }
    }

    [Fact]
    public async Task Members_that_are_counted_already_are_refused_by_the_name_of_what_was_passed()
    {
        var firewall = Firewall(Limit(Team("a"), 5m));

        await FluentActions.Awaiting(async () => await firewall.Quotas.AllocateAsync(Pool(30m, "a"))).Should().ThrowExactlyAsync<ArgumentException>().WithParameterName("pool");
        await FluentActions.Awaiting(async () => await firewall.Quotas.AllocateManyAsync([Pool(30m, "a"), Pool(30m, "b") with { Id = "other" }])).Should().ThrowExactlyAsync<ArgumentException>().WithParameterName("pools");
        (await firewall.Quotas.ListAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Only_the_members_that_are_named_get_what_others_leave_and_where_none_is_nothing_is_moved()
    {
        var (firewall, store) = Watched();
        await firewall.Quotas.AllocateAsync(Reserved(30m, minimum: 4m, "a", "b", "c"));
        await firewall.SpendAsync(Of("a", 10m));

        Amounts(await firewall.Quotas.ReallocateAsync(PoolId, [Team("b")])).Should().Equal(10m, 16m, 4m);
        store.Clear();
        Amounts(await firewall.Quotas.ReallocateAsync(PoolId, [])).Should().Equal(10m, 16m, 4m);
        Amounts(await firewall.Quotas.ReallocateAsync(PoolId, [Team("b")])).Should().Equal(10m, 16m, 4m);
        Amounts(await firewall.Quotas.UpdateAsync(Reserved(30m, minimum: 4m, "a", "b", "c"))).Should().Equal(10m, 16m, 4m);

        store.Calls.Should().NotContain(call => call.StartsWith("write") || call.StartsWith("limits"));
    }

    [Fact]
    public async Task A_member_that_has_used_nine_tenths_is_in_need_and_one_that_has_used_a_nano_less_is_not()
    {
        var (firewall, _) = Watched();
        await firewall.Quotas.AllocateAsync(Reserved(30m, minimum: 4m, "a", "b", "c"));
        await firewall.SpendAsync(Of("a", 9m - Nano));
        Amounts(await firewall.Quotas.ReallocateAsync(PoolId)).Should().Equal(10m, 10m, 10m);

        await firewall.SpendAsync(Of("a", Nano));

        Amounts(await firewall.Quotas.ReallocateAsync(PoolId)).Should().Equal(22m, 4m, 4m);
    }

    [Fact]
    public async Task Where_nothing_shrinks_nobody_is_asked_what_is_spent_and_only_the_limits_that_grow_are_set()
    {
        var (firewall, store) = Watched();
        var pool = Pool(20m, "a", "b") with { Members = [new() { Scope = Team("a"), Maximum = 10m }, new() { Scope = Team("b") }] };
        await firewall.Quotas.AllocateAsync(pool);
        store.Clear();

        Amounts(await firewall.Quotas.UpdateAsync(pool with { Limit = 30m })).Should().Equal(10m, 20m);

        store.Calls.Where(call => call.StartsWith("limits")).Should().Equal("limits 1");
        store.Count("write teams").Should().Be(2, "the new state is written, and that it is reached");
        store.Count("read teams").Should().Be(2, "it is read before and after it is changed");
        store.Calls.Where(call => call.StartsWith("counters")).Should().Equal(["counters a", "counters a"], "one counter tells the store's time, before and after");
    }

    [Fact]
    public async Task Only_members_that_shrink_are_asked_what_is_spent()
    {
        var (firewall, store) = Watched();
        QuotaMember Member(string team, decimal weight, decimal? maximum = null) => new() { Scope = Team(team), Weight = weight, Maximum = maximum };
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b", "c"));
        store.Clear();

        Amounts(await firewall.Quotas.UpdateAsync(Pool(30m, "a", "b", "c") with { Members = [Member("a", 1m, 5m), Member("b", 1m, 10m), Member("c", 1m)] })).Should().Equal(5m, 10m, 15m);

        store.Calls.Should().NotContain(call => call.StartsWith("counters") && call.Contains('b'));
        store.Calls.Where(call => call.StartsWith("limits")).Should().Equal("limits 1", "limits 1");
        store.Count("write teams").Should().Be(3, "limits are lowered, raised, and then as they are to be");
    }

    [Fact]
    public async Task Where_a_pool_grows_only_members_that_shrink_are_asked_and_where_it_shrinks_all_of_them()
    {
        var (firewall, store) = Watched();
        QuotaMember Member(string team, decimal? maximum = null) => new() { Scope = Team(team), Maximum = maximum };
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b", "c"));
        store.Clear();

        Amounts(await firewall.Quotas.UpdateAsync(Pool(40m, "a", "b", "c") with { Members = [Member("a", maximum: 4m), Member("b"), Member("c")] })).Should().Equal(4m, 18m, 18m);
        store.Calls.Should().NotContain(call => call.StartsWith("counters") && call.Contains('b'));
        store.Clear();
        Amounts(await firewall.Quotas.UpdateAsync(Pool(38m, "a", "b") with { Members = [Member("a", maximum: 4m), Member("b")] })).Should().Equal(4m, 34m);

        store.Calls.Should().Contain("counters a,b,c", "the pool is smaller than what they had together");
    }

    [Fact]
    public async Task A_change_that_leaves_every_limit_as_it_is_sets_none()
    {
        var (firewall, store) = Watched();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"));
        store.Clear();

        (await firewall.Quotas.UpdateAsync(Pool(30m, "a", "b") with { Rollover = new() }))!.Pool.Rollover.Should().Be(new QuotaRollover());

        store.Calls.Should().NotContain(call => call.StartsWith("limits") || call.StartsWith("look"));
    }

    [Fact]
    public async Task Many_members_are_set_in_parts_of_256_without_reading_the_catalog_between_them()
    {
        var (firewall, store) = Watched();

        await firewall.Quotas.AllocateAsync(Pool(600m, [.. Enumerable.Range(0, 600).Select(i => $"{i}")]));

        store.Calls.SkipWhile(call => !call.StartsWith("write")).Where(call => call != "read teams" && call != "write teams")
            .Should().Equal("catalog", "look teams", "limits 256", "look teams", "limits 256", "look teams", "limits 88", "counters 0");
    }

    private (IBudgetFirewall Firewall, PoolCalls Store) Watched()
    {
        PoolCalls? store = null;
        var firewall = Harness.CreateFirewallOn(inner => store = new(inner), _ => { });
        return (firewall, store!);
    }
}
