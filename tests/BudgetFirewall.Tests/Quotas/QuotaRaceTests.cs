using System.Text;
using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>Calls of quotas that others are faster than: they are done all the same, and given up when that does not end.</summary>
public sealed class QuotaRaceTests : PooledTests<MemoryHarness>
{
    private readonly IBudgetFirewall _other;
    private readonly IBudgetFirewall _firewall;
    private readonly PoolCalls _store;

    public QuotaRaceTests()
    {
        PoolCalls? store = null;
        _firewall = Harness.CreateFirewallOn(inner => store = new(inner), _ => { });
        (_store, _other) = (store!, Firewall());
    }

    [Fact]
    public async Task A_change_that_comes_too_late_is_made_of_what_the_pool_has_become()
    {
        await _other.Quotas.AllocateAsync(Pool(30m, "a", "b"));
        _store.BeforeNext("write teams", async () => await _other.Quotas.UpdateAsync(Pool(60m, "a", "b")));

        Amounts(await _firewall.Quotas.UpdateAsync(Pool(90m, "a", "b"))).Should().Equal(45m, 45m);

        Amounts(await _other.Quotas.GetAsync(PoolId)).Should().Equal(45m, 45m);
    }

    [Fact]
    public async Task A_pool_that_others_change_while_it_is_deleted_is_deleted()
    {
        await _other.Quotas.AllocateAsync(Pool(30m, "a", "b"));
        _store.BeforeNext("write teams", async () => await _other.Quotas.UpdateAsync(Pool(60m, "a", "b")));

        (await _firewall.Quotas.DeleteAsync(PoolId)).Should().BeTrue();

        (await _other.Quotas.GetAsync(PoolId)).Should().BeNull();
        (await _other.Budgets.ListAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_pool_that_others_delete_first_is_deleted()
    {
        await _other.Quotas.AllocateAsync(Pool(30m, "a", "b"));
        _store.BeforeNext("write teams", async () => await _other.Quotas.DeleteAsync(PoolId));

        (await _firewall.Quotas.DeleteAsync(PoolId)).Should().BeTrue();
    }

    [Fact]
    public async Task Whoever_allocates_a_pool_that_others_change_before_it_is_divided_has_not_made_it()
    {
        var writes = 0;
        _store.Before = async call =>
        {
            if (call == "write teams" && ++writes == 2)
                await _other.Quotas.UpdateAsync(Pool(60m, "a", "b"));
        };

        (await _firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"))).Should().BeNull();

        Amounts(await _other.Quotas.GetAsync(PoolId)).Should().Equal(30m, 30m);
    }

    [Fact]
    public async Task Two_allowances_at_the_same_time_are_both_taken_out_of_what_nobody_has()
    {
        var state = await _other.Quotas.AllocateAsync(Capped());
        BudgetAllowance Allowance(string team, decimal amount) => new() { BudgetId = state!.BudgetIdOf(Team(team)), Scope = Team(team), Amount = amount, Reason = "demo" };
        _store.BeforeNext("write teams", async () => await _other.Budgets.GrantAsync(Allowance("b", 2m)));

        await _firewall.Budgets.GrantAsync(Allowance("a", 3m));

        (await _other.Quotas.GetAsync(PoolId))!.Undivided.Should().Be(5m);
        (await RemainingAsync(_other, "a"), await RemainingAsync(_other, "b")).Should().Be((13m, 12m));
        _store.Count("write teams").Should().Be(2);
    }

    [Fact]
    public async Task Allowances_of_different_scopes_and_ids_are_each_taken_out_of_what_nobody_has()
    {
        var state = await _other.Quotas.AllocateAsync(Capped());
        foreach (var (scope, id) in new[] { ("a:b", "c"), ("a", "b:c"), (":", "x"), ((string?)null, ":x"), (null, "x") })
        {
            await _firewall.Budgets.GrantAsync(new()
            {
                BudgetId = state!.BudgetIdOf(Team("a")), Scope = Team("a"), Amount = 1m, Reason = "demo", OperationScope = scope, OperationId = id,
            });
        }

        (await _other.Quotas.GetAsync(PoolId))!.Undivided.Should().Be(5m);
        (await RemainingAsync(_other, "a")).Should().Be(15m);
    }

    [Fact]
    public async Task Limits_that_others_were_faster_to_change_are_set_by_the_catalog_of_then()
    {
        _store.BeforeNext("limits 2", async () => await _other.Budgets.SetAsync(AliceLimit(1m)));

        Amounts(await _firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"))).Should().Equal(15m, 15m);

        _store.Count("limits 2").Should().Be(2);
        (await _other.Budgets.ListAsync()).Select(budget => budget.Limit).Should().BeEquivalentTo([1m, 15m, 15m]);
    }

    [Fact]
    public async Task Who_is_late_with_setting_the_limits_of_a_pool_goes_on_from_what_it_has_become()
    {
        _store.BeforeNext("look teams", async () => await _other.Quotas.UpdateAsync(Pool(60m, "a", "b")));

        (await _firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"))).Should().BeNull();

        _store.Calls.SkipWhile(call => call != "look teams").Skip(1).First().Should().Be("read teams");
        (await _other.Budgets.ListAsync()).Select(budget => budget.Limit).Should().Equal(30m, 30m);
    }

    [Fact]
    public async Task Changes_that_others_are_always_faster_than_are_given_up_after_64_attempts()
    {
        await _other.Quotas.AllocateAsync(Reserved(30m, minimum: 4m, "a", "b"));
        await _other.SpendAsync(Of("a", 15m));
        _store.IsLost = call => call == "write teams";

        foreach (var attempt in new Func<Task>[]
        {
            async () => await _firewall.Quotas.UpdateAsync(Reserved(60m, minimum: 4m, "a", "b")),
            async () => await _firewall.Quotas.ReallocateAsync(PoolId),
            async () => await _firewall.Quotas.DeleteAsync(PoolId),
        })
        {
            _store.Clear();
            await FluentActions.Awaiting(attempt).Should().ThrowExactlyAsync<BudgetStoreException>().WithMessage("Others changed the pool 'teams' faster than it could be changed.");
            _store.Count("write teams").Should().Be(64);
        }
    }

    [Fact]
    public async Task An_allowance_that_others_are_always_faster_than_is_given_up_after_64_attempts_and_is_not_given()
    {
        var state = await _other.Quotas.AllocateAsync(Capped());
        _store.IsLost = call => call == "write teams";

        var allowance = new BudgetAllowance { BudgetId = state!.BudgetIdOf(Team("a")), Scope = Team("a"), Amount = 1m, Reason = "demo" };
        (await FluentActions.Awaiting(async () => await _firewall.Budgets.GrantAsync(allowance)).Should().ThrowExactlyAsync<BudgetStoreException>())
            .WithMessage("Others changed the pool 'teams' faster than an allowance could be taken out of it.").Which.MayHaveHappened.Should().BeFalse();

        _store.Count("write teams").Should().Be(64);
        _store.Grants.Should().BeEmpty();
    }

    [Fact]
    public async Task A_new_pool_that_others_are_always_faster_than_is_given_up_after_64_attempts()
    {
        _store.IsLost = call => call == "write teams";

        await FluentActions.Awaiting(async () => await _firewall.Quotas.AllocateAsync(Pool(30m, "a"))).Should().ThrowExactlyAsync<BudgetStoreException>()
            .WithMessage("Others changed the pool 'teams' faster than it could be changed.");

        _store.Count("write teams").Should().Be(64);
        (await _other.Quotas.GetAsync(PoolId)).Should().BeNull();
    }

    [Fact]
    public async Task Limits_that_others_are_always_faster_to_change_are_given_up()
    {
        _store.IsLost = call => call == "limits";

        await FluentActions.Awaiting(async () => await _firewall.Quotas.AllocateAsync(Pool(30m, "a"))).Should().ThrowExactlyAsync<BudgetStoreException>()
            .WithMessage("Others changed the limits faster than a pool could be divided.");

        _store.Count("limits 1").Should().Be(65);
        Amounts(await _other.Quotas.GetAsync(PoolId)).Should().Equal([30m], "another process finishes what was begun");
    }

    [Fact]
    public async Task Limits_that_others_are_always_faster_to_change_keep_a_pool_from_being_deleted()
    {
        await _other.Quotas.AllocateAsync(Pool(30m, "a", "b"));
        _store.IsLost = call => call == "removal";

        await FluentActions.Awaiting(async () => await _firewall.Quotas.DeleteAsync(PoolId)).Should().ThrowExactlyAsync<BudgetStoreException>()
            .WithMessage("Others changed the limits faster than a pool could be deleted.");

        _store.Count("removal 2").Should().Be(64);
        (await _other.Quotas.DeleteAsync(PoolId)).Should().BeFalse("it was deleted before, and is finished now");
        (await _other.Budgets.ListAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_pool_that_others_have_begun_to_delete_first_is_deleted()
    {
        await _other.Quotas.AllocateAsync(Pool(30m, "a", "b"));
        _store.BeforeNext("write teams", async () =>
        {
            var document = (await Harness.Store.ReadDocumentAsync(null, "pool:teams", null))!;
            var begun = Encoding.UTF8.GetString(document.Content.Span).Replace("\"Stage\":\"Divided\"", "\"Stage\":\"Removing\"", StringComparison.Ordinal);
            await Harness.Store.WriteDocumentAsync(null, "pool:teams", document.Version, Encoding.UTF8.GetBytes(begun), null);
        });

        (await _firewall.Quotas.DeleteAsync(PoolId)).Should().BeTrue();

        (await _other.Budgets.ListAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_division_on_its_way_that_others_are_always_faster_to_finish_is_given_up()
    {
        var writes = 0;
        _store.IsLost = call => call == "write teams" && ++writes > 1;

        await FluentActions.Awaiting(async () => await _firewall.Quotas.AllocateAsync(Pool(30m, "a"))).Should().ThrowExactlyAsync<BudgetStoreException>()
            .WithMessage("Others changed the pool 'teams' faster than it could be divided.");

        _store.Count("write teams").Should().Be(1 + 256);
        Amounts(await _other.Quotas.GetAsync(PoolId)).Should().Equal(30m);
    }

    [Fact]
    public async Task Periods_that_end_faster_than_members_can_be_read_are_given_up_after_8_attempts()
    {
        await _other.Quotas.AllocateAsync(Pool(30m, "a"));
        _store.Before = async call =>
        {
            if (call.StartsWith("counters"))
                await Harness.AdvanceAsync(TimeSpan.FromDays(1));
        };

        (await FluentActions.Awaiting(async () => await _firewall.Quotas.GetAsync(PoolId)).Should().ThrowExactlyAsync<BudgetStoreException>())
            .WithMessage("Periods ended faster than the members of a pool could be read.").Which.MayHaveHappened.Should().BeFalse();

        _store.Count("counters a").Should().Be(8);
    }

    /// <summary>A pool of 30 whose two members have 10 each, so that nobody has 10.</summary>
    private static QuotaPool Capped() => Pool(30m, "a", "b") with { Members = [new() { Scope = Team("a"), Maximum = 10m }, new() { Scope = Team("b"), Maximum = 10m }] };
}
