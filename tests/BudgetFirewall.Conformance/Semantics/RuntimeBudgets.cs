namespace BudgetFirewall.Conformance;

/// <summary>Budgets changed at run time are seen by every process at its next decision.</summary>
public abstract class RuntimeBudgets<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_budget_set_by_one_process_is_enforced_by_another_at_its_next_decision()
    {
        var processes = Processes(2);
        (await processes[1].TrySpendAsync(Call(5m))).IsAllowed.Should().BeTrue();

        await processes[0].Budgets.SetAsync(AliceLimit(1m));

        (await processes[1].TrySpendAsync(Call(5m))).IsAllowed.Should().BeFalse();
        (await processes[1].TryReserveAsync(Call(5m))).IsGranted.Should().BeFalse();
        (await processes[1].TryCheckAsync(Call(5m))).IsAllowed.Should().BeFalse();
        await processes[1].AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task A_new_budget_starts_at_zero()
    {
        var firewall = Firewall();
        await firewall.ChargeAsync(Call(5m));

        await firewall.Budgets.SetAsync(AliceLimit(1m));

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task A_runtime_budget_replaces_the_configured_one_with_its_id_and_keeps_what_was_spent()
    {
        var processes = Processes(2, AliceLimit(1m));
        await processes[0].SpendAsync(Call(1m));

        await processes[0].Budgets.SetAsync(AliceLimit(3m));

        (await processes[1].StateAsync(AliceScope)).Limit.Should().Be(3m);
        (await processes[1].TrySpendAsync(Call(2m))).IsAllowed.Should().BeTrue();
        await processes[0].AssertStandsAtAsync(AliceScope, spent: 3m);
    }

    [Fact]
    public async Task Setting_a_budget_again_replaces_it()
    {
        var firewall = Firewall();
        await firewall.Budgets.SetAsync(AliceLimit(1m));
        await firewall.SpendAsync(Call(1m));

        await firewall.Budgets.SetAsync(AliceLimit(2m) with { Enforcement = Enforcement.Soft });

        var state = await firewall.StateAsync(AliceScope);
        (state.Limit, state.Spent, state.Enforcement).Should().Be((2m, 1m, Enforcement.Soft));
    }

    [Fact]
    public async Task Removing_a_runtime_budget_brings_the_configured_one_back()
    {
        var processes = Processes(2, AliceLimit(1m));
        await processes[0].Budgets.SetAsync(AliceLimit(9m));
        await processes[0].SpendAsync(Call(5m));

        (await processes[0].Budgets.RemoveAsync(AliceLimit(1m).Id)).Should().BeTrue();

        (await processes[1].StateAsync(AliceScope)).Limit.Should().Be(1m);
        (await processes[1].TrySpendAsync(Call(1m))).IsAllowed.Should().BeFalse();
        (await processes[0].Budgets.RemoveAsync(AliceLimit(1m).Id)).Should().BeFalse();
    }

    [Fact]
    public async Task An_inactive_runtime_budget_switches_the_configured_one_off_and_nothing_is_counted_meanwhile()
    {
        var firewall = Firewall(AliceLimit(1m));
        await firewall.SpendAsync(Call(0.5m));
        await firewall.Budgets.SetAsync(AliceLimit(1m) with { IsActive = false });

        (await firewall.SpendAsync(Call(5m))).Budgets.Should().BeEmpty();
        (await firewall.GetStatusAsync(AliceScope)).Budgets.Should().BeEmpty();

        await firewall.Budgets.RemoveAsync(AliceLimit(1m).Id);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.5m);
    }

    [Fact]
    public async Task A_runtime_budget_for_one_user_replaces_the_configured_Each_budget_for_that_user()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 1m));
        await firewall.SpendAsync(Call(1m));

        await firewall.Budgets.SetAsync(AliceLimit(4m));

        (await firewall.TrySpendAsync(Call(3m))).IsAllowed.Should().BeTrue();
        (await firewall.TrySpendAsync(Call(3m, "bob"))).IsAllowed.Should().BeFalse();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 4m);
    }

    [Fact]
    public async Task A_budget_that_would_count_what_another_active_one_counts_is_refused()
    {
        var firewall = Firewall(AliceLimit(1m));
        await firewall.Budgets.SetAsync(Limit(SearchScope, 1m) with { Id = "first" });

        await FluentActions.Awaiting(async () => await firewall.Budgets.SetAsync(AliceLimit(2m) with { Id = "second" })).Should().ThrowExactlyAsync<ArgumentException>();
        await FluentActions.Awaiting(async () => await firewall.Budgets.SetAsync(Limit(SearchScope, 2m) with { Id = "second" })).Should().ThrowExactlyAsync<ArgumentException>();
        await firewall.Budgets.SetAsync(AliceLimit(2m) with { Id = "second", IsActive = false });

        (await firewall.Budgets.ListAsync()).Count.Should().Be(3);
        (await firewall.StateAsync(AliceScope)).Limit.Should().Be(1m);
    }

    [Theory]
    [InlineData("9000000000.000000001", null)]
    [InlineData("0.0000000001", null)]
    [InlineData("0.0000001", Record)]
    public async Task A_limit_finer_or_larger_than_can_be_counted_is_refused(string limit, string? unit)
    {
        var firewall = Firewall();
        var budget = Limit(AliceScope, decimal.Parse(limit, System.Globalization.CultureInfo.InvariantCulture), unit: unit);

        await FluentActions.Awaiting(async () => await firewall.Budgets.SetAsync(budget)).Should().ThrowAsync<ArgumentException>();

        (await firewall.Budgets.ListAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task The_list_has_configured_and_runtime_budgets_inactive_ones_included_ordered_by_id()
    {
        var configured = Limit(BudgetScope.Global, 100m) with { Id = "m", Providers = ["a", "b"], WarnAt = [0.5m, 0.9m] };
        var off = Limit(SearchScope, 1m) with { Id = "z", IsActive = false };
        var firewall = Firewall(configured, off, AliceLimit(1m) with { Id = "b" });
        var added = Limit(BudgetScope.Each("tenant"), 5m, BudgetPeriod.Week, Record) with { Id = "a", Enforcement = Enforcement.Soft, Models = ["gpt"], Operations = ["x"] };
        await firewall.Budgets.SetAsync(added);
        await firewall.Budgets.SetAsync(AliceLimit(2m) with { Id = "b" });

        (await firewall.Budgets.ListAsync()).Should().Equal(added, AliceLimit(2m) with { Id = "b" }, configured, off);
    }

    [Fact]
    public async Task A_reset_sets_what_was_spent_to_zero_and_holds_stay()
    {
        var processes = Processes(2, AliceLimit(10m), AliceLimit(10m, BudgetPeriod.Month));
        await processes[0].SpendAsync(Call(4m));
        var reservation = await processes[0].ReserveAsync(Call(3m));

        await processes[1].Budgets.ResetAsync(AliceLimit(10m).Id, AliceScope);

        await processes[0].AssertStandsAtAsync(AliceScope, spent: 0, held: 3m, AliceLimit(10m).Id);
        await processes[0].AssertStandsAtAsync(AliceScope, spent: 4m, held: 3m, AliceLimit(10m, BudgetPeriod.Month).Id);
        await reservation.CommitAsync(2m);
        await processes[0].AssertStandsAtAsync(AliceScope, spent: 2m, held: 0, AliceLimit(10m).Id);
    }

    [Fact]
    public async Task A_reset_of_an_Each_budget_is_for_one_id_only()
    {
        var budget = Limit(BudgetScope.Each("user"), 10m);
        var firewall = Firewall(budget);
        await firewall.SpendAsync(Call(4m));
        await firewall.SpendAsync(Call(3m, "bob"));

        await firewall.Budgets.ResetAsync(budget.Id, AliceScope);

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
        await firewall.AssertStandsAtAsync(BudgetScope.User("bob"), spent: 3m);
    }

    [Fact]
    public async Task A_reset_of_what_is_no_budget_of_the_scope_is_refused()
    {
        var firewall = Firewall(AliceLimit(10m), Limit(BudgetScope.Each("user"), 10m, BudgetPeriod.Month));

        await FluentActions.Awaiting(async () => await firewall.Budgets.ResetAsync("none", AliceScope)).Should().ThrowExactlyAsync<ArgumentException>();
        await FluentActions.Awaiting(async () => await firewall.Budgets.ResetAsync(AliceLimit(10m).Id, BudgetScope.User("bob"))).Should().ThrowExactlyAsync<ArgumentException>();
        await FluentActions.Awaiting(async () => await firewall.Budgets.ResetAsync(AliceLimit(10m).Id, SearchScope)).Should().ThrowExactlyAsync<ArgumentException>();
        await FluentActions.Awaiting(async () => await firewall.Budgets.ResetAsync("each:user/month", BudgetScope.Each("user"))).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task Budgets_set_at_the_same_time_by_many_processes_are_all_kept()
    {
        var processes = Processes(4);

        await Together.DoAsync(40, threads: 8, i => processes[i % 4].Budgets.SetAsync(Limit(BudgetScope.User($"user-{i}"), i)));

        (await processes[0].Budgets.ListAsync()).Count.Should().Be(40);
        (await processes[3].StateAsync(BudgetScope.User("user-39"))).Limit.Should().Be(39m);
    }

    [Fact]
    public async Task Limits_raised_while_many_reserve_are_never_passed()
    {
        var firewall = Firewall(AliceLimit(10m));

        var granted = await Together.DoAsync(4_000, threads: 8, async i =>
        {
            if (i % 400 == 0)
                await firewall.Budgets.SetAsync(AliceLimit(10m + (i / 400)));
            return (await firewall.TryReserveAsync(Call(0.5m))).IsGranted;
        });

        (granted.Count(isGranted => isGranted) * 0.5m).Should().BeInRange(10m, 19m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: granted.Count(isGranted => isGranted) * 0.5m);
    }

    [Fact]
    public async Task Where_unbudgeted_requests_are_denied_a_budget_that_another_process_has_added_admits_them()
    {
        var processes = Enumerable.Range(0, 2).Select(_ => Firewall(options => options.UnbudgetedRequests = UnbudgetedRequests.Deny)).ToArray();
        (await processes[0].TrySpendAsync(Call(1m))).IsAllowed.Should().BeFalse();

        await processes[1].Budgets.SetAsync(AliceLimit(5m));

        (await processes[0].TrySpendAsync(Call(1m))).IsAllowed.Should().BeTrue();
        await processes[1].AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Fact]
    public async Task Every_member_of_a_budget_reaches_other_processes_and_tells_budgets_apart()
    {
        var processes = Processes(2);
        var usual = new Budget { Scope = AliceScope, Limit = 1m };
        var sample = new Budget
        {
            Scope = BudgetScope.User("bob"),
            Limit = 12.345678m,
            Period = BudgetPeriod.Quarter,
            TimeZone = "Asia/Tokyo",
            Schedule = [new() { Days = [DayOfWeek.Friday], From = new(8, 30), Until = new(17, 0), TimeZone = "Asia/Tokyo", Limit = 3.5m }],
            Unit = "records",
            Enforcement = Enforcement.Throttle,
            Throttle = new() { RatePerSecond = 0.25m, QueueLimit = 7.5m, MaxWait = TimeSpan.FromMilliseconds(1_500), Ceiling = 99.000001m },
            WarnAt = [0.5m, 0.75m],
            IsActive = false,
            Providers = ["openai"],
            Models = ["gpt"],
            Operations = ["chat"],
            Dimensions = new Dictionary<string, IReadOnlyList<string>> { ["tier"] = ["trial", "free"] },
            CountsRequestsWithoutModel = true,
            PriorityHeadroom = new Dictionary<string, decimal> { ["batch"] = 0.3m },
            Name = "Sample",
            Id = "sample",
        };

        await AssertMembersAsync(sample, usual, [nameof(sample.LimitFromUsage), nameof(sample.PoolId)]);
        var withRule = sample with { Schedule = [], LimitFromUsage = new() { Periods = 14, Percentile = 0.9m, Factor = 1.5m, Floor = 1m, Ceiling = 50m } };
        await AssertMembersAsync(withRule, usual, [nameof(sample.Schedule), nameof(sample.PoolId)]);

        async Task AssertMembersAsync(Budget sample, Budget usual, string[] except)
        {
            await processes[0].Budgets.SetAsync(sample);
            var read = (await processes[1].Budgets.ListAsync()).Should().ContainSingle().Subject;
            foreach (var member in typeof(Budget).GetProperties().Where(member => member.CanWrite && !except.Contains(member.Name)))
            {
                member.GetValue(sample).Should().NotBeEquivalentTo(member.GetValue(usual), options => options.ComparingRecordsByValue(), "the sample needs another {0} than usual", member.Name);
                member.GetValue(read).Should().BeEquivalentTo(member.GetValue(sample), options => options.ComparingRecordsByValue(), "the store keeps {0}", member.Name);
                var other = sample with { };
                member.SetValue(other, member.GetValue(usual));
                other.Should().NotBe(sample, "{0} tells budgets apart", member.Name);
            }
            read.Should().Be(sample);
        }
    }

    [Fact]
    public async Task The_status_of_a_scope_has_all_its_budgets_however_many_there_are()
    {
        var firewall = Firewall();
        Budget[] budgets = [.. Enumerable.Range(0, 300).Select(i => AliceLimit(1m) with { Providers = [$"p{i:000}"] })];
        await firewall.Budgets.SetManyAsync(budgets);
        await firewall.SpendAsync(Call(0.5m) with { Provider = "p299" });

        var status = await firewall.GetStatusAsync(AliceScope);

        status.Budgets.Select(state => state.BudgetId).Should().BeEquivalentTo(budgets.Select(budget => budget.Id));
        status.Budgets.Where(state => state.Spent > 0).Should().ContainSingle().Which.Should().Match<BudgetState>(state => state.BudgetId == budgets[299].Id && state.Spent == 0.5m);
    }
}
