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

        first.IsReplay.Should().BeFalse();
        again.IsReplay.Should().BeTrue();
        (again.Outcome, again.Cost, again.OperationId).Should().Be((first.Outcome, first.Cost, first.OperationId));
        (again.ReservationId, again.ExpiresAt).Should().Be((first.ReservationId, first.ExpiresAt));
        again.Warnings.Should().Equal(first.Warnings);
        (await firewall.AmountsAsync(AliceScope), await firewall.LevelAsync(AliceScope)).Should().Be(before);
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

        answers.Should().ContainSingle(answer => !answer.IsReplay);
        answers.Should().AllSatisfy(answer => (answer.Outcome, answer.Cost).Should().Be((DecisionOutcome.Allowed, 1m)));
        answers.Select(answer => answer.ExpiresAt).Distinct().Should().ContainSingle();
        var amount = kind == OperationKind.Check ? 0m : 1m;
        var (spent, held) = await processes[0].AmountsAsync(AliceScope);
        (spent + held, held > 0).Should().Be((amount, kind == OperationKind.Reserve));
        (await processes[0].LevelAsync(AliceScope)).Should().Be(kind == OperationKind.Charge ? 5m : 4m);
    }

    [Fact]
    public async Task A_replay_shows_the_budgets_as_they_are_now()
    {
        var firewall = Firewall(AliceLimit(10m));
        await firewall.ChargeAsync(Call(1m, id: "one"));
        await firewall.ChargeAsync(Call(2m));

        var again = await firewall.ChargeAsync(Call(1m, id: "one"));

        again.IsReplay.Should().BeTrue();
        again.Budgets.Of(AliceScope).Spent.Should().Be(3m);
    }

    [Fact]
    public async Task A_replayed_charge_has_the_overrun_and_warnings_as_first_given()
    {
        var firewall = Firewall(AliceLimit(1m));
        var first = await firewall.ChargeAsync(Call(1.5m, id: "one"));
        await firewall.ChargeAsync(Call(4m));

        var again = await firewall.ChargeAsync(Call(1.5m, id: "one"));

        again.Overrun.Should().Be(0.5m);
        again.Overruns.Should().Equal(first.Overruns);
        again.Warnings.Should().ContainSingle().Which.Threshold.Should().Be(0.8m);
        again.Warnings.Should().Equal(first.Warnings);
    }

    [Fact]
    public async Task A_replayed_reservation_has_the_end_as_first_given_and_commits_the_same_hold()
    {
        var firewall = Firewall(AliceLimit(10m));
        var first = await firewall.ReserveAsync(Call(2m, id: "one"));
        var givenEnd = first.ExpiresAt;
        await first.ExtendAsync(TimeSpan.FromHours(2));

        var again = await firewall.ReserveAsync(Call(2m, id: "one"));

        again.Decision.IsReplay.Should().BeTrue();
        (again.Id, again.ExpiresAt, again.Cost).Should().Be((first.Id, givenEnd, 2m));
        await again.CommitAsync(1.5m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1.5m);
        (await first.CommitAsync(1.5m)).IsReplay.Should().BeTrue();
    }

    [Fact]
    public async Task A_reservation_repeated_after_its_commit_is_granted_as_first_given_and_holds_nothing()
    {
        var firewall = Firewall(AliceLimit(2m));
        var first = await firewall.ReserveAsync(Call(2m, id: "one"));
        await first.CommitAsync(2m);

        var again = await firewall.TryReserveAsync(Call(2m, id: "one"));

        again.IsGranted.Should().BeTrue();
        again.Decision.IsReplay.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 2m);
        (await again.CommitAsync(2m)).IsReplay.Should().BeTrue();
    }

    [Fact]
    public async Task A_denial_is_not_remembered()
    {
        var firewall = Firewall(AliceLimit(1m));
        (await firewall.TrySpendAsync(Call(2m, id: "one"))).IsAllowed.Should().BeFalse();
        await firewall.Budgets.SetAsync(AliceLimit(5m));

        var again = await firewall.SpendAsync(Call(2m, id: "one"));

        again.IsReplay.Should().BeFalse();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 2m);
    }

    [Fact]
    public async Task The_id_of_a_denial_is_free_for_other_content_and_other_calls()
    {
        var firewall = Firewall(AliceLimit(1m));
        (await firewall.TryReserveAsync(Call(2m, id: "one"))).IsGranted.Should().BeFalse();

        (await firewall.ChargeAsync(Call(0.5m, id: "one"))).IsReplay.Should().BeFalse();
    }

    [Fact]
    public async Task A_replay_is_answered_before_amounts_and_limits_are_looked_at()
    {
        var firewall = Firewall(AliceLimit(1m));
        await firewall.SpendAsync(Call(1m, id: "one"));

        var again = await firewall.TrySpendAsync(Call(1m, id: "one"));

        again.IsAllowed.Should().BeTrue();
        again.IsReplay.Should().BeTrue();
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

        again.IsReplay.Should().BeTrue();
        (again.ReservationId, again.ExpiresAt, again.Cost).Should().Be((first.ReservationId, first.ExpiresAt, 1m));
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

        (again.IsReplay, again.Outcome).Should().Be((true, DecisionOutcome.Allowed));
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

        (again.IsReplay, again.Cost).Should().Be((true, 1m));
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

        (again.IsReplay, again.Cost).Should().Be((true, 0.2m));
        var other = request with { OperationId = "two" };
        if (kind == OperationKind.Check)
            (await unpriced.CheckAsync(other)).IsCostUnknown.Should().BeTrue();
        else
            await FluentActions.Awaiting(async () => await unpriced.DoAsync(kind, other)).Should().ThrowExactlyAsync<UnknownPriceException>();
    }

    [Fact]
    public async Task A_replay_that_too_many_budgets_match_by_now_still_gives_the_first_answer()
    {
        var before = Firewall(AliceLimit(10m));
        var after = Firewall([.. Enumerable.Range(0, 34).Select(i => Limit(i % 2 == 0 ? AliceScope : BudgetScope.Global, 10m) with { Operations = ["request", $"{i}"] })]);
        await before.SpendAsync(Call(1m, id: "one"));

        var again = await after.SpendAsync(Call(1m, id: "one"));

        (again.IsReplay, again.Cost).Should().Be((true, 1m));
        await FluentActions.Awaiting(async () => await after.SpendAsync(Call(1m, id: "two"))).Should().ThrowExactlyAsync<ArgumentException>();
    }

    [Fact]
    public async Task A_replay_that_no_budget_counts_any_more_is_still_allowed()
    {
        var before = Firewall(AliceLimit(10m));
        var after = Firewall(options => options.UnbudgetedRequests = UnbudgetedRequests.Deny);
        await before.SpendAsync(Call(1m, id: "one"));

        (await after.SpendAsync(Call(1m, id: "one"))).IsReplay.Should().BeTrue();
        (await after.TrySpendAsync(Call(1m, id: "two"))).IsAllowed.Should().BeFalse();
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
        (await firewall.DoAsync(kind, Call(1m, id: "one"))).IsReplay.Should().BeTrue();
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(2));
        (await firewall.DoAsync(kind, Call(1m, id: "one"))).IsReplay.Should().BeFalse();
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(11));
        (await firewall.DoAsync(kind, Call(1.5m, id: "one"))).IsReplay.Should().BeFalse();
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
        (await firewall.ReserveAsync(request)).Decision.IsReplay.Should().BeTrue();
        await Harness.MoveToAsync(reservation.ExpiresAt + TimeSpan.FromMinutes(9));
        (await firewall.ReserveAsync(request)).Decision.IsReplay.Should().BeTrue();
        var receipt = await firewall.CommitAsync(reservation.Id, 1m);
        receipt.IsLate.Should().BeTrue();
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

        var e = (await FluentActions.Awaiting(async () => await firewall.CommitAsync(reservation.Id, 1m)).Should().ThrowExactlyAsync<ReservationNotFoundException>()).Which;

        e.ReservationId.Should().Be(reservation.Id);
        await FluentActions.Awaiting(async () => await reservation.CommitAsync(1m)).Should().ThrowExactlyAsync<ReservationNotFoundException>();
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

        receipt.IsReplay.Should().BeFalse();
        (await firewall.CheckAsync(request)).IsReplay.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
        (await firewall.LevelAsync(AliceScope)).Should().Be(4m);
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
