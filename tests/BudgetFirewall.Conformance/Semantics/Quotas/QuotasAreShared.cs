namespace BudgetFirewall.Conformance;

/// <summary>A pool is divided among its members as budgets of their own.</summary>
public abstract class QuotasAreShared<THarness> : PooledTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task Each_member_may_spend_its_share_and_no_more_in_every_process()
    {
        var processes = Processes(2);

        var state = await processes[0].Quotas.AllocateAsync(Pool(30m, "a", "b", "c"));

        Amounts(state).Should().Equal(10m, 10m, 10m);
        (await processes[1].TrySpendAsync(Of("a", 10m))).IsAllowed.Should().BeTrue();
        (await processes[1].TrySpendAsync(Of("a", Nano))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        (await processes[0].TrySpendAsync(Of("b", 10m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task What_is_held_counts_against_the_share()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b", "c"));

        await using var reservation = await firewall.ReserveAsync(Of("a", 7m));

        (await firewall.TrySpendAsync(Of("a", 4m))).IsAllowed.Should().BeFalse();
        (await firewall.TrySpendAsync(Of("a", 3m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task A_pool_is_read_and_listed_as_it_was_given()
    {
        var processes = Processes(2);
        var pool = Pool(30m, "a", "b") with
        {
            Unit = Record,
            TimeZone = "Europe/Berlin",
            Strategy = QuotaStrategy.Dynamic,
            Dynamics = new() { Floor = 0.2m, Ceiling = 0.7m, Smoothing = 0.9m },
            Rollover = new() { Fraction = 0.5m, Cap = 7m },
            WarnAt = [0.5m],
            Enforcement = Enforcement.Soft,
            Providers = [Provider],
            Models = ["m"],
            Operations = ["o"],
            Members = [new() { Scope = Team("a"), Weight = 2.5m, Minimum = 3m, Maximum = 20m }, new() { Scope = BudgetScope.Of("kind:of", "hostile {} \n id") }],
        };
        await processes[0].Quotas.AllocateAsync(pool);
        await processes[0].Quotas.AllocateAsync(Pool(1m, "x") with { Id = "another" });

        (await processes[1].Quotas.GetAsync(PoolId))!.Pool.Should().Be(pool);
        (await processes[1].Quotas.ListAsync()).Select(state => state.Pool.Id).Should().Equal("another", PoolId);
        (await processes[1].Quotas.ListAsync(1)).Select(state => state.Pool.Id).Should().Equal("another");
        (await processes[1].Quotas.ListAsync(1, "another")).Select(state => state.Pool.Id).Should().Equal(PoolId);
        (await processes[1].Quotas.GetAsync("none")).Should().BeNull();
    }

    [Fact]
    public async Task The_same_pool_again_changes_nothing_and_another_of_its_id_is_refused()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"));
        await firewall.SpendAsync(Of("a", 9m));

        Amounts(await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"))).Should().Equal(15m, 15m);
        (await firewall.Quotas.AllocateAsync(Pool(40m, "a", "b"))).Should().BeNull();
        (await RemainingAsync(firewall, "a")).Should().Be(6m);
    }

    [Fact]
    public async Task Two_processes_that_allocate_the_same_pool_at_once_make_one()
    {
        var processes = Processes(4);

        var states = await Together.DoAsync(8, threads: 4, i => processes[i % 4].Quotas.AllocateAsync(Pool(30m, "a", "b", "c")));

        states.Should().OnlyContain(state => state != null && state.Allocations.Sum(share => share.Amount) == 30m);
        (await processes[0].Budgets.ListAsync()).Should().HaveCount(3).And.OnlyContain(budget => budget.PoolId == PoolId && budget.Limit == 10m);
    }

    [Fact]
    public async Task Warnings_fire_at_four_fifths_and_nine_tenths_of_a_share()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b", "c"));

        var first = await firewall.ChargeAsync(Of("a", 8m));
        var second = await firewall.ChargeAsync(Of("a", 1m));

        first.Warnings.Select(warning => warning.Threshold).Should().Equal(0.8m);
        second.Warnings.Select(warning => warning.Threshold).Should().Equal(0.9m);
    }

    [Fact]
    public async Task Units_are_divided_as_whole_ones()
    {
        var firewall = Firewall();

        var state = await firewall.Quotas.AllocateAsync(Pool(10m, "a", "b", "c") with { Unit = Record });

        Amounts(state).Should().Equal(4m, 3m, 3m);
    }

    [Fact]
    public async Task The_budgets_of_a_pool_are_nobody_elses_to_change()
    {
        var firewall = Firewall();
        var state = await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b", "c"));
        var budget = (await firewall.Budgets.ListAsync())[0];

        budget.Id.Should().Be(state!.BudgetIdOf(Team("a")));
        foreach (var attempt in new Func<Task>[]
        {
            async () => await firewall.Budgets.SetAsync(budget with { Limit = 1_000m }),
            async () => await firewall.Budgets.SetManyAsync([budget with { PoolId = null }]),
            async () => await firewall.Budgets.AddAsync(new Budget { Scope = Team("z"), Limit = 1m, PoolId = PoolId }),
            async () => await firewall.Budgets.RemoveAsync(budget.Id),
            async () => await firewall.Budgets.ResetAsync(budget.Id, Team("a")),
        })
            await FluentActions.Awaiting(attempt).Should().ThrowExactlyAsync<ArgumentException>().WithMessage("*pool*");
        (await firewall.Budgets.ListAsync()).Should().HaveCount(3).And.OnlyContain(found => found.Limit == 10m);
    }

    [Fact]
    public async Task A_member_that_another_budget_counts_already_is_refused_by_name_and_nothing_is_changed()
    {
        var firewall = Firewall(Limit(Team("b"), 5m));
        await firewall.Budgets.SetAsync(Limit(Team("c"), 5m));

        await FluentActions.Awaiting(async () => await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"))).Should().ThrowExactlyAsync<ArgumentException>().WithMessage("*project=b*'teams'*project=b/day*");
        await FluentActions.Awaiting(async () => await firewall.Quotas.AllocateAsync(Pool(30m, "a", "c"))).Should().ThrowExactlyAsync<ArgumentException>().WithMessage("*project=c*");
        await firewall.Quotas.AllocateAsync(Pool(30m, "a"));
        await FluentActions.Awaiting(async () => await firewall.Quotas.AllocateAsync(Pool(30m, "a", "d") with { Id = "other" })).Should().ThrowExactlyAsync<ArgumentException>().WithMessage("*project=a*'other'*");

        (await firewall.Quotas.ListAsync()).Should().ContainSingle();
        (await firewall.Budgets.ListAsync()).Should().HaveCount(3);
    }

    [Fact]
    public async Task Many_pools_are_checked_before_the_first_is_made()
    {
        var firewall = Firewall();

        await FluentActions.Awaiting(async () => await firewall.Quotas.AllocateManyAsync([Pool(30m, "a"), Pool(30m, "a") with { Id = "other" }]))
            .Should().ThrowExactlyAsync<ArgumentException>().WithMessage("*project=a*'other'*'teams'*");
        await FluentActions.Awaiting(async () => await firewall.Quotas.AllocateManyAsync([Pool(30m, "a"), Pool(30m, "b")])).Should().ThrowExactlyAsync<ArgumentException>().WithMessage("*two pools*'teams'*");
        (await firewall.Quotas.ListAsync()).Should().BeEmpty();

        var states = await firewall.Quotas.AllocateManyAsync([Pool(30m, "a"), Pool(20m, "b") with { Id = "other" }]);

        states.Select(state => Amounts(state).Sum()).Should().Equal(30m, 20m);
    }

    [Fact]
    public async Task A_deleted_pool_limits_nobody_any_more()
    {
        var processes = Processes(2);
        await processes[0].Quotas.AllocateAsync(Pool(30m, "a", "b", "c"));
        await processes[1].SpendAsync(Of("a", 10m));

        (await processes[0].Quotas.DeleteAsync(PoolId)).Should().BeTrue();

        (await processes[1].TrySpendAsync(Of("a", 10m))).IsAllowed.Should().BeTrue();
        (await processes[0].Budgets.ListAsync()).Should().BeEmpty();
        (await processes[0].Quotas.GetAsync(PoolId)).Should().BeNull();
        (await processes[0].Quotas.DeleteAsync(PoolId)).Should().BeFalse();
        (await processes[0].Quotas.GetHistoryAsync(PoolId)).Should().BeNull();
    }

    [Fact]
    public async Task A_pool_that_is_made_again_goes_on_from_what_was_spent()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b", "c"));
        await firewall.SpendAsync(Of("a", 4m));
        await firewall.Quotas.DeleteAsync(PoolId);

        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b", "c"));

        (await RemainingAsync(firewall, "a")).Should().Be(6m);
    }

    [Fact]
    public async Task Allowances_for_members_come_out_of_what_nobody_has_once_for_each_operation()
    {
        var processes = Processes(2);
        var pool = Pool(30m, "a", "b");
        var state = await processes[0].Quotas.AllocateAsync(pool with { Members = [.. pool.Members.Select(member => member with { Maximum = 10m })] });
        var allowance = new BudgetAllowance { BudgetId = state!.BudgetIdOf(Team("a")), Scope = Team("a"), Amount = 6m, Reason = "demo on Friday", OperationId = "demo" };

        await processes[0].Budgets.GrantAsync(allowance);
        await processes[1].Budgets.GrantAsync(allowance);

        (await processes[1].Quotas.GetAsync(PoolId))!.Undivided.Should().Be(4m);
        (await processes[1].TrySpendAsync(Of("a", 16m))).IsAllowed.Should().BeTrue();
        await FluentActions.Awaiting(async () => await processes[1].Budgets.GrantAsync(allowance with { Amount = 5m, OperationId = "more" }))
            .Should().ThrowExactlyAsync<ArgumentOutOfRangeException>().WithMessage("*'teams' has 4 that nobody has*");
        (await processes[1].TrySpendAsync(Of("a", Nano))).IsAllowed.Should().BeFalse();
        Amounts(await processes[0].Quotas.UpdateAsync(Pool(30m, "a", "b"))).Sum().Should().Be(24m);
    }

    [Fact]
    public async Task Partitions_have_pools_of_their_own()
    {
        var firewall = Firewall(options => options.PartitionBy = "tenant");
        BudgetRequest In(string tenant) => Of("a", 10m) with { Dimensions = new Dictionary<string, string> { ["tenant"] = tenant } };

        await firewall.Quotas.AllocateAsync(Pool(10m, "a"), "acme");

        (await firewall.TrySpendAsync(In("acme"))).IsAllowed.Should().BeTrue();
        (await firewall.TrySpendAsync(In("acme"))).IsAllowed.Should().BeFalse();
        (await firewall.TrySpendAsync(In("other"))).IsAllowed.Should().BeTrue();
        (await firewall.Quotas.GetAsync(PoolId, "other")).Should().BeNull();
        await FluentActions.Awaiting(async () => await firewall.Quotas.GetAsync(PoolId)).Should().ThrowExactlyAsync<ArgumentException>();
    }

    [Fact]
    public async Task A_thousand_members_are_set_in_parts_and_add_up_to_the_pool()
    {
        var firewall = Firewall();
        string[] teams = [.. Enumerable.Range(0, 1_000).Select(i => $"team-{i:0000}")];

        var state = await firewall.Quotas.AllocateAsync(Pool(7_777.777777777m, teams));

        Amounts(state).Sum().Should().Be(7_777.777777777m);
        (await firewall.Budgets.ListAsync()).Sum(budget => budget.Limit).Should().Be(7_777.777777777m);
    }
}
