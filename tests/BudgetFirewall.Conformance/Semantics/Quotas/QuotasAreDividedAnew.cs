namespace BudgetFirewall.Conformance;

/// <summary>A pool is divided anew inside a period, and never gives away more than it has.</summary>
public abstract class QuotasAreDividedAnew<THarness> : PooledTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_larger_pool_raises_every_share()
    {
        var processes = Processes(2);
        await processes[0].Quotas.AllocateAsync(Pool(30m, "a", "b", "c"));
        await processes[1].SpendAsync(Of("a", 10m));

        Amounts(await processes[0].Quotas.UpdateAsync(Pool(60m, "a", "b", "c"))).Should().Equal(20m, 20m, 20m);

        (await processes[1].TrySpendAsync(Of("a", 10m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task A_share_is_not_lowered_below_what_is_spent_and_held_and_others_get_no_more_than_is_free()
    {
        var processes = Processes(2);
        await processes[0].Quotas.AllocateAsync(Pool(30m, "a", "b", "c"));
        await processes[1].SpendAsync(Of("a", 5m));
        await using var held = await processes[1].ReserveAsync(Of("a", 3m));

        var state = await processes[0].Quotas.UpdateAsync(Pool(30m, "a", "b", "c") with { Members = [Member("a", 1m), Member("b", 1m), Member("c", 4m)] });

        Amounts(state).Should().Equal(8m, 5m, 17m);
        (await processes[1].TrySpendAsync(Of("a", Nano))).IsAllowed.Should().BeFalse();
        (await processes[1].TrySpendAsync(Of("b", 5m))).IsAllowed.Should().BeTrue();
        (await processes[1].TrySpendAsync(Of("c", 17m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task A_pool_that_shrinks_below_what_is_spent_gives_nothing_more()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b", "c"));
        foreach (var team in new[] { "a", "b", "c" })
            await firewall.SpendAsync(Of(team, 6m));

        var state = await firewall.Quotas.UpdateAsync(Pool(12m, "a", "b", "c"));

        Amounts(state).Sum().Should().BeLessThanOrEqualTo(12m);
        foreach (var team in new[] { "a", "b", "c" })
            (await firewall.TrySpendAsync(Of(team, Nano))).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task A_member_that_leaves_takes_what_it_has_used_out_of_the_period()
    {
        var processes = Processes(2);
        await processes[0].Quotas.AllocateAsync(Pool(30m, "a", "b", "c"));
        await processes[1].SpendAsync(Of("a", 4m));

        var state = await processes[0].Quotas.UpdateAsync(Pool(30m, "b", "c", "d"));

        state!.Allocations.Should().HaveCount(3);
        (Amounts(state).Sum() + state.Undivided).Should().BeLessThanOrEqualTo(26m);
        (await processes[1].TrySpendAsync(Of("a", 100m))).Budgets.Should().BeEmpty();
        (await processes[1].TrySpendAsync(Of("d", AmountOf(state, "d")))).IsAllowed.Should().BeTrue();
        (await processes[1].TrySpendAsync(Of("d", Nano))).IsAllowed.Should().BeFalse();

        await MoveToNextDayAsync();
        Amounts(await processes[0].Quotas.GetAsync(PoolId)).Should().Equal(10m, 10m, 10m);
    }

    [Fact]
    public async Task A_member_that_comes_back_goes_on_from_what_it_has_spent()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b", "c"));
        await firewall.SpendAsync(Of("a", 4m));
        await firewall.Quotas.UpdateAsync(Pool(30m, "b", "c"));

        var state = await firewall.Quotas.UpdateAsync(Pool(30m, "a", "b", "c"));

        (await RemainingAsync(firewall, "a")).Should().Be(Math.Max(0m, AmountOf(state, "a") - 4m));
        Amounts(state).Sum().Should().BeLessThanOrEqualTo(30m);
    }

    [Fact]
    public async Task What_a_pool_counts_cannot_be_changed()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"));

        foreach (var other in new[]
        {
            Pool(30m, "a", "b") with { Unit = Record }, Pool(30m, "a", "b") with { Period = BudgetPeriod.Hour }, Pool(30m, "a", "b") with { TimeZone = "Europe/Berlin" },
            Pool(30m, "a", "b") with { Models = ["m"] }, Pool(30m, "a", "b") with { Enforcement = Enforcement.Shadow },
        })
            await FluentActions.Awaiting(async () => await firewall.Quotas.UpdateAsync(other)).Should().ThrowExactlyAsync<ArgumentException>().WithMessage("*must be as before*");
        (await firewall.Quotas.UpdateAsync(Pool(30m, "a") with { Id = "none" })).Should().BeNull();
        (await firewall.Quotas.GetAsync(PoolId))!.Pool.Should().Be(Pool(30m, "a", "b"));
    }

    [Fact]
    public async Task A_member_in_need_borrows_what_others_leave_above_their_minimum()
    {
        var processes = Processes(2);
        await processes[0].Quotas.AllocateAsync(Reserved(30m, minimum: 4m, "a", "b", "c"));
        await processes[1].SpendAsync(Of("a", 10m));

        var state = await processes[0].Quotas.ReallocateAsync(PoolId);

        Amounts(state).Should().Equal(22m, 4m, 4m);
        (await processes[1].TrySpendAsync(Of("a", 12m))).IsAllowed.Should().BeTrue();
        (await processes[1].TrySpendAsync(Of("a", Nano))).IsAllowed.Should().BeFalse();
        (await processes[1].TrySpendAsync(Of("b", 4m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task A_lender_keeps_what_it_has_spent_and_holds()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Reserved(30m, minimum: 0m, "a", "b", "c"));
        await firewall.SpendAsync(Of("a", 10m));
        await firewall.SpendAsync(Of("b", 6m));
        await using var held = await firewall.ReserveAsync(Of("b", 1m));

        var state = await firewall.Quotas.ReallocateAsync(PoolId, [Team("a")]);

        AmountOf(state, "b").Should().BeGreaterThanOrEqualTo(7m);
        AmountOf(state, "c").Should().Be(0m);
        Amounts(state).Sum().Should().Be(30m);
    }

    [Fact]
    public async Task What_nobody_in_need_may_have_stays_with_the_others()
    {
        var firewall = Firewall();
        var pool = Reserved(30m, minimum: 0m, "a", "b", "c");
        await firewall.Quotas.AllocateAsync(pool with { Members = [pool.Members[0] with { Maximum = 12m }, pool.Members[1], pool.Members[2]] });
        await firewall.SpendAsync(Of("a", 10m));

        var state = await firewall.Quotas.ReallocateAsync(PoolId);

        Amounts(state).Should().Equal(12m, 9m, 9m);
    }

    [Fact]
    public async Task Without_anybody_in_need_nothing_is_moved()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Reserved(30m, minimum: 4m, "a", "b", "c"));
        await firewall.SpendAsync(Of("a", 8m));

        Amounts(await firewall.Quotas.ReallocateAsync(PoolId)).Should().Equal(10m, 10m, 10m);
    }

    [Fact]
    public async Task Strangers_and_strategies_that_do_not_borrow_are_refused_by_name()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Reserved(30m, minimum: 4m, "a", "b"));
        await firewall.Quotas.AllocateAsync(Pool(30m, "c") with { Id = "fair" });

        await FluentActions.Awaiting(async () => await firewall.Quotas.ReallocateAsync(PoolId, [Team("z")])).Should().ThrowExactlyAsync<ArgumentException>().WithMessage("*project=z*no member*");
        await FluentActions.Awaiting(async () => await firewall.Quotas.ReallocateAsync("fair")).Should().ThrowExactlyAsync<ArgumentException>().WithMessage("*FairShare*nobody borrows*");
        (await firewall.Quotas.ReallocateAsync("none")).Should().BeNull();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    public async Task A_division_that_ends_at_any_call_to_the_store_gives_nothing_away_twice_and_is_finished_by_another_process(int calls)
    {
        await Firewall().Quotas.AllocateAsync(Reserved(30m, minimum: 4m, "a", "b", "c"));
        var (dying, chaos) = Harness.CreateFragileFirewall(_ => { });
        await Firewall().SpendAsync(Of("a", 10m));
        var left = calls;
        // The last call that reaches the store is done there, and its answer is lost.
        chaos.Strike(_ => left-- switch { > 0 => null, 0 => StoreFault.AnswerLost, _ => StoreFault.NotReached });

        await TryAsync(async () => await dying.Quotas.ReallocateAsync(PoolId));

        var other = Firewall();
        (await other.Budgets.ListAsync()).Sum(budget => budget.Limit).Should().BeLessThanOrEqualTo(30m);
        Amounts(await other.Quotas.GetAsync(PoolId)).Sum().Should().Be(30m);
        Amounts(await other.Quotas.ReallocateAsync(PoolId)).Should().Equal(22m, 4m, 4m);
        (await other.Budgets.ListAsync()).Select(budget => budget.Limit).Should().Equal(22m, 4m, 4m);
    }

    [Fact]
    public async Task Reservations_that_race_a_division_never_get_more_than_the_pool_together()
    {
        var processes = Processes(4);
        string[] teams = ["a", "b", "c"];
        await processes[0].Quotas.AllocateAsync(Reserved(60m, minimum: 5m, teams));
        var granted = 0;

        await Together.DoAsync(Harness.Scaled(600), threads: 6, async i =>
        {
            if (i % 50 == 0)
                await processes[i / 50 % 4].Quotas.ReallocateAsync(PoolId, [Team(teams[i / 50 % 3])]);
            else if (i % 75 == 7)
                await processes[1].Quotas.UpdateAsync(Reserved(60m, minimum: 5 + (i % 4), i % 2 == 0 ? ["a", "b", "c"] : ["a", "b", "c", "d"]));
            else if ((await processes[i % 4].TryReserveAsync(Of(teams[i % 3], 0.5m))).IsGranted)
                Interlocked.Increment(ref granted);
        });

        (granted * 0.5m).Should().BeLessThanOrEqualTo(60m);
        var state = await processes[0].Quotas.GetAsync(PoolId);
        Amounts(state).Sum().Should().BeLessThanOrEqualTo(60m);
        (await processes[0].Budgets.ListAsync()).Where(budget => budget.IsActive).Sum(budget => budget.Limit).Should().Be(Amounts(state).Sum());
    }

    private static QuotaMember Member(string team, decimal weight) => new() { Scope = Team(team), Weight = weight };
}
