namespace BudgetFirewall.Conformance;

/// <summary>P3: repeating an operation with the same content returns the first answer and changes nothing.</summary>
public abstract class P3Replay<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Theory]
    [InlineData(OperationKind.Check)]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    [InlineData(OperationKind.Charge)]
    public async Task Repeating_with_the_same_id_and_content_returns_the_first_answer_and_changes_nothing(OperationKind kind)
    {
        var firewall = Firewall(WithBucket);
        var request = Call(8.5m, id: "one");

        var first = await firewall.DoAsync(kind, request);
        var before = (await firewall.AmountsAsync(AliceScope), await firewall.LevelAsync(AliceScope));
        var again = await firewall.DoAsync(kind, request);

        Assert.False(first.IsReplay);
        Assert.True(again.IsReplay);
        Assert.Equal((first.Outcome, first.Cost, first.OperationId), (again.Outcome, again.Cost, again.OperationId));
        Assert.Equal((first.ReservationId, first.ExpiresAt), (again.ReservationId, again.ExpiresAt));
        Assert.Equal(first.Warnings, again.Warnings);
        Assert.Equal(before, (await firewall.AmountsAsync(AliceScope), await firewall.LevelAsync(AliceScope)));
    }

    [Theory]
    [InlineData(OperationKind.Check)]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    [InlineData(OperationKind.Charge)]
    public async Task The_same_operation_id_fifty_times_in_parallel_is_one_operation(OperationKind kind)
    {
        IBudgetFirewall[] processes = [Firewall(WithBucket), Firewall(WithBucket)];

        var answers = await Together.DoAsync(50, threads: 25, i => processes[i % 2].DoAsync(kind, Call(1m, id: "one")));

        Assert.Single(answers, answer => !answer.IsReplay);
        Assert.All(answers, answer => Assert.Equal((DecisionOutcome.Allowed, 1m), (answer.Outcome, answer.Cost)));
        Assert.Single(answers.Select(answer => answer.ExpiresAt).Distinct());
        var amount = kind == OperationKind.Check ? 0m : 1m;
        var (spent, held) = await processes[0].AmountsAsync(AliceScope);
        Assert.Equal((amount, kind == OperationKind.Reserve), (spent + held, held > 0));
        Assert.Equal(kind == OperationKind.Charge ? 5m : 4m, await processes[0].LevelAsync(AliceScope));
    }

    [Fact]
    public async Task A_replay_shows_the_budgets_as_they_are_now()
    {
        var firewall = Firewall(AliceLimit(10m));
        await firewall.ChargeAsync(Call(1m, id: "one"));
        await firewall.ChargeAsync(Call(2m));

        var again = await firewall.ChargeAsync(Call(1m, id: "one"));

        Assert.True(again.IsReplay);
        Assert.Equal(3m, again.Budgets.Of(AliceScope).Spent);
    }

    [Fact]
    public async Task A_replayed_charge_has_the_overrun_and_warnings_as_first_given()
    {
        var firewall = Firewall(AliceLimit(1m));
        var first = await firewall.ChargeAsync(Call(1.5m, id: "one"));
        await firewall.ChargeAsync(Call(4m));

        var again = await firewall.ChargeAsync(Call(1.5m, id: "one"));

        Assert.Equal(0.5m, again.Overrun);
        Assert.Equal(first.Overruns, again.Overruns);
        Assert.Equal(0.8m, Assert.Single(again.Warnings).Threshold);
        Assert.Equal(first.Warnings, again.Warnings);
    }

    [Fact]
    public async Task A_replayed_reservation_has_the_end_as_first_given_and_commits_the_same_hold()
    {
        var firewall = Firewall(AliceLimit(10m));
        var first = await firewall.ReserveAsync(Call(2m, id: "one"));
        var givenEnd = first.ExpiresAt;
        await first.ExtendAsync(TimeSpan.FromHours(2));

        var again = await firewall.ReserveAsync(Call(2m, id: "one"));

        Assert.True(again.Decision.IsReplay);
        Assert.Equal((first.Id, givenEnd, 2m), (again.Id, again.ExpiresAt, again.Cost));
        await again.CommitAsync(1.5m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1.5m);
        Assert.True((await first.CommitAsync(1.5m)).IsReplay);
    }

    [Fact]
    public async Task A_reservation_repeated_after_its_commit_is_granted_as_first_given_and_holds_nothing()
    {
        var firewall = Firewall(AliceLimit(2m));
        var first = await firewall.ReserveAsync(Call(2m, id: "one"));
        await first.CommitAsync(2m);

        var again = await firewall.TryReserveAsync(Call(2m, id: "one"));

        Assert.True(again.IsGranted);
        Assert.True(again.Decision.IsReplay);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 2m);
        Assert.True((await again.CommitAsync(2m)).IsReplay);
    }

    [Fact]
    public async Task A_denial_is_not_remembered()
    {
        var firewall = Firewall(AliceLimit(1m));
        Assert.False((await firewall.TrySpendAsync(Call(2m, id: "one"))).IsAllowed);
        await firewall.Budgets.SetAsync(AliceLimit(5m));

        var again = await firewall.SpendAsync(Call(2m, id: "one"));

        Assert.False(again.IsReplay);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 2m);
    }

    [Fact]
    public async Task The_id_of_a_denial_is_free_for_other_content_and_other_calls()
    {
        var firewall = Firewall(AliceLimit(1m));
        Assert.False((await firewall.TryReserveAsync(Call(2m, id: "one"))).IsGranted);

        Assert.False((await firewall.ChargeAsync(Call(0.5m, id: "one"))).IsReplay);
    }

    [Fact]
    public async Task A_replay_is_answered_before_amounts_and_limits_are_looked_at()
    {
        var firewall = Firewall(AliceLimit(1m));
        await firewall.SpendAsync(Call(1m, id: "one"));

        var again = await firewall.TrySpendAsync(Call(1m, id: "one"));

        Assert.True(again.IsAllowed);
        Assert.True(again.IsReplay);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Theory]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    [InlineData(OperationKind.Charge)]
    public async Task A_replay_is_answered_before_the_period_is_looked_at(OperationKind kind)
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.OperationIdRetention = TimeSpan.FromDays(2);
        });
        var midnight = Calendar.NextMidnight(Harness.Now);
        await Harness.MoveToAsync(midnight - TimeSpan.FromMinutes(1));
        var first = await firewall.DoAsync(kind, Call(1m, id: "one"));
        await Harness.MoveToAsync(midnight + TimeSpan.FromMinutes(1));

        var again = await firewall.DoAsync(kind, Call(1m, id: "one"));

        Assert.True(again.IsReplay);
        Assert.Equal((first.ReservationId, first.ExpiresAt, 1m), (again.ReservationId, again.ExpiresAt, again.Cost));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Theory]
    [InlineData(OperationKind.Check)]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    [InlineData(OperationKind.Charge)]
    public async Task A_replay_is_answered_before_the_catalog_is_looked_at(OperationKind kind)
    {
        var firewall = Firewall(AliceLimit(10m));
        await firewall.DoAsync(kind, Call(1m, id: "one"));
        await firewall.Budgets.SetAsync(AliceLimit(0m));
        await firewall.Budgets.SetAsync(Limit(BudgetScope.Global, 5m));

        var again = await firewall.DoAsync(kind, Call(1m, id: "one"));

        Assert.Equal((true, DecisionOutcome.Allowed), (again.IsReplay, again.Outcome));
        await firewall.AssertStandsAtAsync(BudgetScope.Global, spent: 0);
    }

    [Theory]
    [InlineData(OperationKind.Check)]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    [InlineData(OperationKind.Charge)]
    public async Task New_prices_between_two_tries_are_no_conflict_and_the_first_cost_is_returned(OperationKind kind)
    {
        var cheap = Firewall(options => WithRecordPrice(options, 0.1m));
        var dear = Firewall(options => WithRecordPrice(options, 0.5m));
        var request = Call(id: "one") with { Usage = Records(10) };
        await cheap.DoAsync(kind, request);

        var again = await dear.DoAsync(kind, request);

        Assert.Equal((true, 1m), (again.IsReplay, again.Cost));
    }

    [Theory]
    [InlineData(OperationKind.Check)]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    [InlineData(OperationKind.Charge)]
    public async Task A_replay_whose_model_has_lost_its_price_still_gives_the_first_answer(OperationKind kind)
    {
        var priced = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.Pricing.Models["gpt"] = new ModelPrice { Input = 0.001m, Output = 0.002m };
        });
        var unpriced = Firewall(AliceLimit(10m));
        var request = Call(id: "one") with { Model = "gpt", Usage = BudgetUsage.Tokens(input: 100, output: 50) };
        await priced.DoAsync(kind, request);

        var again = await unpriced.DoAsync(kind, request);

        Assert.Equal((true, 0.2m), (again.IsReplay, again.Cost));
        var other = request with { OperationId = "two" };
        if (kind == OperationKind.Check)
            Assert.True((await unpriced.CheckAsync(other)).IsCostUnknown);
        else
            await Assert.ThrowsAsync<UnknownPriceException>(async () => await unpriced.DoAsync(kind, other));
    }

    [Fact]
    public async Task A_replay_that_too_many_budgets_match_by_now_still_gives_the_first_answer()
    {
        var before = Firewall(AliceLimit(10m));
        var after = Firewall([.. Enumerable.Range(0, 33).Select(i => AliceLimit(10m) with { Operations = ["request", $"{i}"] })]);
        await before.SpendAsync(Call(1m, id: "one"));

        var again = await after.SpendAsync(Call(1m, id: "one"));

        Assert.Equal((true, 1m), (again.IsReplay, again.Cost));
        await Assert.ThrowsAsync<ArgumentException>(async () => await after.SpendAsync(Call(1m, id: "two")));
    }

    [Fact]
    public async Task A_replay_that_no_budget_counts_any_more_is_still_allowed()
    {
        var before = Firewall(AliceLimit(10m));
        var after = Firewall(options => options.UnbudgetedRequests = UnbudgetedRequests.Deny);
        await before.SpendAsync(Call(1m, id: "one"));

        Assert.True((await after.SpendAsync(Call(1m, id: "one"))).IsReplay);
        Assert.False((await after.TrySpendAsync(Call(1m, id: "two"))).IsAllowed);
    }

    [Theory]
    [InlineData(OperationKind.Check)]
    [InlineData(OperationKind.Spend)]
    [InlineData(OperationKind.Charge)]
    public async Task An_id_is_remembered_for_its_retention_from_the_first_execution_and_is_then_free(OperationKind kind)
    {
        var firewall = Firewall(options =>
        {
            WithBucket(options);
            options.OperationIdRetention = TimeSpan.FromMinutes(10);
        });
        await firewall.DoAsync(kind, Call(1m, id: "one"));

        await Harness.AdvanceAsync(TimeSpan.FromMinutes(9));
        Assert.True((await firewall.DoAsync(kind, Call(1m, id: "one"))).IsReplay);
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.False((await firewall.DoAsync(kind, Call(1m, id: "one"))).IsReplay);
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(11));
        Assert.False((await firewall.DoAsync(kind, Call(1.5m, id: "one"))).IsReplay);
    }

    [Fact]
    public async Task The_record_of_an_open_reservation_lives_until_its_lease_ends_and_the_retention_with_it()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m, BudgetPeriod.None));
            options.OperationIdRetention = TimeSpan.FromMinutes(10);
        });
        var lease = TimeSpan.FromHours(2);
        var request = Call(1m, id: "one") with { Lease = lease };
        var reservation = await firewall.ReserveAsync(request);

        await Harness.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.True((await firewall.ReserveAsync(request)).Decision.IsReplay);
        await Harness.MoveToAsync(reservation.ExpiresAt + TimeSpan.FromMinutes(9));
        Assert.True((await firewall.ReserveAsync(request)).Decision.IsReplay);
        var receipt = await firewall.CommitAsync(reservation.Id, 1m);
        Assert.True(receipt.IsLate);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Theory]
    [InlineData("one")]
    [InlineData(null)]
    public async Task A_reservation_whose_lease_ended_longer_ago_than_ids_are_remembered_is_not_found(string? id)
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m, BudgetPeriod.None));
            options.OperationIdRetention = TimeSpan.FromMinutes(10);
        });
        var reservation = await firewall.ReserveAsync(Call(1m, id: id));
        await Harness.MoveToAsync(reservation.ExpiresAt + TimeSpan.FromMinutes(13));

        var e = await Assert.ThrowsAsync<ReservationNotFoundException>(async () => await firewall.CommitAsync(reservation.Id, 1m));

        Assert.Equal(reservation.Id, e.ReservationId);
        await Assert.ThrowsAsync<ReservationNotFoundException>(async () => await reservation.CommitAsync(1m));
        await reservation.ReleaseAsync();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task A_check_and_a_reservation_may_share_an_id()
    {
        var firewall = Firewall(WithBucket);
        var request = Call(1m, id: "one");

        await firewall.CheckAsync(request);
        var receipt = await firewall.ChargeAsync(request);

        Assert.False(receipt.IsReplay);
        Assert.True((await firewall.CheckAsync(request)).IsReplay);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
        Assert.Equal(4m, await firewall.LevelAsync(AliceScope));
    }

    private static void WithBucket(BudgetFirewallOptions options)
    {
        options.Budgets.Add(AliceLimit(10m));
        options.RateLimits.Add(Rate(AliceScope, capacity: 5));
    }

    private static void WithRecordPrice(BudgetFirewallOptions options, decimal price)
    {
        options.Budgets.Add(AliceLimit(10m));
        options.Pricing.Units[Record] = price;
    }
}
