namespace BudgetFirewall.Conformance;

/// <summary>All budgets that match apply; one for an id replaces the Each budget of the same kind, period, unit and filters for that id.</summary>
public abstract class MostSpecificWins<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task Every_budget_that_matches_is_checked_on_its_own()
    {
        var firewall = Firewall(AliceLimit(10m), AliceLimit(3m, BudgetPeriod.Month), Limit(SearchScope, 5m), Limit(BudgetScope.Global, 100m), Limit(BudgetScope.User("bob"), 0m));
        await firewall.SpendAsync(Call(2m, project: Search));

        var decision = await firewall.TrySpendAsync(Call(1.5m, project: Search));

        decision.Budgets.Count.Should().Be(4);
        decision.DeniedByBudgets.Should().ContainSingle().Which.Period.Should().Be(BudgetPeriod.Month);
    }

    [Fact]
    public async Task A_budget_for_one_user_replaces_the_Each_budget_for_that_user_only()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 1m), AliceLimit(5m));

        (await firewall.TrySpendAsync(Call(4m))).IsAllowed.Should().BeTrue();
        (await firewall.TrySpendAsync(Call(4m, "bob"))).IsAllowed.Should().BeFalse();
        (await firewall.StateAsync(AliceScope)).Limit.Should().Be(5m);
        (await firewall.StateAsync(BudgetScope.User("bob"))).Limit.Should().Be(1m);
    }

    [Fact]
    public async Task A_budget_for_one_user_may_also_be_stricter()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 5m), AliceLimit(0m));

        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeFalse();
        (await firewall.TrySpendAsync(Call(1m, "bob"))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task Another_period_unit_or_filter_replaces_nothing()
    {
        var firewall = Firewall(
            Limit(BudgetScope.Each("user"), 1m),
            AliceLimit(50m, BudgetPeriod.Month),
            Limit(AliceScope, 50m, unit: Record),
            AliceLimit(50m) with { Operations = ["request"] });

        var decision = await firewall.TrySpendAsync(Call(2m) with { Usage = Records(1) });

        decision.Budgets.Count.Should().Be(4);
        decision.DeniedByBudgets.Should().ContainSingle().Which.Limit.Should().Be(1m);
    }

    [Fact]
    public async Task Hard_and_soft_do_not_matter_to_which_replaces_which()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 1m), AliceLimit(1m) with { Enforcement = Enforcement.Soft });

        (await firewall.TrySpendAsync(Call(9m))).IsAllowed.Should().BeTrue();
        (await firewall.TrySpendAsync(Call(9m, "bob"))).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task An_inactive_budget_neither_counts_denies_nor_replaces()
    {
        var inactive = AliceLimit(0m) with { IsActive = false };
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 5m), inactive, Limit(SearchScope, 0m) with { IsActive = false });

        var decision = await firewall.SpendAsync(Call(4m, project: Search));

        decision.Budgets.Should().ContainSingle().Which.Limit.Should().Be(5m);
        (await firewall.GetStatusAsync(SearchScope)).Budgets.Should().BeEmpty();
        (await firewall.TrySpendAsync(Call(2m))).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task Giving_one_user_a_budget_of_their_own_keeps_what_was_spent_and_held()
    {
        var before = Firewall(Limit(BudgetScope.Each("user"), 10m));
        var after = Firewall(Limit(BudgetScope.Each("user"), 10m), AliceLimit(3m) with { Id = "alice's own" });
        await before.SpendAsync(Call(1m));
        await before.ReserveAsync(Call(0.5m));

        await after.AssertStandsAtAsync(AliceScope, spent: 1m, held: 0.5m);
        (await after.TrySpendAsync(Call(1.6m))).IsAllowed.Should().BeFalse();
        await after.SpendAsync(Call(1.5m));
        await before.AssertStandsAtAsync(AliceScope, spent: 2.5m, held: 0.5m);
    }

    [Fact]
    public async Task Raising_the_limit_renaming_or_softening_a_budget_keeps_what_was_spent()
    {
        var before = Firewall(AliceLimit(1m));
        var after = Firewall(AliceLimit(7m) with { Id = "renamed", Enforcement = Enforcement.Soft, WarnAt = [0.1m] });
        await before.SpendAsync(Call(1m));

        await after.AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Fact]
    public void Two_active_budgets_that_would_count_the_same_thing_are_an_error()
    {
        FluentActions.Invoking(() => Firewall(AliceLimit(1m), AliceLimit(2m) with { Id = "other" })).Should().Throw<Exception>();
        FluentActions.Invoking(() => Firewall(Limit(BudgetScope.Each("user"), 1m), Limit(BudgetScope.Each("user"), 2m) with { Id = "other" })).Should().Throw<Exception>();
        _ = Firewall(AliceLimit(1m), AliceLimit(2m) with { Id = "other", IsActive = false });
    }

    [Fact]
    public async Task A_budget_of_another_user_project_or_kind_does_not_concern_a_request()
    {
        var firewall = Firewall(Limit(BudgetScope.User("bob"), 0m), Limit(SearchScope, 0m), Limit(BudgetScope.Of("tenant", Alice), 0m), Limit(BudgetScope.Project(Alice), 0m));

        (await firewall.SpendAsync(Call(1m))).Budgets.Should().BeEmpty();
    }

    [Fact]
    public async Task A_request_without_a_user_is_counted_by_no_budget_for_users()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 1m), AliceLimit(1m), Limit(BudgetScope.Each("project"), 9m));

        var decision = await firewall.SpendAsync(Call(2m, user: null, project: Search));

        decision.Budgets.Should().ContainSingle().Which.Scope.Should().Be(SearchScope);
    }

    [Theory]
    [InlineData("day", "month")]
    [InlineData("month", "day")]
    public async Task Budgets_for_one_and_for_each_are_shown_in_the_order_of_their_periods(string ownName, string eachName)
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 9m, BudgetPeriod.Parse(eachName)), AliceLimit(9m, BudgetPeriod.Parse(ownName)));

        var decision = await firewall.SpendAsync(Call(1m));

        decision.Budgets.Select(state => state.Period).Should().Equal(BudgetPeriod.Day, BudgetPeriod.Month);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Budgets_of_one_scope_are_shown_by_period_in_whatever_order_they_were_given(bool isReversed)
    {
        Budget[] budgets = [Limit(BudgetScope.Each("user"), 9m), Limit(BudgetScope.Each("user"), 9m, BudgetPeriod.Month), AliceLimit(9m, BudgetPeriod.Hour), AliceLimit(9m, BudgetPeriod.Year)];
        var firewall = Firewall(isReversed ? [.. budgets.Reverse()] : budgets);

        (await firewall.SpendAsync(Call(1m))).Budgets.Select(state => state.Period).Should().Equal(BudgetPeriod.Hour, BudgetPeriod.Day, BudgetPeriod.Month, BudgetPeriod.Year);
        (await firewall.SpendAsync(Call(1m, "bob"))).Budgets.Select(state => state.Period).Should().Equal(BudgetPeriod.Day, BudgetPeriod.Month);
    }
}
