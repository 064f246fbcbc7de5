using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>A throttled budget by itself, as every store uses it: the room within its limit, the room below its ceiling, and its queue.</summary>
public sealed class ThrottleRuleTests
{
    private static readonly DateTime Now = new(2026, 3, 10, 12, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime PeriodEnd = Now.AddHours(12);

    [Theory]
    [InlineData(3, null, 7, true, Verdict.Admit)]
    [InlineData(3, null, 8, false, Verdict.Admit)]
    [InlineData(3, 20, 17, false, Verdict.Admit)]
    [InlineData(3, 20, 18, false, Verdict.Refuse)]
    [InlineData(30, 20, 0, true, Verdict.Admit)]
    [InlineData(30, null, 4_000_000_000_000_000_000, false, Verdict.Admit)]
    public void Above_the_limit_there_is_room_up_to_the_ceiling(long spent, int? ceiling, long need, bool isWithinLimit, Verdict verdict)
    {
        var rule = Rule(10, ceiling);
        var demand = new LimitDemand(rule, "", need, need);

        rule.HasRoom(LimitReading.OfBudget(spent, 0), need).Should().Be(isWithinLimit);
        rule.Judge(LimitReading.OfBudget(spent, 0), demand, Now, PeriodEnd).Verdict.Should().Be(verdict);
    }

    [Theory]
    [InlineData(10, 4, Verdict.Admit)]
    [InlineData(10, 5, Verdict.Refuse)]
    public void The_ceiling_keeps_nothing_free_for_others(long spent, long need, Verdict verdict)
    {
        var rule = Rule(10, ceiling: 14);

        rule.Judge(LimitReading.OfBudget(spent, 0), new LimitDemand(rule, "", need + 3, need) { Headroom = 3 }, Now, PeriodEnd).Verdict.Should().Be(verdict);
    }

    [Theory]
    [InlineData(14, 12)]
    [InlineData(15, null)]
    public void A_refusal_at_the_ceiling_waits_for_the_next_period_if_that_lets_it_begin(long need, int? hours)
    {
        var rule = Rule(10, ceiling: 14);

        rule.Judge(LimitReading.OfBudget(14, 0), new(rule, "", need, need), Now, PeriodEnd).Wait.Should().Be(hours is { } wait ? TimeSpan.FromHours(wait) : null);
    }

    [Theory]
    [InlineData(10, 1, 1)]
    [InlineData(10, 13, 12)]
    [InlineData(11, 13, 13)]
    public void A_refusal_of_the_queue_ends_with_its_turn_or_with_the_period_whichever_is_first(long need, int queueHours, int hours)
    {
        var rule = Rule(10, ceiling: null);
        var (refused, delayed) = (new Judgement(Verdict.Refuse, TimeSpan.FromHours(queueHours)), new Judgement(Verdict.Delay, TimeSpan.FromHours(queueHours)));
        var demand = new LimitDemand(rule, "", need, need);

        rule.Throttled(refused, demand, Now, PeriodEnd).Should().Be(new Judgement(Verdict.Refuse, TimeSpan.FromHours(hours)));
        rule.Throttled(delayed, demand, Now, PeriodEnd).Should().Be(delayed);
        rule.Throttled(refused, demand, Now, DateTime.MaxValue).Should().Be(refused);
    }

    [Fact]
    public void A_queue_that_is_passed_over_admits_and_has_nothing_taken_from_it()
    {
        var passed = Judgement.PassedOver;

        (passed.Verdict, passed.Wait, passed.IsPassedOver, passed.IsRefusal, passed.IsDelay).Should().Be((Verdict.Admit, TimeSpan.Zero, true, false, false));
        passed.Should().NotBe(Judgement.Admitted);
    }

    [Fact]
    public void The_queue_is_named_after_the_counter_and_no_other_limit_has_its_name()
    {
        var budget = new Budget { Scope = BudgetScope.Each("user"), Limit = 1m, Enforcement = Enforcement.Throttle, Throttle = new() { RatePerSecond = 1 } };
        Budget[] budgets = [budget, budget with { Period = BudgetPeriod.Month }, budget with { Unit = "record" }, budget with { Models = ["m"] }, budget with { Scope = BudgetScope.Each("project") }];

        var rules = budgets.Select(other => new CounterRule(other)).ToList();

        rules.Select(rule => rule.Name).Concat(rules.Select(rule => rule.Throttle!.Name)).Append(new LeakyBucketRule(RateLimit.LeakyBucket(budget.Scope, 1)).Name)
            .Should().OnlyHaveUniqueItems().And.HaveCount(11);
        new CounterRule(budget with { Scope = BudgetScope.User("alice"), Limit = 5m, Throttle = new() { RatePerSecond = 7 }, Id = "own" }).Throttle!.Name.Should().Be(rules[0].Throttle!.Name);
        rules.Should().OnlyContain(rule => rule.Throttle!.IsThrottle && rule.Throttle.IsQueue);
    }

    [Fact]
    public void A_call_knows_which_budget_each_queue_belongs_to()
    {
        var (throttled, hard, other) = (Rule(10, ceiling: null), new CounterRule(new() { Scope = BudgetScope.User("alice"), Limit = 1m }), Rule(5, ceiling: null));
        var rate = new LeakyBucketRule(RateLimit.LeakyBucket(BudgetScope.Global, 1));

        var call = new DecisionCall
        {
            Kind = DecisionKind.Check,
            OperationId = "id",
            CatalogVersion = "",
            Limits = [Demand(hard), Demand(throttled), Demand(other), Demand(rate), Demand(throttled.Throttle!), Demand(other.Throttle!)],
        };

        (call.BudgetCount, call.ThrottleCount).Should().Be((3, 2));
        Enumerable.Range(0, 6).Select(call.ThrottledBudget).Should().Equal(-1, -1, -1, -1, 1, 2);
    }

    private static LimitDemand Demand(LimitRule rule) => new(rule, "", Need: 1, Take: 1);

    private static CounterRule Rule(long limitNanos, long? ceiling) => new(new Budget
    {
        Scope = BudgetScope.Global,
        Limit = limitNanos / 1_000_000_000m,
        Enforcement = Enforcement.Throttle,
        Throttle = new() { RatePerSecond = 2m, Ceiling = ceiling / 1_000_000_000m },
        WarnAt = [],
    });
}
