namespace BudgetFirewall.Conformance;

/// <summary>P2: a decision covers every budget and rate limit of a request in one step; a denied request changes nothing.</summary>
public abstract class P2AllOrNothing<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_full_project_denies_naming_itself_and_leaves_the_user_identical()
    {
        var firewall = Firewall(AliceLimit(1.0m), Limit(SearchScope, 0.3m));
        await firewall.SpendAsync(Call(0.3m, user: null, project: Search));
        var before = await firewall.AmountsAsync(AliceScope);

        var decision = await firewall.TryReserveAsync(Call(0.1m, project: Search));

        decision.Decision.Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        decision.Decision.DeniedByBudgets.Should().ContainSingle().Which.Scope.Should().Be(SearchScope);
        decision.Decision.Budgets.Count.Should().Be(2);
        (await firewall.AmountsAsync(AliceScope)).Should().Be(before);
        before.Should().Be((0m, 0m));
    }

    [Fact]
    public async Task Of_five_budgets_the_third_full_leaves_the_other_four_untouched_over_a_thousand_calls()
    {
        var tenant = BudgetScope.Of("tenant", "acme");
        BudgetScope[] scopes = [BudgetScope.Global, ProviderScope, SearchScope, AliceScope, tenant];
        var firewall = Firewall([.. scopes.Select(scope => Limit(scope, scope == SearchScope ? 1m : 100m))]);
        var request = Call(0.25m, project: Search) with { Dimensions = new Dictionary<string, string> { ["tenant"] = "acme" } };
        for (var i = 0; i < 2; i++)
        {
            await firewall.SpendAsync(request);
            await firewall.ReserveAsync(request);
        }
        var before = await AllAmountsAsync(firewall, scopes);

        for (var i = 0; i < Harness.Scaled(1_000); i++)
            (await DenyAsync(firewall, request, i)).DeniedByBudgets.Should().ContainSingle().Which.Scope.Should().Be(SearchScope);

        (await AllAmountsAsync(firewall, scopes)).Should().Equal(before);
        before[0].Should().Be((0.5m, 0.5m));
    }

    [Fact]
    public async Task The_bucket_is_untouched_when_a_budget_denies()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(1m));
            options.RateLimits.Add(Rate(AliceScope, capacity: 10));
        });

        for (var i = 0; i < 9; i++)
            (await DenyAsync(firewall, Call(1.1m), i)).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);

        (await firewall.LevelAsync(AliceScope)).Should().Be(10m);
    }

    [Fact]
    public async Task The_budgets_are_untouched_when_a_bucket_denies()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.AddRange([AliceLimit(10m), Limit(BudgetScope.Global, 10m)]);
            options.RateLimits.Add(Rate(AliceScope, capacity: 1));
        });
        await firewall.SpendAsync(Call(1m));

        for (var i = 0; i < 9; i++)
            (await DenyAsync(firewall, Call(1m), i)).Outcome.Should().Be(DecisionOutcome.RateLimited);

        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
        await firewall.AssertStandsAtAsync(BudgetScope.Global, spent: 1m);
        (await firewall.LevelAsync(AliceScope)).Should().Be(0m);
    }

    [Fact]
    public async Task A_bucket_is_untouched_when_another_bucket_denies()
    {
        var firewall = Firewall(options => options.RateLimits.AddRange([Rate(AliceScope, capacity: 5), Rate(SearchScope, capacity: 2)]));

        var decision = await firewall.TryReserveAsync(Call(0m, project: Search) with { Permits = 3 });

        decision.Decision.DeniedByRateLimits.Should().ContainSingle().Which.Scope.Should().Be(SearchScope);
        (await firewall.LevelAsync(AliceScope)).Should().Be(5m);
        (await firewall.LevelAsync(SearchScope)).Should().Be(2m);
    }

    [Fact]
    public async Task Concurrent_decisions_over_two_scopes_leave_both_with_the_same_total()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 12m), Limit(SearchScope, 50m));

        await Together.DoAsync(Harness.Scaled(2_000), threads: 8, i => firewall.TryReserveAsync(Call(1m, $"user-{i % 5}", Search)));

        var ofUsers = 0m;
        for (var i = 0; i < 5; i++)
            ofUsers += await firewall.HeldAsync(BudgetScope.User($"user-{i}"));
        ofUsers.Should().Be(50m);
        await firewall.AssertStandsAtAsync(SearchScope, spent: 0, held: 50m);
    }

    [Fact]
    public async Task A_total_beyond_64_bits_in_one_scope_writes_in_none()
    {
        var firewall = Firewall(options =>
        {
            options.MaxCost = 9_000_000_000m;
            options.Budgets.AddRange([Limit(BudgetScope.Global, 1m), Limit(SearchScope, 1m), AliceLimit(1m)]);
        });
        await firewall.ChargeAsync(Call(9_000_000_000m, user: null, project: Search));

        await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(300_000_000m, project: Search))).Should().ThrowExactlyAsync<BudgetOverflowException>();

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
        await firewall.AssertStandsAtAsync(SearchScope, spent: 9_000_000_000m);
        await firewall.AssertStandsAtAsync(BudgetScope.Global, spent: 9_000_000_000m);
    }

    [Fact]
    public async Task A_commit_beyond_64_bits_writes_nothing_and_leaves_the_reservation_open()
    {
        var firewall = Firewall(options =>
        {
            options.MaxCost = 9_000_000_000m;
            options.Budgets.AddRange([new Budget { Scope = AliceScope, Limit = 9_000_000_000m, Enforcement = Enforcement.Soft }, Limit(SearchScope, 5m)]);
        });
        var reservation = await firewall.ReserveAsync(Call(1m, project: Search));
        await firewall.ChargeAsync(Call(9_000_000_000m));

        await FluentActions.Awaiting(async () => await reservation.CommitAsync(300_000_000m)).Should().ThrowExactlyAsync<BudgetOverflowException>();

        await firewall.AssertStandsAtAsync(AliceScope, spent: 9_000_000_000m, held: 1m);
        await firewall.AssertStandsAtAsync(SearchScope, spent: 0, held: 1m);
        await reservation.CommitAsync(2m);
        await firewall.AssertStandsAtAsync(SearchScope, spent: 2m);
    }

    [Fact]
    public async Task A_denial_shows_every_budget_and_bucket_unchanged()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.AddRange([AliceLimit(10m), Limit(SearchScope, 1m)]);
            options.RateLimits.Add(Rate(AliceScope, capacity: 4));
        });
        await firewall.SpendAsync(Call(0.5m, project: Search));

        var decision = (await firewall.TryReserveAsync(Call(0.6m, project: Search))).Decision;

        (decision.Budgets.Of(AliceScope).Spent, decision.Budgets.Of(AliceScope).Held).Should().Be((0.5m, 0m));
        (decision.Budgets.Of(SearchScope).Spent, decision.Budgets.Of(SearchScope).Held).Should().Be((0.5m, 0m));
        decision.RateLimits.Should().ContainSingle().Which.Level.Should().Be(3m);
    }

    private static async ValueTask<BudgetDecision> DenyAsync(IBudgetFirewall firewall, BudgetRequest request, int i) => (i % 3) switch
    {
        0 => await firewall.TryCheckAsync(request),
        1 => await firewall.TrySpendAsync(request),
        _ => (await firewall.TryReserveAsync(request)).Decision,
    };

    private static async Task<List<(decimal, decimal)>> AllAmountsAsync(IBudgetFirewall firewall, BudgetScope[] scopes)
    {
        var amounts = new List<(decimal, decimal)>();
        foreach (var scope in scopes)
            amounts.Add(await firewall.AmountsAsync(scope));
        return amounts;
    }
}
