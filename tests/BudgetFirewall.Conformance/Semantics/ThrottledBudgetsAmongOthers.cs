using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>A throttled budget together with other limits, processes, priorities, schedules and changes at run time; and its turns, which are kept, repeated and given back as those of any queue.</summary>
public abstract class ThrottledBudgetsAmongOthers<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private const string Batch = "batch";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private WaitingCalls Waiting => field ??= new(Harness);

    [Fact]
    public async Task A_denial_by_any_other_limit_takes_no_turn_and_a_throttle_that_refuses_takes_from_no_other()
    {
        var firewall = AtOnce(options =>
        {
            options.Budgets.AddRange([Throttled(1m, maxWait: 2 * Second), Limit(SearchScope, 5m)]);
            options.RateLimits.AddRange(
            [
                Rate(AliceScope, capacity: 40) with { Id = "bucket" }, RateLimit.SlidingWindow(AliceScope, 9, TimeSpan.FromMinutes(1)) with { Id = "window" },
                RateLimit.LeakyBucket(AliceScope, 1, queueLimit: 50) with { Id = "records", Unit = Record },
            ]);
        });
        for (var i = 0; i < 4; i++)
            await firewall.ReserveAsync(Of(project: Search));
        await Harness.AdvanceAsync(2 * Second);
        BudgetRequest[] refused = [Of(project: Search) with { MaxWait = TimeSpan.Zero }, Of(cost: 2m, project: Search), Of() with { Permits = 8 }, Of() with { Usage = Records(52) }];
        var before = await firewall.GetStatusAsync(Of(project: Search));

        foreach (var request in refused)
        {
            (await firewall.TryReserveAsync(request)).IsGranted.Should().BeFalse();
            (await firewall.TrySpendAsync(request)).IsAllowed.Should().BeFalse();
            (await firewall.TryCheckAsync(request)).IsAllowed.Should().BeFalse();
        }

        var after = await firewall.GetStatusAsync(Of(project: Search));
        after.RateLimits.Should().Equal(before.RateLimits);
        after.Budgets.Select(state => state with { AsOf = default }).Should().Equal(before.Budgets.Select(state => state with { AsOf = default }));
        after.Budgets.Of(AliceScope).QueueLength.Should().Be(1m);
        (await firewall.ReserveAsync(Of(project: Search))).Decision.Limits.Single(limit => limit is { Kind: LimitKind.Budget, Verdict: Verdict.Delay }).Wait.Should().Be(Second);
    }

    [Fact]
    public async Task Of_several_refusals_the_outcome_is_the_gravest_and_the_longest_wait_counts()
    {
        var firewall = AtOnce(options =>
        {
            options.Budgets.AddRange([Throttled(0m, queueLimit: 0m), Limit(SearchScope, 5m)]);
            options.RateLimits.Add(Rate(AliceScope, capacity: 1, refillPerSecond: 0.1m));
        });
        await firewall.CheckAsync(Of());

        var throttled = await firewall.TryCheckAsync(Of());
        var exceeded = await firewall.TryCheckAsync(Of(cost: 6m, project: Search));

        (throttled.Outcome, throttled.RetryAfter, throttled.DeniedByBudgets.Count, throttled.DeniedByRateLimits.Count).Should().Be((DecisionOutcome.Throttled, TimeSpan.FromSeconds(10), 1, 1));
        (exceeded.Outcome, exceeded.RetryAfter, exceeded.DeniedByBudgets.Count, exceeded.DeniedByRateLimits.Count).Should().Be((DecisionOutcome.BudgetExceeded, null, 2, 1));
    }

    [Fact]
    public async Task Several_throttled_budgets_give_a_turn_each_where_they_have_no_room()
    {
        var firewall = AtOnce(options => options.Budgets.AddRange(
            [Throttled(0m), Throttled(0m, rate: 4) with { Scope = SearchScope }, Throttled(100m) with { Scope = ProviderScope }, AliceLimit(0m) with { Unit = Record, Enforcement = Enforcement.Soft }]));
        await firewall.SpendAsync(Of(project: Search));

        var decision = await firewall.SpendAsync(Of(project: Search));

        decision.Limits.Select(limit => (limit.Scope, limit.Verdict, limit.Wait)).Should().Equal(
            (ProviderScope, Verdict.Admit, null), (SearchScope, Verdict.Delay, Second / 4), (AliceScope, Verdict.Delay, Second), (AliceScope, Verdict.Admit, null));
        decision.Budgets.Select(state => state.QueueLength).Should().Equal(0m, 2m, 2m, null);
    }

    [Fact]
    public async Task An_explanation_tells_the_wait_and_takes_no_turn()
    {
        var firewall = AtOnce(options => options.Budgets.Add(Throttled(1m, ceiling: 4m)));
        (await firewall.ExplainAsync(Of())).Limits[0].Should().BeEquivalentTo(new { Verdict = Verdict.Admit, Wait = (TimeSpan?)null });
        await firewall.SpendAsync(Of(cost: 2m));

        for (var i = 0; i < 3; i++)
        {
            var patient = await firewall.ExplainAsync(Of());
            var impatient = await firewall.ExplainAsync(Of() with { MaxWait = TimeSpan.Zero });
            var tooLarge = await firewall.ExplainAsync(Of(cost: 3m));
            (patient.IsAllowed, patient.Limits.Count, patient.Limits[0].Verdict, patient.Limits[0].Wait).Should().Be((true, 1, Verdict.Delay, Second));
            (impatient.Outcome, impatient.RetryAfter, impatient.Budgets[0].QueueLength).Should().Be((DecisionOutcome.Throttled, Second, 1m));
            (tooLarge.Outcome, tooLarge.RateLimits.Count).Should().Be((DecisionOutcome.BudgetExceeded, 0));
        }
        (await firewall.AmountsAsync(AliceScope)).Should().Be((2m, 0m));
    }

    [Fact]
    public async Task Each_id_has_a_queue_of_its_own_and_keeps_it_where_a_budget_of_its_own_takes_over()
    {
        var firewall = AtOnce(options => options.Budgets.Add(Throttled(0m) with { Scope = BudgetScope.Each("user") }));
        await firewall.SpendAsync(Of());
        (await firewall.SpendAsync(Of() with { UserId = "bob" })).Limits[0].Wait.Should().BeNull();

        await firewall.Budgets.SetAsync(Throttled(1m, rate: 0.5m));

        var verdict = (await firewall.SpendAsync(Of())).Limits.Should().ContainSingle().Which;
        (verdict.Verdict, verdict.Wait, verdict.ReplacedId).Should().Be((Verdict.Delay, 2 * Second, (Throttled(0m) with { Scope = BudgetScope.Each("user") }).Id));
    }

    [Fact]
    public async Task A_budget_is_throttled_and_made_hard_again_while_running_and_reads_back_as_it_was_set()
    {
        var (firewall, other) = (AtOnce(options => options.Budgets.Add(AliceLimit(2m))), AtOnce(options => options.Budgets.Add(AliceLimit(2m))));
        await firewall.SpendAsync(Of(cost: 2m));
        var throttled = Throttled(2m, rate: 0.25m, ceiling: 7.5m, queueLimit: 3m, maxWait: TimeSpan.FromSeconds(12));

        await other.Budgets.SetAsync(throttled);
        (await firewall.SpendAsync(Of())).IsAllowed.Should().BeTrue();
        (await firewall.SpendAsync(Of())).Limits[0].Wait.Should().Be(4 * Second);
        (await AtOnce(_ => { }).Budgets.FindAsync(throttled.Id)).Should().Be(throttled);

        await other.Budgets.SetAsync(AliceLimit(2m));
        (await firewall.TrySpendAsync(Of())).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        (await firewall.StateAsync(AliceScope)).Should().BeEquivalentTo(new { Spent = 4m, Throttle = (BudgetThrottle?)null, QueueLength = (decimal?)null });
    }

    [Fact]
    public async Task Within_the_headroom_of_others_a_priority_is_throttled_and_the_ceiling_keeps_nothing_free()
    {
        var firewall = AtOnce(options => options.Budgets.Add(Throttled(10m, ceiling: 12m) with { PriorityHeadroom = new Dictionary<string, decimal> { [Batch] = 0.3m } }));
        await firewall.SpendAsync(Of(cost: 7m) with { Priority = Batch });
        await firewall.SpendAsync(Of() with { Priority = Batch });

        var within = await firewall.SpendAsync(Of() with { Priority = Batch });
        var others = await firewall.SpendAsync(Of());
        var above = await firewall.SpendAsync(Of(cost: 2m) with { Priority = Batch });
        var refused = await firewall.TrySpendAsync(Of(cost: Nano) with { Priority = Batch });

        (within.Limits[0].Verdict, within.Limits[0].Wait, within.Limits[0].Headroom, within.Limits[0].IsWithinHeadroom).Should().Be((Verdict.Delay, Second, 3m, true));
        (others.Limits[0].Verdict, above.Limits[0].Wait, refused.Outcome).Should().Be((Verdict.Admit, 2 * Second, DecisionOutcome.BudgetExceeded));
        (await firewall.SpentAsync(AliceScope)).Should().Be(12m);
    }

    [Fact]
    public async Task A_row_of_a_schedule_is_the_limit_above_which_calls_wait_and_the_ceiling_is_the_same_at_all_hours()
    {
        var noon = Calendar.NextMidnight(Harness.Now).AddHours(12);
        var night = new ScheduleRow { From = new(20, 0), Until = new(6, 0), Limit = 1m };
        var firewall = AtOnce(options => options.Budgets.Add(Throttled(3m, ceiling: 4m) with { Schedule = [night] }));
        await Harness.MoveToAsync(noon);
        await firewall.SpendAsync(Of(cost: 2m));

        await Harness.MoveToAsync(noon.AddHours(9));
        await firewall.SpendAsync(Of());
        (await firewall.CheckAsync(Of())).Limits[0].Verdict.Should().Be(Verdict.Delay);
        (await firewall.TrySpendAsync(Of(cost: 1m + Nano))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
    }

    [Fact]
    public async Task A_budget_of_one_span_in_units_is_throttled_too()
    {
        var start = Calendar.NextMidnight(Harness.Now);
        var firewall = AtOnce(options => options.Budgets.Add(Throttled(10m) with { Period = BudgetPeriod.Once(start, start.AddHours(1)), Unit = Record }));
        (await firewall.SpendAsync(Of() with { Usage = Records(50) })).Limits.Should().BeEmpty();
        await Harness.MoveToAsync(start);

        await firewall.SpendAsync(Of() with { Usage = Records(10) });
        await firewall.SpendAsync(Of() with { Usage = Records(1) });

        (await firewall.SpendAsync(Of() with { Usage = Records(90) })).Limits.Should().ContainSingle().Which.Wait.Should().Be(Second);
        (await firewall.StateAsync(AliceScope)).Spent.Should().Be(101m);
    }

    [Theory]
    [InlineData(DecisionKind.Check)]
    [InlineData(DecisionKind.Reserve)]
    [InlineData(DecisionKind.Spend)]
    public async Task Who_stops_waiting_gives_the_turn_and_the_hold_back(DecisionKind kind)
    {
        var firewall = Waiting.Firewall(Configure(Throttled(1m)));
        await firewall.SpendAsync(Of(cost: 2m));
        var before = await firewall.StateAsync(AliceScope);
        using var cancelling = new CancellationTokenSource();

        var waiting = await Waiting.StartAsync(() => DecideAsync(firewall, kind, Of(), cancelling.Token));
        await cancelling.CancelAsync();
        await waiting.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();

        (await firewall.StateAsync(AliceScope)).Should().BeEquivalentTo(new { before.Spent, Held = 0m, QueueLength = 1m });
        (await Waiting.FinishAsync(await Waiting.StartAsync(() => DecideAsync(firewall, kind, Of(), default)))).Wait.Should().Be(Second);
    }

    [Fact]
    public async Task Who_stops_waiting_for_another_queue_gives_no_turn_back_that_it_has_not_taken()
    {
        var firewall = Waiting.Firewall(Configure(Throttled(5m)) + (options => options.RateLimits.Add(RateLimit.LeakyBucket(AliceScope, 1))));
        await firewall.CheckAsync(Of(cost: 6m));
        using var cancelling = new CancellationTokenSource();

        var waiting = await Waiting.StartAsync(() => firewall.TryReserveAsync(Of(), cancelling.Token));
        await cancelling.CancelAsync();
        await waiting.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();

        (await firewall.StateAsync(AliceScope)).Should().BeEquivalentTo(new { Held = 0m, QueueLength = 1m });
    }

    [Theory]
    [InlineData(DecisionKind.Check)]
    [InlineData(DecisionKind.Reserve)]
    [InlineData(DecisionKind.Spend)]
    public async Task A_call_waits_until_its_turn_and_a_repetition_takes_no_other(DecisionKind kind)
    {
        var (firewall, other) = (Waiting.Firewall(Configure(Throttled(1m))), Waiting.Firewall(Configure(Throttled(1m))));
        await firewall.SpendAsync(Of(cost: 2m));
        var request = Of() with { OperationId = "again" };

        var first = await Waiting.StartAsync(() => DecideAsync(firewall, kind, request, default));
        await Harness.PassAsync(Second / 2);
        first.IsCompleted.Should().BeFalse();
        var second = await Waiting.StartAsync(() => DecideAsync(other, kind, request, default));
        var decisions = new[] { await Waiting.FinishAsync(first), await Waiting.FinishAsync(second) };

        decisions.Should().OnlyContain(decision => decision.IsAllowed).And.ContainSingle(decision => decision.IsReplay);
        (await DecideAsync(other, kind, request, default)).IsReplay.Should().BeTrue();
        (await firewall.AmountsAsync(AliceScope)).Should().Be(kind switch { DecisionKind.Reserve => (2m, 1m), DecisionKind.Spend => (3m, 0m), _ => (2m, 0m) });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reservation_above_the_limit_is_committed_and_settles_its_rate_limits(bool byId)
    {
        var processes = Enumerable.Range(0, 2).Select(_ => AtOnce(options =>
        {
            options.Budgets.AddRange([Throttled(1m), Throttled(100m) with { Scope = SearchScope }]);
            options.RateLimits.AddRange([Rate(AliceScope, capacity: 1) with { Id = "shadow", Unit = Record, Enforcement = Enforcement.Shadow }, Rate(AliceScope, capacity: 100) with { Unit = Record }]);
        })).ToArray();
        await processes[0].SpendAsync(Of(cost: 2m));
        var reservation = await processes[0].ReserveAsync(Of(project: Search) with { Usage = Records(10) });

        var receipt = byId ? await processes[1].CommitAsync(reservation.Id, Records(4)) : await reservation.CommitAsync(Records(4));

        receipt.Overrun.Should().Be(1m);
        (await processes[1].AmountsAsync(AliceScope)).Should().Be((3m, 0m));
        (await processes[1].GetStatusAsync(AliceScope)).RateLimits.Where(state => state.RateLimitId != "shadow").Should().ContainSingle().Which.Level.Should().Be(95m);
        (await processes[1].StateAsync(AliceScope)).QueueLength.Should().Be(2m);
        (await processes[1].StateAsync(SearchScope)).QueueLength.Should().Be(0m);
    }

    [Fact]
    public async Task A_process_remembers_a_refusal_at_the_ceiling_and_none_of_the_throttle()
    {
        var firewall = Harness.CreateFirewall(Configure(Throttled(1m, rate: 0.001m, ceiling: 4m)) + (options => options.DenialCache = TimeSpan.FromSeconds(10)));
        await firewall.SpendAsync(Of(cost: 2m));

        foreach (var request in new[] { Of() with { MaxWait = TimeSpan.Zero }, Of() with { MaxWait = TimeSpan.Zero }, Of(cost: 3m), Of(cost: 3m) })
            await firewall.TrySpendAsync(request);
        var throttled = await firewall.TrySpendAsync(Of() with { MaxWait = TimeSpan.Zero });
        var exceeded = await firewall.TrySpendAsync(Of(cost: 3m) with { MaxWait = TimeSpan.Zero });

        (throttled.Outcome, throttled.IsFromCache).Should().Be((DecisionOutcome.Throttled, false));
        (exceeded.Outcome, exceeded.IsFromCache, exceeded.DeniedByBudgets.Count).Should().Be((DecisionOutcome.BudgetExceeded, true, 1));
    }

    [Fact]
    public async Task A_remembered_denial_tells_no_queue_that_the_call_does_not_meet_or_would_wait_for()
    {
        var firewall = Harness.CreateFirewall(Configure(Throttled(3m, rate: 0.001m), Limit(SearchScope, 2m)) + (options => options.DenialCache = TimeSpan.FromSeconds(10)));
        await firewall.CheckAsync(Of(cost: 4m));
        await firewall.SpendAsync(Of(cost: 2m, project: Search));
        var impatient = await firewall.TrySpendAsync(Of(cost: 3m, project: Search) with { MaxWait = TimeSpan.Zero });

        var smaller = await firewall.TrySpendAsync(Of(cost: 0.5m, project: Search) with { MaxWait = TimeSpan.Zero });
        var patient = await firewall.TrySpendAsync(Of(cost: 3m, project: Search) with { MaxWait = TimeSpan.FromHours(1) });

        (impatient.DeniedByBudgets.Count, smaller.IsFromCache, patient.IsFromCache).Should().Be((2, true, true));
        smaller.DeniedByBudgets.Should().ContainSingle().Which.Scope.Should().Be(SearchScope);
        patient.DeniedByBudgets.Should().ContainSingle().Which.Scope.Should().Be(SearchScope);
    }

    [Fact]
    public async Task Without_a_ceiling_nothing_is_too_much_for_a_check()
    {
        var firewall = AtOnce(Configure(Throttled(1m)) + (options => options.MaxCost = 9_000_000_000m));
        await firewall.ChargeAsync(Of(cost: 9_000_000_000m));

        (await firewall.CheckAsync(Of(cost: 9_000_000_000m))).Limits[0].Verdict.Should().Be(Verdict.Admit);
        (await firewall.CheckAsync(Of(cost: 9_000_000_000m))).Limits[0].Verdict.Should().Be(Verdict.Delay);
        await firewall.Invoking(f => f.TrySpendAsync(Of(cost: 9_000_000_000m)).AsTask()).Should().ThrowAsync<BudgetOverflowException>();
    }

    private static BudgetRequest Of(decimal cost = 1m, string? project = null) => Call(cost, project: project) with { Usage = Records(1) };

    private static Budget Throttled(decimal limit, decimal rate = 1m, decimal? ceiling = null, decimal? queueLimit = null, TimeSpan? maxWait = null) => AliceLimit(limit) with
    {
        Enforcement = Enforcement.Throttle,
        Throttle = new() { RatePerSecond = rate, Ceiling = ceiling, QueueLimit = queueLimit, MaxWait = maxWait },
    };

    private static Action<BudgetFirewallOptions> Configure(params Budget[] budgets) => options => options.Budgets.AddRange(budgets);

    private static async ValueTask<BudgetDecision> DecideAsync(IBudgetFirewall firewall, DecisionKind kind, BudgetRequest request, CancellationToken cancellationToken) => kind switch
    {
        DecisionKind.Check => await firewall.TryCheckAsync(request, cancellationToken),
        DecisionKind.Reserve => (await firewall.TryReserveAsync(request, cancellationToken)).Decision,
        DecisionKind.Spend => await firewall.TrySpendAsync(request, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This kind does not decide."),
    };

    /// <summary>A firewall that answers at once what its callers would wait for.</summary>
    private IBudgetFirewall AtOnce(Action<BudgetFirewallOptions> configure) => Harness.CreateFirewallOn(store => new WaitsAreNotWaited(store), configure);
}
