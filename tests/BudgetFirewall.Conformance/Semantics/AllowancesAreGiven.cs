namespace BudgetFirewall.Conformance;

/// <summary>Allowances are given and taken back exactly, once for each operation, for one period, and by every process alike.</summary>
public abstract class AllowancesAreGiven<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly Budget Ten = AliceLimit(10m);

    [Fact]
    public async Task Grants_add_up_in_every_process_and_say_what_they_have_made()
    {
        var processes = Processes(2, Ten);

        var first = await processes[0].Budgets.GrantAsync(Allowance(2.5m) with { Reason = "demo", By = "bob" });
        var second = await processes[1].Budgets.GrantAsync(Allowance(Nano));

        (first.Amount, first.Allowance, first.Reason, first.By, first.IsReplay, first.Partition).Should().Be((2.5m, 2.5m, "demo", "bob", false, null));
        first.Budget.Should().BeEquivalentTo(new { BudgetId = Ten.Id, Scope = AliceScope, Limit = 10m, Allowance = 2.5m, Spent = 0m, Remaining = 12.5m });
        AssertMoment(first.Budget.AsOf, second.Budget.AsOf);
        (second.Amount, second.Allowance).Should().Be((Nano, 2.5m + Nano));
        second.OperationId.Should().NotBe(first.OperationId).And.NotBeEmpty();
        (await processes[0].StateAsync(AliceScope)).Allowance.Should().Be(2.5m + Nano);
    }

    [Fact]
    public async Task What_is_neither_spent_nor_held_is_taken_back_and_the_rest_stays()
    {
        var firewall = Firewall(Ten);
        await GrantAsync(firewall, 8m);
        await firewall.SpendAsync(Call(11m));
        var reservation = await firewall.ReserveAsync(Call(3m));

        var part = await RevokeAsync(firewall, 1m);
        var rest = await RevokeAsync(firewall, 8m);
        var none = await RevokeAsync(firewall, 8m);

        (part.Amount, part.Allowance).Should().Be((-1m, 7m));
        (rest.Amount, rest.Allowance, rest.Budget.Remaining).Should().Be((-3m, 4m, 0m));
        (none.Amount, none.Allowance).Should().Be((0m, 4m));
        (await firewall.TrySpendAsync(Call(Nano))).IsAllowed.Should().BeFalse();
        await reservation.ReleaseAsync();
        (await RevokeAsync(firewall, 8m)).Should().BeEquivalentTo(new { Amount = -3m, Allowance = 1m });
    }

    [Fact]
    public async Task No_more_than_the_allowance_is_taken_back_however_much_remains()
    {
        var firewall = Firewall(Ten);
        (await RevokeAsync(firewall, 5m)).Should().BeEquivalentTo(new { Amount = 0m, Allowance = 0m });
        await GrantAsync(firewall, 2m);

        (await RevokeAsync(firewall, 5m)).Should().BeEquivalentTo(new { Amount = -2m, Allowance = 0m });
        (await firewall.StateAsync(AliceScope)).Remaining.Should().Be(10m);
    }

    [Fact]
    public async Task Nothing_is_taken_back_of_a_budget_that_is_overrun()
    {
        var firewall = Firewall(Ten);
        await GrantAsync(firewall, 5m);
        await firewall.ChargeAsync(Call(40m));

        (await RevokeAsync(firewall, 5m)).Should().BeEquivalentTo(new { Amount = 0m, Allowance = 5m });
    }

    [Fact]
    public async Task A_repetition_gets_the_first_answer_and_the_present_state()
    {
        var processes = Processes(2, Ten);
        var grant = Allowance(5m) with { OperationId = "grant-1", By = "bob" };
        await processes[0].Budgets.GrantAsync(grant);
        await processes[1].SpendAsync(Call(3m));
        await GrantAsync(processes[1], 1m);

        var again = await processes[1].Budgets.GrantAsync(grant with { Amount = 5.00m });

        (again.IsReplay, again.Amount, again.Allowance, again.OperationId, again.Budget.Spent).Should().Be((true, 5m, 6m, "grant-1", 3m));
        var revoke = Allowance(100m) with { OperationId = "revoke-1" };
        (await processes[0].Budgets.RevokeAsync(revoke)).Amount.Should().Be(-6m);
        await GrantAsync(processes[0], 2m);
        (await processes[1].Budgets.RevokeAsync(revoke)).Should().BeEquivalentTo(new { Amount = -6m, Allowance = 2m, IsReplay = true });
    }

    [Fact]
    public async Task A_change_whose_answer_the_client_of_the_store_has_asked_for_again_is_the_callers_first_and_is_told()
    {
        var observer = new RecordingObserver();
        var firewall = Harness.CreateFirewallOn(inner => new AnswersAreLost(inner), options => options.Budgets.Add(AliceLimit(1m)), observer);

        var change = await firewall.Budgets.GrantAsync(new() { BudgetId = "user=alice/day", Scope = AliceScope, Amount = 2m, Reason = "demo" });

        (change.IsReplay, change.Amount, change.Allowance).Should().Be((false, 2m, 2m));
        (await Eventually.HoldsAsync(() => !observer.Allowances.IsEmpty)).Should().BeTrue();
    }

    [Fact]
    public async Task The_same_id_with_other_content_is_a_conflict_and_changes_nothing()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 10m) with { Id = "users" }, Limit(BudgetScope.Each("user"), 90m, BudgetPeriod.Month) with { Id = "months" });
        var grant = Allowance(5m) with { BudgetId = "users", OperationId = "once" };
        await firewall.Budgets.GrantAsync(grant);

        BudgetAllowance[] others =
        [
            grant with { Amount = 5m + Nano }, grant with { Reason = "another" }, grant with { By = "bob" }, grant with { Scope = BudgetScope.User("bob") }, grant with { BudgetId = "months" },
        ];
        foreach (var other in others)
            (await firewall.Budgets.Awaiting(budgets => budgets.GrantAsync(other).AsTask()).Should().ThrowExactlyAsync<OperationConflictException>()).Which.OperationId.Should().Be("once");
        await firewall.Budgets.Awaiting(budgets => budgets.RevokeAsync(grant).AsTask()).Should().ThrowExactlyAsync<OperationConflictException>();

        (await firewall.StateAsync(AliceScope, "users")).Allowance.Should().Be(5m);
        (await firewall.StateAsync(AliceScope, "months")).Allowance.Should().Be(0m);
        (await firewall.StateAsync(BudgetScope.User("bob"), "users")).Allowance.Should().Be(0m);
    }

    [Fact]
    public async Task Ids_are_apart_from_those_of_other_operations_and_of_other_owners()
    {
        var firewall = Firewall(Ten);
        await firewall.SpendAsync(Call(1m, id: "same"));
        await firewall.CheckAsync(Call(1m, id: "same"));

        await firewall.Budgets.GrantAsync(Allowance(1m) with { OperationId = "same" });
        await firewall.Budgets.GrantAsync(Allowance(2m) with { OperationId = "same", OperationScope = "tenant" });
        var last = await firewall.Budgets.GrantAsync(Allowance(3m) with { OperationId = "same", OperationScope = "other" });

        last.Allowance.Should().Be(6m);
        (await firewall.SpendAsync(Call(1m, id: "same"))).IsReplay.Should().BeTrue();
    }

    [Fact]
    public async Task An_id_is_remembered_over_the_end_of_the_period_and_not_longer_than_its_retention()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Ten);
            options.OperationIdRetention = TimeSpan.FromHours(1);
        });
        var midnight = Calendar.NextMidnight(Harness.Now);
        await Harness.MoveToAsync(midnight - TimeSpan.FromMinutes(1));
        var grant = Allowance(5m) with { OperationId = "late" };
        await firewall.Budgets.GrantAsync(grant);

        await Harness.MoveToAsync(midnight + TimeSpan.FromMinutes(1));
        (await firewall.Budgets.GrantAsync(grant)).Should().BeEquivalentTo(new { IsReplay = true, Amount = 5m, Allowance = 0m });
        await Harness.MoveToAsync(midnight + TimeSpan.FromHours(2));
        (await firewall.Budgets.GrantAsync(grant)).Should().BeEquivalentTo(new { IsReplay = false, Amount = 5m, Allowance = 5m });
    }

    [Fact]
    public async Task Many_repetitions_at_once_give_it_once()
    {
        var processes = Processes(4, Ten);
        var grant = Allowance(5m) with { OperationId = "raced" };

        var answers = await Together.DoAsync(64, threads: 8, i => processes[i % 4].Budgets.GrantAsync(grant));

        answers.Count(answer => !answer.IsReplay).Should().Be(1);
        answers.Should().OnlyContain(answer => answer.Amount == 5m && answer.Allowance == 5m);
    }

    [Fact]
    public async Task It_ends_with_the_period()
    {
        var firewall = Firewall(Ten);
        var midnight = Calendar.NextMidnight(Harness.Now);
        await GrantAsync(firewall, 5m);
        await MoveJustBeforeAsync(midnight);
        (await firewall.StateAsync(AliceScope)).Allowance.Should().Be(5m);

        await Harness.MoveToAsync(midnight);

        (await firewall.StateAsync(AliceScope)).Allowance.Should().Be(0m);
        (await firewall.TrySpendAsync(Call(10m + Nano))).IsAllowed.Should().BeFalse();
        (await GrantAsync(firewall, 1m)).Allowance.Should().Be(1m);
    }

    [Fact]
    public async Task A_hold_taken_above_the_limit_is_committed_into_its_own_period_with_its_allowance()
    {
        var firewall = Firewall(Ten);
        var midnight = Calendar.NextMidnight(Harness.Now);
        await Harness.MoveToAsync(midnight - TimeSpan.FromMinutes(1));
        await GrantAsync(firewall, 5m);
        var reservation = await firewall.ReserveAsync(Call(14m));
        await Harness.MoveToAsync(midnight + TimeSpan.FromMinutes(1));

        var receipt = await reservation.CommitAsync(16m);

        receipt.Overrun.Should().Be(1m);
        receipt.Budgets.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Spent = 16m, Allowance = 5m, PeriodStart = (DateTimeOffset?)midnight.AddDays(-1) });
        (await firewall.StateAsync(AliceScope)).Should().BeEquivalentTo(new { Spent = 0m, Allowance = 0m });
    }

    [Fact]
    public async Task It_stays_when_the_budget_is_replaced_reloaded_or_reset()
    {
        var each = Limit(BudgetScope.Each("user"), 10m) with { Id = "users" };
        var firewall = Firewall(each);
        await GrantAsync(firewall, 5m, "users");
        await firewall.SpendAsync(Call(12m));

        await firewall.Budgets.SetAsync(each with { Limit = 20m, Name = "Users" });
        (await firewall.StateAsync(AliceScope)).Should().BeEquivalentTo(new { Limit = 20m, Allowance = 5m, Remaining = 13m });
        await firewall.Budgets.SetAsync(AliceLimit(1m) with { Id = "alice" });
        (await Firewall(each).StateAsync(AliceScope)).Should().BeEquivalentTo(new { BudgetId = "alice", Limit = 1m, Allowance = 5m, Remaining = 0m });
        await firewall.Budgets.ResetAsync("alice", AliceScope);
        (await firewall.StateAsync(AliceScope)).Should().BeEquivalentTo(new { Spent = 0m, Allowance = 5m, Remaining = 6m });
        await firewall.Budgets.RemoveAsync("alice");
        (await firewall.StateAsync(AliceScope)).Should().BeEquivalentTo(new { BudgetId = "users", Limit = 20m, Allowance = 5m });
    }

    [Fact]
    public async Task Without_a_period_it_ends_with_a_reset_and_not_before()
    {
        var endless = AliceLimit(10m, BudgetPeriod.None);
        var firewall = Firewall(endless);
        await GrantAsync(firewall, 5m, endless.Id);
        await firewall.SpendAsync(Call(12m));
        await Harness.AdvanceAsync(TimeSpan.FromDays(40));
        (await firewall.StateAsync(AliceScope)).Should().BeEquivalentTo(new { Spent = 12m, Allowance = 5m });

        await firewall.Budgets.ResetAsync(endless.Id, AliceScope);

        (await firewall.StateAsync(AliceScope)).Should().BeEquivalentTo(new { Spent = 0m, Allowance = 0m, Remaining = 10m });
    }

    [Fact]
    public async Task A_remembered_denial_ends_with_a_grant_by_the_same_process()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Ten);
            options.DenialCache = TimeSpan.FromSeconds(5);
        });
        await firewall.SpendAsync(Call(10m));
        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeFalse();
        (await firewall.TrySpendAsync(Call(1m))).IsFromCache.Should().BeTrue();

        await GrantAsync(firewall, 1m);

        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task Another_process_sees_a_grant_when_its_denial_cache_ends_at_the_latest()
    {
        void Configure(BudgetFirewallOptions options)
        {
            options.Budgets.Add(Ten);
            options.DenialCache = TimeSpan.FromSeconds(5);
        }
        var (remembering, granting) = (Firewall(Configure), Firewall(Configure));
        await remembering.SpendAsync(Call(10m));
        (await remembering.TrySpendAsync(Call(1m))).IsAllowed.Should().BeFalse();
        await GrantAsync(granting, 1m);

        await Harness.PassAsync(TimeSpan.FromSeconds(5));

        (await remembering.TrySpendAsync(Call(1m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task A_process_with_a_wrong_clock_gives_it_in_the_stores_period()
    {
        var midnight = Calendar.NextMidnight(Harness.Now);
        await Harness.MoveToAsync(midnight + TimeSpan.FromMinutes(10));
        var wrong = Harness.CreateFirewallWithClockOffBy(TimeSpan.FromHours(-1), options => options.Budgets.Add(Ten));
        var right = Firewall(Ten);

        await wrong.Budgets.GrantAsync(Allowance(5m) with { OperationId = "skewed" });

        (await right.StateAsync(AliceScope)).Allowance.Should().Be(5m);
        var another = Harness.CreateFirewallWithClockOffBy(TimeSpan.FromHours(-1), options => options.Budgets.Add(Ten));
        (await another.Budgets.GrantAsync(Allowance(5m) with { OperationId = "skewed" })).Should().BeEquivalentTo(new { IsReplay = true, Allowance = 5m });
    }

    [Fact]
    public async Task A_limit_by_the_hour_takes_back_by_the_limit_in_force()
    {
        var noon = Calendar.NextMidnight(Harness.Now).AddHours(12);
        await Harness.MoveToAsync(noon.AddHours(-1));
        var budget = Ten with { Schedule = [new() { From = new(12, 0), Until = new(18, 0), Limit = 4m }] };
        var firewall = Firewall(budget);
        await GrantAsync(firewall, 6m);
        await firewall.SpendAsync(Call(8m));

        await Harness.MoveToAsync(noon.AddMinutes(1));

        (await RevokeAsync(firewall, 6m)).Should().BeEquivalentTo(new { Amount = -2m, Allowance = 4m });
        (await firewall.TrySpendAsync(Call(Nano))).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task Partitions_have_allowances_of_their_own()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Ten);
            options.PartitionBy = "tenant";
        });

        var change = await firewall.Budgets.GrantAsync(Allowance(5m) with { OperationId = "same" }, "acme");
        await firewall.Budgets.GrantAsync(Allowance(1m) with { OperationId = "same" }, "globex");

        change.Partition.Should().Be("acme");
        (await firewall.StateAsync(AliceScope, partition: "acme")).Allowance.Should().Be(5m);
        (await firewall.StateAsync(AliceScope, partition: "globex")).Allowance.Should().Be(1m);
        await firewall.Budgets.Awaiting(budgets => budgets.GrantAsync(Allowance(5m)).AsTask()).Should().ThrowAsync<ArgumentException>();
    }

    private static ValueTask<AllowanceChange> GrantAsync(IBudgetFirewall firewall, decimal amount, string? budgetId = null) =>
        firewall.Budgets.GrantAsync(Allowance(amount, budgetId));

    private static ValueTask<AllowanceChange> RevokeAsync(IBudgetFirewall firewall, decimal amount, string? budgetId = null) =>
        firewall.Budgets.RevokeAsync(Allowance(amount, budgetId));

    private static BudgetAllowance Allowance(decimal amount, string? budgetId = null) => new() { BudgetId = budgetId ?? Ten.Id, Scope = AliceScope, Amount = amount, Reason = "a test" };
}
