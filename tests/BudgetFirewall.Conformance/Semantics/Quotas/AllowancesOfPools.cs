namespace BudgetFirewall.Conformance;

/// <summary>Allowances and approvals for members of a pool come out of what nobody has: never more than that together, whoever gives them and whenever.</summary>
public abstract class AllowancesOfPools<THarness> : PooledTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task The_same_operation_id_of_two_callers_is_two_operations_that_both_take_from_the_rest()
    {
        var firewall = Firewall();
        var state = await firewall.Quotas.AllocateAsync(Capped());
        await firewall.Budgets.GrantAsync(Allowance(state!, "a", 6m, "demo") with { OperationScope = "alice" });

        await FluentActions.Awaiting(async () => await firewall.Budgets.GrantAsync(Allowance(state!, "b", 6m, "demo") with { OperationScope = "bob" }))
            .Should().ThrowExactlyAsync<ArgumentOutOfRangeException>().WithMessage("*'teams' has 4 that nobody has*");
        await firewall.Budgets.GrantAsync(Allowance(state!, "b", 4m, "demo") with { OperationScope = "bob" });

        (await firewall.Quotas.GetAsync(PoolId))!.Undivided.Should().Be(0m);
        (await RemainingAsync(firewall, "a") + await RemainingAsync(firewall, "b")).Should().Be(30m);
    }

    [Fact]
    public async Task An_operation_is_not_forgotten_before_the_period_that_it_took_from()
    {
        var firewall = Firewall(options => options.OperationIdRetention = TimeSpan.FromMinutes(1));
        await MoveToNextDayAsync();
        var state = await firewall.Quotas.AllocateAsync(Capped());
        await firewall.Budgets.GrantAsync(Allowance(state!, "a", 6m, "demo"));
        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now).AddHours(-2));

        (await firewall.Budgets.GrantAsync(Allowance(state!, "a", 6m, "demo"))).IsReplay.Should().BeTrue();

        (await RemainingAsync(firewall, "a")).Should().Be(16m);
        (await firewall.Quotas.GetAsync(PoolId))!.Undivided.Should().Be(4m);
    }

    [Fact]
    public async Task Another_amount_under_the_id_of_an_allowance_that_was_begun_is_a_conflict()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(_ => { });
        var state = await firewall.Quotas.AllocateAsync(Capped());
        chaos.Strike(StoreCalls.Allowance, StoreFault.NotReached);
        await TryAsync(async () => await firewall.Budgets.GrantAsync(Allowance(state!, "a", 1m, "demo")));
        chaos.Heal();

        await FluentActions.Awaiting(async () => await firewall.Budgets.GrantAsync(Allowance(state!, "a", 10m, "demo"))).Should().ThrowExactlyAsync<OperationConflictException>();

        (await RemainingAsync(firewall, "a") + await RemainingAsync(firewall, "b") + (await firewall.Quotas.GetAsync(PoolId))!.Undivided).Should().BeLessThanOrEqualTo(30m);
        await firewall.Budgets.GrantAsync(Allowance(state!, "a", 1m, "demo"));
        (await RemainingAsync(firewall, "a")).Should().Be(11m);
        (await firewall.Quotas.GetAsync(PoolId))!.Undivided.Should().Be(9m);
    }

    [Fact]
    public async Task What_is_taken_of_a_period_that_ends_meanwhile_is_not_given_in_the_next()
    {
        MeddlingStore? store = null;
        var firewall = Harness.CreateFirewallOn(inner => store = new(inner), _ => { });
        var state = await firewall.Quotas.AllocateAsync(Capped());
        store!.BeforeGrant = MoveToNextDayAsync;

        await firewall.Budgets.GrantAsync(Allowance(state!, "a", 6m, "demo"));

        (await RemainingAsync(firewall, "a")).Should().Be(16m);
        (await firewall.Quotas.GetAsync(PoolId))!.Undivided.Should().Be(4m);
    }

    [Fact]
    public async Task What_is_approved_for_members_comes_out_of_what_nobody_has()
    {
        var processes = Processes(2);
        await processes[0].Quotas.AllocateAsync(Capped() with { Enforcement = Enforcement.Escalate });
        var ids = new List<string>();
        foreach (var team in new[] { "a", "b" })
        {
            await processes[1].SpendAsync(Of(team, 10m));
            ids.Add((await processes[1].TrySpendAsync(Of(team, 5m))).ApprovalIds.Single());
        }

        await processes[0].Approvals.ApproveAsync(ids[0], 6m);

        await FluentActions.Awaiting(async () => await processes[1].Approvals.ApproveAsync(ids[1], 5m)).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>().WithMessage("*'teams' has 4 that nobody has*");
        await processes[1].Approvals.ApproveAsync(ids[1], 4m);
        (await RemainingAsync(processes[0], "a") + await RemainingAsync(processes[0], "b")).Should().Be(10m);
    }

    [Fact]
    public async Task What_was_asked_for_by_a_budget_of_before_comes_out_of_the_pool_too()
    {
        var firewall = Firewall();
        await firewall.Budgets.SetAsync(Limit(Team("a"), 5m) with { Id = "own", Enforcement = Enforcement.Escalate });
        var id = (await firewall.TrySpendAsync(Of("a", 6m))).ApprovalIds.Single();
        await firewall.Budgets.RemoveAsync("own");
        await firewall.Quotas.AllocateAsync(Capped());

        await FluentActions.Awaiting(async () => await firewall.Approvals.ApproveAsync(id, 1_000m)).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>().WithMessage("*'teams' has 10 that nobody has*");
        await firewall.Approvals.ApproveAsync(id, 7m);

        (await RemainingAsync(firewall, "a")).Should().Be(17m);
        (await firewall.Quotas.GetAsync(PoolId))!.Undivided.Should().Be(3m);
    }

    [Fact]
    public async Task The_counter_of_a_member_is_not_reset_by_a_budget_that_it_takes_the_place_of()
    {
        var each = Limit(BudgetScope.Each("project"), 5m);
        var firewall = Firewall(each);
        await firewall.Budgets.SetAsync(Limit(Team("a"), 5m) with { Id = "off", IsActive = false });
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"));
        await firewall.SpendAsync(Of("a", 15m));

        foreach (var id in new[] { each.Id, "off" })
            await FluentActions.Awaiting(async () => await firewall.Budgets.ResetAsync(id, Team("a"))).Should().ThrowExactlyAsync<ArgumentException>().WithMessage("*pool 'teams'*");

        (await firewall.TrySpendAsync(Of("a", Nano))).IsAllowed.Should().BeFalse();
        await firewall.SpendAsync(Of("z", 5m));
        await firewall.Budgets.ResetAsync(each.Id, Team("z"));
        (await firewall.TrySpendAsync(Of("z", 5m))).IsAllowed.Should().BeTrue();
    }

    /// <summary>A pool of 30 whose two members have 10 each, so that nobody has 10.</summary>
    private static QuotaPool Capped() => Pool(30m, "a", "b") with { Members = [new() { Scope = Team("a"), Maximum = 10m }, new() { Scope = Team("b"), Maximum = 10m }] };

    private static BudgetAllowance Allowance(QuotaState state, string team, decimal amount, string operationId) =>
        new() { BudgetId = state.BudgetIdOf(Team(team)), Scope = Team(team), Amount = amount, Reason = "demo on Friday", OperationId = operationId };
}
