using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>An explanation says what a check would answer, and why, and changes nothing.</summary>
public abstract class ExplainTakesNothing<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task Every_limit_is_explained_with_its_verdict_what_it_needs_what_is_there_and_where_it_comes_from()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.AddRange([AliceLimit(1m), Limit(SearchScope, 5m), Limit(BudgetScope.Each("user"), 9m)]);
            options.RateLimits.AddRange([Rate(AliceScope, capacity: 1), Rate(SearchScope, capacity: 9)]);
        });
        await firewall.RateLimits.SetAsync(Rate(SearchScope, capacity: 3));
        await firewall.ChargeAsync(Call(0.25m, project: Search));

        var explanation = await firewall.ExplainAsync(Call(2m, project: Search) with { Permits = 2 });

        (explanation.IsAllowed, explanation.Outcome).Should().Be((false, DecisionOutcome.BudgetExceeded));
        explanation.Limits.Select(limit => (limit.Kind, limit.Scope, limit.Verdict)).Should().Equal(
            (LimitKind.Budget, SearchScope, Verdict.Admit), (LimitKind.Budget, AliceScope, Verdict.Refuse),
            (LimitKind.RateLimit, SearchScope, Verdict.Admit), (LimitKind.RateLimit, AliceScope, Verdict.Refuse));
        explanation.Limits.Select(limit => (limit.Needed, limit.Available)).Should().Equal((2m, 4.75m), (2m, 0.75m), (2m, 3m), (2m, 1m));
        explanation.Limits.Select(limit => (limit.Source, limit.ReplacedId)).Should().Equal(
            (LimitSource.Configuration, null), (LimitSource.Configuration, Limit(BudgetScope.Each("user"), 9m).Id), (LimitSource.RunTime, Rate(SearchScope, 9).Id), (LimitSource.Configuration, null));
        explanation.Budgets.Select(state => (state.Limit, state.Spent)).Should().Equal((5m, 0.25m), (1m, 0.25m));
        explanation.Budgets.Should().OnlyContain(state => state.ResetsAt == Calendar.NextMidnight(Harness.Now));
        explanation.RateLimits.Select(state => (state.Limit, state.Level)).Should().Equal((3m, 3m), (1m, 1m));
        explanation.Cost.Should().Be(2m);
        explanation.CostBreakdown!.Total.Should().Be(2m);
        AssertMoment(Harness.Now, explanation.AsOf);
    }

    [Fact]
    public async Task An_allowed_explanation_says_what_is_there_and_takes_none_of_it()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.RateLimits.Add(Rate(AliceScope, capacity: 5));
        });

        for (var i = 0; i < 10; i++)
        {
            var explanation = await firewall.ExplainAsync(Call(4m) with { Permits = 4 });
            (explanation.IsAllowed, explanation.RetryAfter).Should().Be((true, null));
            explanation.Limits.Select(limit => limit.Available).Should().Equal(10m, 5m);
        }

        (await firewall.LevelAsync(AliceScope)).Should().Be(5m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task A_request_that_was_answered_before_is_explained_as_a_new_one_and_its_id_stays_free()
    {
        var firewall = Firewall(options => options.RateLimits.Add(Rate(AliceScope, capacity: 1)));
        await firewall.CheckAsync(Call(0m, id: "one"));

        (await firewall.ExplainAsync(Call(0m, id: "one"))).Outcome.Should().Be(DecisionOutcome.RateLimited);
        (await firewall.ExplainAsync(Call(0m, "bob", id: "two"))).IsAllowed.Should().BeTrue();

        (await firewall.TryCheckAsync(Call(0m, id: "one"))).IsReplay.Should().BeTrue();
        (await firewall.TrySpendAsync(Call(0m, "carol", id: "two"))).IsReplay.Should().BeFalse();
    }

    [Fact]
    public async Task A_queue_is_explained_by_how_long_the_request_would_wait_and_gives_it_no_turn()
    {
        var firewall = Firewall(options => options.RateLimits.Add(RateLimit.LeakyBucket(AliceScope, ratePerSecond: 0.1m)));
        await firewall.CheckAsync(Call(0m));

        for (var i = 0; i < 3; i++)
        {
            var patient = await firewall.ExplainAsync(Call(0m));
            (patient.IsAllowed, patient.Limits[0].Verdict).Should().Be((true, Verdict.Delay));
            patient.Limits[0].Wait.Should().BeGreaterThan(TimeSpan.FromSeconds(1)).And.BeLessThanOrEqualTo(TimeSpan.FromSeconds(10));
            var impatient = await firewall.ExplainAsync(Call(0m) with { MaxWait = TimeSpan.Zero });
            (impatient.Outcome, impatient.Limits[0].Verdict).Should().Be((DecisionOutcome.RateLimited, Verdict.Refuse));
        }
    }

    [Fact]
    public async Task A_cost_that_nothing_prices_is_explained_without_lines()
    {
        var firewall = Firewall(AliceLimit(1m));

        var explanation = await firewall.ExplainAsync(Call());

        (explanation.IsAllowed, explanation.IsCostUnknown, explanation.Cost).Should().Be((true, true, 0m));
        explanation.CostBreakdown.Should().BeNull();
        explanation.Limits.Should().ContainSingle().Which.Needed.Should().Be(Nano);
    }

    [Fact]
    public async Task A_request_that_no_budget_counts_is_explained_as_it_would_be_decided()
    {
        var firewall = Firewall(options =>
        {
            options.UnbudgetedRequests = UnbudgetedRequests.Deny;
            options.RateLimits.Add(Rate(AliceScope, capacity: 5));
        });

        var explanation = await firewall.ExplainAsync(Call(1m));

        (explanation.Outcome, explanation.RetryAfter).Should().Be((DecisionOutcome.BudgetExceeded, null));
        explanation.Limits.Should().ContainSingle().Which.Verdict.Should().Be(Verdict.Admit);
    }

    [Fact]
    public async Task An_explanation_sees_what_another_process_has_changed()
    {
        var processes = Processes(2);
        await processes[1].ExplainAsync(Call(5m));

        await processes[0].Budgets.SetAsync(AliceLimit(1m));

        (await processes[1].ExplainAsync(Call(5m))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_explains_nothing()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(AliceLimit(1m)));
        await firewall.ExplainAsync(Call(1m));

        chaos.Strike(StoreCalls.All, StoreFault.NotReached);

        await FluentActions.Awaiting(async () => await firewall.ExplainAsync(Call(1m))).Should().ThrowExactlyAsync<BudgetStoreException>();
    }

    [Fact]
    public async Task What_is_explained_is_what_the_decision_right_after_says()
    {
        var random = new Random(20261201);
        for (var round = 0; round < Harness.Scaled(60); round++)
        {
            Budget[] budgets = [.. Enumerable.Range(0, random.Next(5)).Select(i => AnyBudget(random) with { Id = $"b{i}" }).DistinctBy(budget => (budget.Scope, budget.Period, budget.Enforcement == Enforcement.Shadow, budget.Unit))];
            RateLimit[] limits = [.. Enumerable.Range(0, random.Next(5)).Select(i => AnyRate(random) with { Id = $"r{i}" })];
            await Harness.StartOverAsync();
            var firewall = Firewall(options =>
            {
                options.Budgets.AddRange(budgets);
                options.RateLimits.AddRange(limits);
            });
            for (var i = 0; i < 40; i++)
            {
                var request = AnyRequest(random);
                var explanation = await firewall.ExplainAsync(request);
                var decision = (i % 3) switch
                {
                    0 => await firewall.TryCheckAsync(request),
                    1 => await firewall.TrySpendAsync(request),
                    _ => (await firewall.TryReserveAsync(request)).Decision,
                };
                var because = $"round {round}, request {i}: {decision}";
                (explanation.Outcome, explanation.RetryAfter, explanation.Cost, explanation.IsCostUnknown)
                    .Should().Be((decision.Outcome, decision.RetryAfter, decision.Cost, decision.IsCostUnknown), because);
                explanation.Limits.Should().Equal(decision.Limits, because);
                if (!decision.IsAllowed)
                {
                    explanation.Budgets.Should().Equal(decision.Budgets, because);
                    explanation.RateLimits.Should().Equal(decision.RateLimits, because);
                }
                await Harness.AdvanceAsync(TimeSpan.FromMilliseconds(random.Next(400)));
            }
        }
    }

    private static Budget AnyBudget(Random random) => Limit(AnyScope(random), random.Next(1, 12) / 2m, random.Next(2) == 0 ? BudgetPeriod.Day : BudgetPeriod.Hour, random.Next(4) == 0 ? Record : null) with
    {
        Enforcement = (Enforcement)random.Next(3),
        PriorityHeadroom = AnyHeadroom(random),
    };

    private static RateLimit AnyRate(Random random)
    {
        var scope = AnyScope(random);
        var limit = random.Next(4) switch
        {
            0 => RateLimit.FixedWindow(scope, random.Next(1, 9), TimeSpan.FromSeconds(random.Next(1, 4))),
            1 => RateLimit.FixedWindow(scope, random.Next(1, 9), TimeSpan.FromSeconds(random.Next(1, 4)), WindowAlignment.FirstRequest),
            2 => RateLimit.SlidingWindow(scope, random.Next(1, 9), TimeSpan.FromSeconds(random.Next(1, 4))),
            _ => Rate(scope, random.Next(1, 9), random.Next(3)),
        };
        return limit with { Unit = random.Next(4) == 0 ? Record : null, Enforcement = random.Next(4) == 0 ? Enforcement.Shadow : Enforcement.Hard, PriorityHeadroom = AnyHeadroom(random) };
    }

    private static Dictionary<string, decimal> AnyHeadroom(Random random) => random.Next(3) == 0 ? new() { ["batch"] = random.Next(1, 9) / 8m } : [];

    private static BudgetScope AnyScope(Random random) => random.Next(4) switch
    {
        0 => BudgetScope.Global,
        1 => BudgetScope.Each("user"),
        2 => SearchScope,
        _ => AliceScope,
    };

    private static BudgetRequest AnyRequest(Random random) => Call(random.Next(4) / 4m, random.Next(3) == 0 ? "bob" : Alice, random.Next(2) == 0 ? Search : null) with
    {
        Permits = random.Next(1, 4),
        Priority = random.Next(3) == 0 ? "batch" : null,
        Usage = random.Next(2) == 0 ? Records(random.Next(3)) : null,
    };
}
