using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>What cannot be given is refused before anything is changed; what may have been given is repeated by its id.</summary>
public abstract class AllowancesAreRefused<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private const decimal Most = 9_000_000_000m;

    private static readonly Budget Ten = AliceLimit(10m);

    [Fact]
    public async Task What_cannot_be_given_is_a_clear_error_and_changes_nothing()
    {
        var tomorrow = Calendar.NextMidnight(Harness.Now);
        var once = AliceLimit(10m, BudgetPeriod.Once(tomorrow, tomorrow.AddDays(1))) with { Id = "later" };
        var each = Limit(BudgetScope.Each("user"), 7m, BudgetPeriod.Month) with { Id = "users" };
        var firewall = Firewall(Ten, once, each, Limit(AliceScope, 3m, BudgetPeriod.Month) with { Id = "own" }, Limit(AliceScope, 10m, BudgetPeriod.Week) with { Id = "off", IsActive = false });
        var before = await Harness.CaptureAsync();

        await RefusedAsync(firewall, Allowance(1m, "nowhere"), "There is no budget 'nowhere'.");
        await RefusedAsync(firewall, Allowance(1m, "off"), "The budget 'off' is not active, so that nothing is counted for it.");
        await RefusedAsync(firewall, Allowance(1m) with { Scope = BudgetScope.User("bob") }, $"The budget '{Ten.Id}' is about user=alice, not user=bob.");
        await RefusedAsync(firewall, Allowance(1m, "users"), "The budget 'own' takes the place of 'users' for user=alice.");
        await RefusedAsync(firewall, Allowance(1m, "later"), "The budget 'later' does not count at present");
        await RefusedAsync(firewall, Allowance(Nano / 10), "Amount must be a multiple of 0.000000001.");
        await RefusedAsync(firewall, Allowance(Most + Nano), "Amount must be from 0 to 9,000,000,000.");

        (await Harness.CaptureAsync()).Should().Equal(before);
        (await firewall.GetStatusAsync(AliceScope)).Budgets.Should().OnlyContain(state => state.Allowance == 0m);
    }

    [Fact]
    public async Task A_budget_of_one_span_has_an_allowance_within_it()
    {
        var tomorrow = Calendar.NextMidnight(Harness.Now);
        var firewall = Firewall(AliceLimit(10m, BudgetPeriod.Once(tomorrow, tomorrow.AddDays(1))) with { Id = "once" });
        await Harness.MoveToAsync(tomorrow);

        (await GrantAsync(firewall, 5m, "once")).Allowance.Should().Be(5m);
        (await firewall.TrySpendAsync(Call(15m))).IsAllowed.Should().BeTrue();
        await Harness.MoveToAsync(tomorrow.AddDays(1));
        await RefusedAsync(firewall, Allowance(1m, "once"), "does not count at present");
    }

    [Fact]
    public async Task Money_goes_to_the_end_of_its_range_and_not_beyond()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(Most));
            options.MaxCost = Most;
        });
        await GrantAsync(firewall, Most - Nano);
        await GrantAsync(firewall, Nano);

        (await firewall.Budgets.Awaiting(budgets => budgets.GrantAsync(Allowance(Nano)).AsTask()).Should().ThrowAsync<ArgumentOutOfRangeException>())
            .Which.Message.Should().Contain("would be more than a limit may be: 9000000000");
        var state = await firewall.StateAsync(AliceScope);
        (state.Allowance, state.Remaining).Should().Be((Most, 2 * Most));
        (await firewall.TrySpendAsync(Call(Most))).IsAllowed.Should().BeTrue();
        (await firewall.TrySpendAsync(Call(223_372_036.854775807m))).IsAllowed.Should().BeTrue();
        (await firewall.TryCheckAsync(Call(1m))).IsAllowed.Should().BeTrue();
        await firewall.Awaiting(one => one.TrySpendAsync(Call(Nano)).AsTask()).Should().ThrowAsync<BudgetOverflowException>();
        (await RevokeAsync(firewall, Most)).Amount.Should().Be(-(2 * Most - 9_223_372_036.854775807m));
    }

    [Fact]
    public async Task Units_go_by_their_own_range_and_grain()
    {
        var records = Limit(AliceScope, 100m, unit: Record);
        var firewall = Firewall(records);

        (await GrantAsync(firewall, 0.000001m, records.Id)).Budget.Should().BeEquivalentTo(new { Unit = Record, Allowance = 0.000001m });
        (await GrantAsync(firewall, 8_999_999_999_999.999999m, records.Id)).Allowance.Should().Be(9_000_000_000_000m);
        await firewall.Budgets.Awaiting(budgets => budgets.GrantAsync(Allowance(0.0000001m, records.Id)).AsTask()).Should().ThrowAsync<ArgumentOutOfRangeException>();
        (await firewall.TryCheckAsync(Call(0m) with { Usage = Records(9_000_000_000_000m) })).IsAllowed.Should().BeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_allowance_whose_answer_was_lost_is_given_once_when_it_is_repeated_by_its_id(bool isIdGiven)
    {
        var observer = new RecordingObserver();
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(Ten), observer);
        var allowance = Allowance(5m) with { OperationId = isIdGiven ? "lost" : null };
        chaos.StrikeNext(StoreCalls.Allowance, StoreFault.AnswerLost);

        var failure = (await firewall.Budgets.Awaiting(budgets => budgets.GrantAsync(allowance).AsTask()).Should().ThrowAsync<BudgetStoreException>()).Which;

        failure.MayHaveHappened.Should().BeTrue();
        failure.OperationId.Should().NotBeNullOrEmpty();
        (await Eventually.HoldsAsync(() => !observer.Troubles.IsEmpty)).Should().BeTrue();
        observer.Troubles.Should().ContainSingle().Which.Operation.Should().Be("allowance");
        if (isIdGiven)
            (await firewall.Budgets.GrantAsync(allowance)).Should().BeEquivalentTo(new { IsReplay = true, Amount = 5m, Allowance = 5m, OperationId = "lost" });
        (await firewall.StateAsync(AliceScope)).Allowance.Should().Be(5m);
    }

    [Fact]
    public async Task A_store_that_is_away_gives_nothing()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(Ten));
        chaos.StrikeNext(StoreCalls.Allowance, StoreFault.NotReached);

        (await firewall.Budgets.Awaiting(budgets => budgets.GrantAsync(Allowance(5m)).AsTask()).Should().ThrowAsync<BudgetStoreException>()).Which.MayHaveHappened.Should().BeFalse();

        (await firewall.StateAsync(AliceScope)).Allowance.Should().Be(0m);
    }

    [Fact]
    public async Task A_store_gives_it_in_the_period_that_was_named_and_in_no_other()
    {
        await using var store = Harness.CreateStore();
        var rule = new CounterRule(Ten);
        var (today, tomorrow) = (rule.Family.Calendar.At(Harness.Now), rule.Family.Calendar.At(Harness.Now.AddDays(1)));
        AllowanceCall Named(PeriodWindow period, string id) => new()
        {
            Rule = rule, ScopeId = Alice, Amount = 5, Validity = period, OperationId = id, Retention = TimeSpan.FromDays(3), Fingerprint = 1,
        };

        (await store.GrantAsync(Named(tomorrow, "early"))).Status.Should().Be(AllowanceStatus.OtherTime);
        (await store.GrantAsync(Named(today, "in time"))).Should().BeEquivalentTo(new { Status = AllowanceStatus.Done, Moved = 5L, IsReplay = false });
        await Harness.MoveToAsync(new DateTimeOffset(today.End, TimeSpan.Zero));

        (await store.GrantAsync(Named(today, "late"))).Status.Should().Be(AllowanceStatus.OtherTime);
        var again = await store.GrantAsync(Named(today, "in time"));
        (again.Status, again.IsReplay, again.Moved, again.Reading).Should().Be((AllowanceStatus.Done, true, 5L, LimitReading.OfBudget(0, 0)));
        (await store.GrantAsync(Named(tomorrow, "early"))).Reading.Should().Be(LimitReading.OfBudget(0, 0, 5));
    }

    [Fact]
    public async Task A_limit_that_follows_from_use_is_raised_as_it_was_frozen()
    {
        var budget = AliceLimit(10m) with { LimitFromUsage = new() { Periods = 2, Factor = 1m, Percentile = 1m, Floor = 1m, Ceiling = 50m } };
        var processes = Processes(2, budget);
        await processes[0].ChargeAsync(Call(20m));
        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now));

        var change = await processes[1].Budgets.GrantAsync(Allowance(5m, budget.Id));

        change.Budget.Should().BeEquivalentTo(new { Limit = 20m, Allowance = 5m });
        (await processes[0].TrySpendAsync(Call(25m + Nano))).IsAllowed.Should().BeFalse();
        (await processes[0].TrySpendAsync(Call(24m))).IsAllowed.Should().BeTrue();
        (await processes[1].Budgets.RevokeAsync(Allowance(5m, budget.Id))).Amount.Should().Be(-1m);
    }

    private static async Task RefusedAsync(IBudgetFirewall firewall, BudgetAllowance allowance, string message)
    {
        foreach (var change in new[] { firewall.Budgets.GrantAsync, (Func<BudgetAllowance, string?, CancellationToken, ValueTask<AllowanceChange>>)firewall.Budgets.RevokeAsync })
            (await FluentActions.Awaiting(() => change(allowance, null, default).AsTask()).Should().ThrowAsync<ArgumentException>()).Which.Message.Should().Contain(message);
    }

    private static ValueTask<AllowanceChange> GrantAsync(IBudgetFirewall firewall, decimal amount, string? budgetId = null) =>
        firewall.Budgets.GrantAsync(Allowance(amount, budgetId));

    private static ValueTask<AllowanceChange> RevokeAsync(IBudgetFirewall firewall, decimal amount, string? budgetId = null) =>
        firewall.Budgets.RevokeAsync(Allowance(amount, budgetId));

    private static BudgetAllowance Allowance(decimal amount, string? budgetId = null) => new() { BudgetId = budgetId ?? Ten.Id, Scope = AliceScope, Amount = amount, Reason = "a test" };
}
