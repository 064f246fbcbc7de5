using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>A limit keeps a part of itself free from requests of a priority; other requests may use all of it.</summary>
public abstract class PrioritiesKeepHeadroom<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private const string Batch = "batch";

    private static readonly Dictionary<string, decimal> ThirtyPercentOfBatch = new() { [Batch] = 0.3m };

    [Fact]
    public async Task A_priority_may_use_a_budget_until_its_headroom_is_left_and_others_all_of_it()
    {
        var firewall = Firewall(AliceLimit(10m) with { PriorityHeadroom = ThirtyPercentOfBatch });

        (await firewall.TrySpendAsync(Of(Batch, 7m + Nano))).IsAllowed.Should().BeFalse();
        (await firewall.TrySpendAsync(Of(Batch, 7m))).IsAllowed.Should().BeTrue();
        (await firewall.TryCheckAsync(Of(Batch, Nano))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        (await firewall.TryReserveAsync(Of(Batch, Nano))).IsGranted.Should().BeFalse();
        (await firewall.TryReserveAsync(Of("people", 1m))).IsGranted.Should().BeTrue();
        (await firewall.TrySpendAsync(Call(2m))).IsAllowed.Should().BeTrue();

        await firewall.AssertStandsAtAsync(AliceScope, spent: 9m, held: 1m);
    }

    [Fact]
    public async Task A_refusal_for_the_headroom_alone_says_so()
    {
        var firewall = Firewall(AliceLimit(10m) with { PriorityHeadroom = ThirtyPercentOfBatch });
        await firewall.SpendAsync(Call(6m));

        var refused = await firewall.TrySpendAsync(Of(Batch, 2m));
        var tooLarge = await firewall.TrySpendAsync(Of(Batch, 5m));

        var verdict = refused.Limits.Should().ContainSingle().Which;
        (verdict.Verdict, verdict.Needed, verdict.Available, verdict.Headroom, verdict.IsWithinHeadroom).Should().Be((Verdict.Refuse, 2m, 4m, 3m, true));
        AssertWait(Calendar.NextMidnight(Harness.Now) - Harness.Now, refused.RetryAfter);
        refused.ToString().Should().StartWith("Denied: the request costs 2, and budget 'user=alice/day' for user=alice has 4 left of 10 (spent 6, held 0), of which 30 % are kept free for other priorities. Retry after");
        tooLarge.Limits.Should().ContainSingle().Which.IsWithinHeadroom.Should().BeFalse();
        tooLarge.ToString().Should().NotContain("kept free");
    }

    [Fact]
    public async Task What_no_period_has_room_for_beside_the_headroom_is_never_admitted()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m) with { PriorityHeadroom = ThirtyPercentOfBatch });
            options.RateLimits.Add(Rate(AliceScope, capacity: 10, refillPerSecond: 1) with { PriorityHeadroom = ThirtyPercentOfBatch });
        });

        (await firewall.TrySpendAsync(Of(Batch, 8m))).RetryAfter.Should().BeNull();
        (await firewall.TrySpendAsync(Of(Batch, 1m) with { Permits = 8 })).RetryAfter.Should().BeNull();
        (await firewall.TrySpendAsync(Of(Batch, 7m) with { Permits = 7 })).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task What_is_known_to_be_free_needs_no_headroom_and_what_is_unknown_needs_something_beside_it()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m) with { PriorityHeadroom = ThirtyPercentOfBatch });
            options.RateLimits.Add(Rate(AliceScope, capacity: 10) with { PriorityHeadroom = ThirtyPercentOfBatch });
        });
        (await firewall.TryCheckAsync(Of(Batch) with { Permits = 0 })).IsAllowed.Should().BeTrue();
        await firewall.SpendAsync(Call(7m) with { Permits = 8 });

        (await firewall.TrySpendAsync(Of(Batch, 0m) with { Permits = 0 })).IsAllowed.Should().BeTrue();
        var unknown = await firewall.TryCheckAsync(Of(Batch) with { Permits = 0 });

        unknown.IsAllowed.Should().BeFalse();
        unknown.Limits[0].Should().Match<LimitVerdict>(limit => limit.Needed == Nano && limit.Headroom == 3m && limit.IsWithinHeadroom);
        unknown.Limits[1].Should().Match<LimitVerdict>(limit => limit.Verdict == Verdict.Admit && limit.Headroom == 0);
    }

    [Fact]
    public async Task The_whole_limit_may_be_kept_free_and_nothing_of_it()
    {
        var firewall = Firewall(AliceLimit(10m) with { PriorityHeadroom = new Dictionary<string, decimal> { [Batch] = 1m, ["none"] = 0m } });

        (await firewall.TrySpendAsync(Of(Batch, Nano))).IsAllowed.Should().BeFalse();
        (await firewall.TrySpendAsync(Of("none", 10m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task Headroom_is_rounded_up()
    {
        var firewall = Firewall(AliceLimit(3 * Nano) with { PriorityHeadroom = ThirtyPercentOfBatch });

        (await firewall.TrySpendAsync(Of(Batch, 3 * Nano))).Limits[0].Headroom.Should().Be(Nano);
        (await firewall.TrySpendAsync(Of(Batch, 2 * Nano))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task The_largest_amounts_have_headroom_too()
    {
        const decimal most = 9_000_000_000m;
        var firewall = Firewall(options =>
        {
            options.MaxCost = most;
            options.Budgets.Add(AliceLimit(most) with { PriorityHeadroom = new Dictionary<string, decimal> { [Batch] = 1m } });
        });

        var refused = await firewall.TrySpendAsync(Of(Batch, most));

        refused.Limits[0].Should().Match<LimitVerdict>(limit => limit.Verdict == Verdict.Refuse && limit.Needed == most && limit.Headroom == most && limit.IsWithinHeadroom);
        (await firewall.TrySpendAsync(Call(most))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task Soft_and_shadow_budgets_note_the_headroom()
    {
        var soft = AliceLimit(10m) with { PriorityHeadroom = ThirtyPercentOfBatch, Enforcement = Enforcement.Soft };
        var shadow = AliceLimit(10m) with { PriorityHeadroom = ThirtyPercentOfBatch, Enforcement = Enforcement.Shadow };
        var firewall = Firewall(soft, shadow);

        var decision = await firewall.TrySpendAsync(Of(Batch, 8m));

        decision.IsAllowed.Should().BeTrue();
        decision.Limits.Single(limit => limit.Id == soft.Id).Should().Match<LimitVerdict>(limit => limit.Verdict == Verdict.Admit && limit.IsWithinHeadroom && limit.Headroom == 3m);
        decision.Limits.Single(limit => limit.Id == shadow.Id).Should().Match<LimitVerdict>(limit => limit.Verdict == Verdict.WouldRefuse && limit.IsWithinHeadroom);
        decision.WouldBeDeniedBy.Should().ContainSingle().Which.Id.Should().Be(shadow.Id);
    }

    [Fact]
    public async Task A_shadow_rate_limit_notes_the_headroom_and_nothing_is_taken_from_it()
    {
        var firewall = Firewall(options =>
            options.RateLimits.Add(Rate(AliceScope, capacity: 10) with { PriorityHeadroom = ThirtyPercentOfBatch, Enforcement = Enforcement.Shadow }));

        var decision = await firewall.TryCheckAsync(Of(Batch, 0m) with { Permits = 8 });

        decision.WouldBeDeniedBy.Should().ContainSingle().Which.IsWithinHeadroom.Should().BeTrue();
        (await firewall.LevelAsync(AliceScope)).Should().Be(10m);
    }

    [Fact]
    public async Task Charges_and_commits_ignore_the_priority()
    {
        var firewall = Firewall(AliceLimit(10m) with { PriorityHeadroom = ThirtyPercentOfBatch });
        var reservation = await firewall.ReserveAsync(Of(Batch, 7m));

        (await reservation.CommitAsync(9m)).Overrun.Should().Be(0);
        (await firewall.ChargeAsync(Of(Batch, 1m))).Overrun.Should().Be(0);

        await firewall.AssertStandsAtAsync(AliceScope, spent: 10m);
    }

    [Fact]
    public async Task The_priority_is_no_part_of_what_a_repeated_operation_is_recognised_by()
    {
        var firewall = Firewall(AliceLimit(10m) with { PriorityHeadroom = ThirtyPercentOfBatch });
        var first = await firewall.ReserveAsync(Of(Batch, 6m) with { OperationId = "one" });

        var replay = await firewall.ReserveAsync(Call(6m, id: "one"));

        (replay.Decision.IsReplay, replay.Id).Should().Be((true, first.Id));
        replay.Decision.Limits.Should().ContainSingle().Which.Headroom.Should().Be(0);
        await Firewall(AliceLimit(10m)).CommitAsync(first.Id, 6m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 6m);
    }

    [Fact]
    public async Task A_run_time_budget_keeps_its_headroom()
    {
        await Firewall().Budgets.SetAsync(AliceLimit(10m) with { PriorityHeadroom = new Dictionary<string, decimal> { [Batch] = 0.300001m, ["a:{b}"] = 1m } });
        var firewall = Firewall();

        var refused = await firewall.TrySpendAsync(Of(Batch, 7m));

        refused.Limits[0].Headroom.Should().Be(3.00001m);
        (await firewall.TrySpendAsync(Of("a:{b}", Nano))).IsAllowed.Should().BeFalse();
        (await firewall.TrySpendAsync(Call(10m))).IsAllowed.Should().BeTrue();
    }

    [Theory]
    [InlineData("token bucket")]
    [InlineData("fixed window")]
    [InlineData("window from the first request")]
    [InlineData("sliding window")]
    public async Task A_priority_may_use_a_rate_limit_until_its_headroom_is_left(string algorithm)
    {
        var firewall = Firewall(options => options.RateLimits.Add(Limit(algorithm) with { PriorityHeadroom = ThirtyPercentOfBatch }));

        (await firewall.TryCheckAsync(Of(Batch, 0m) with { Permits = 7 })).IsAllowed.Should().BeTrue();
        var refused = await firewall.TryCheckAsync(Of(Batch, 0m));
        (await firewall.TryCheckAsync(Call(0m) with { Permits = 3 })).IsAllowed.Should().BeTrue();

        refused.Limits.Should().ContainSingle().Which.Should().Match<LimitVerdict>(limit => limit.IsWithinHeadroom && limit.Needed == 1m && limit.Available == 3m && limit.Headroom == 3m);
        refused.ToString().Should().StartWith("Denied: rate limit").And.Contain("has 3 of 10, of which 30 % are kept free for other priorities. Retry after");
    }

    [Theory]
    [InlineData(DecisionKind.Check)]
    [InlineData(DecisionKind.Reserve)]
    public async Task A_priority_may_queue_until_its_headroom_is_left_at_the_end_of_the_queue(DecisionKind kind)
    {
        var firewall = Queue(queueLimit: 9, ThirtyPercentOfBatch);
        async ValueTask<BudgetDecision> DecideAsync(string? priority) => kind == DecisionKind.Check
            ? await firewall.TryCheckAsync(Of(priority, 0m))
            : (await firewall.TryReserveAsync(Of(priority, 0m))).Decision;

        var batch = new List<BudgetDecision>();
        do
            batch.Add(await DecideAsync(Batch));
        while (batch[^1].IsAllowed);
        var others = new List<BudgetDecision>();
        do
            others.Add(await DecideAsync(priority: null));
        while (others[^1].IsAllowed);

        batch.Select(WaitOf).Should().Equal(Enumerable.Range(0, 7).Select(TurnOf).Append(TurnOf(1)));
        batch[^1].Limits[0].Should().Match<LimitVerdict>(limit => limit.Verdict == Verdict.Refuse && limit.IsWithinHeadroom && limit.Needed == 1m && limit.Available == 3m && limit.Headroom == 3m);
        batch[^1].RetryAfter.Should().Be(TurnOf(1));
        others.Select(WaitOf).Should().Equal(TurnOf(7), TurnOf(8), TurnOf(9), TurnOf(1));
        others[^1].Limits[0].IsWithinHeadroom.Should().BeFalse();
    }

    [Fact]
    public async Task A_priority_that_is_left_nothing_of_a_queue_begins_where_nothing_is_queued_and_never_waits()
    {
        var firewall = Queue(queueLimit: 9, new Dictionary<string, decimal> { [Batch] = 1m });

        (await firewall.TryCheckAsync(Of(Batch, 0m))).IsAllowed.Should().BeTrue();
        var refused = await firewall.TryCheckAsync(Of(Batch, 0m));
        (await firewall.TryCheckAsync(Call(0m))).IsAllowed.Should().BeTrue();
        await Harness.AdvanceAsync(TurnOf(2));

        (refused.Outcome, refused.RetryAfter).Should().Be((DecisionOutcome.RateLimited, (TimeSpan?)TurnOf(1)));
        (await firewall.TryCheckAsync(Of(Batch, 0m))).Limits[0].Verdict.Should().Be(Verdict.Admit);
    }

    [Fact]
    public async Task The_wait_of_a_refusal_by_a_queue_is_exact_with_headroom_too()
    {
        var firewall = Queue(queueLimit: 12, new Dictionary<string, decimal> { [Batch] = 0.4m, ["report"] = 0.25m });
        var random = new Random(7);
        for (var refusals = 0; refusals < Harness.Scaled(500);)
        {
            await Harness.AdvanceAsync(TimeSpan.FromMilliseconds(random.Next(700)));
            var request = Of(random.Next(3) switch { 0 => null, 1 => "report", _ => Batch }, 0m) with { Permits = random.Next(1, 6), MaxWait = TimeSpan.FromMilliseconds(random.Next(9_000)) };
            var decision = await firewall.TryCheckAsync(request);
            if (decision.IsAllowed)
                continue;
            refusals++;

            await Harness.AdvanceAsync(decision.RetryAfter!.Value - Harness.Margin);
            (await firewall.TryCheckAsync(request)).IsAllowed.Should().BeFalse();
            await Harness.AdvanceAsync(Harness.Margin);
            (await firewall.TryCheckAsync(request)).IsAllowed.Should().BeTrue();
        }
    }

    [Theory]
    [InlineData("token bucket")]
    [InlineData("fixed window")]
    [InlineData("window from the first request")]
    [InlineData("sliding window")]
    public async Task The_wait_of_a_refusal_is_exact_with_headroom_too(string algorithm)
    {
        var firewall = Firewall(options => options.RateLimits.Add(Limit(algorithm) with { PriorityHeadroom = ThirtyPercentOfBatch }));
        var random = new Random(7);
        var refusals = 0;
        for (var i = 0; i < Harness.Scaled(2_000) && refusals < Harness.Scaled(500); i++)
        {
            await Harness.AdvanceAsync(TimeSpan.FromMilliseconds(random.Next(700)));
            var request = Of(random.Next(3) == 0 ? null : Batch, 0m) with { Permits = random.Next(1, 8) };
            var decision = await firewall.TryCheckAsync(request);
            if (decision.IsAllowed)
                continue;
            refusals++;
            var wait = decision.RetryAfter!.Value;
            if (wait > TimeSpan.FromMilliseconds(1))
            {
                await Harness.AdvanceAsync(wait - TimeSpan.FromMilliseconds(1));
                (await firewall.TryCheckAsync(request)).IsAllowed.Should().BeFalse();
                wait = TimeSpan.FromMilliseconds(1);
            }
            await Harness.AdvanceAsync(wait);
            (await firewall.TryCheckAsync(request)).IsAllowed.Should().BeTrue();
        }
        refusals.Should().BePositive();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task P1_random_calls_of_mixed_priorities_are_admitted_exactly_as_far_as_their_headroom_lets_them(int seed)
    {
        var random = new Random(seed);
        var headroom = new Dictionary<string, decimal> { [Batch] = 0.3m, ["report"] = 0.75m, ["people"] = 0m };
        var (day, month) = (AliceLimit(60m) with { PriorityHeadroom = headroom }, AliceLimit(90m, BudgetPeriod.Month) with { PriorityHeadroom = ThirtyPercentOfBatch });
        var firewall = Firewall(day, month);
        var open = new List<(BudgetReservation Reservation, decimal Amount)>();
        var (spent, held) = (0m, 0m);
        for (var i = 0; i < Harness.Scaled(3_000); i++)
        {
            if (open.Count > 0 && random.Next(3) == 0)
            {
                var (reservation, amount) = open[random.Next(open.Count)];
                open.RemoveAll(other => other.Reservation == reservation);
                held -= amount;
                if (random.Next(2) == 0)
                    await reservation.ReleaseAsync();
                else
                    spent += (await reservation.CommitAsync(amount * random.Next(3) / 2)).Cost;
                continue;
            }
            if (spent > 50m)
            {
                await firewall.Budgets.ResetAsync(day.Id, AliceScope);
                await firewall.Budgets.ResetAsync(month.Id, AliceScope);
                spent = 0;
            }
            var priority = random.Next(5) switch { 0 => null, 1 => "people", 2 => "report", 3 => "unnamed", _ => Batch };
            var cost = random.Next(20);
            bool Fits(Budget budget) => cost == 0 || spent + held + cost + (budget.Limit * (priority is null ? 0 : budget.PriorityHeadroom.GetValueOrDefault(priority))) <= budget.Limit;

            var made = await firewall.TryReserveAsync(Of(priority, cost));

            made.IsGranted.Should().Be(Fits(day) && Fits(month), "{0} of {1} is asked for with {2} spent and {3} held", cost, priority, spent, held);
            made.Decision.DeniedByBudgets.Select(state => state.BudgetId).Order(StringComparer.Ordinal)
                .Should().Equal(new[] { day, month }.Where(budget => !Fits(budget)).Select(budget => budget.Id).Order(StringComparer.Ordinal));
            if (!made.IsGranted)
                continue;
            open.Add((made, cost));
            held += cost;
        }
        await firewall.AssertStandsAtAsync(AliceScope, spent: spent, held: held, budgetId: day.Id);
    }

    [Fact]
    public async Task P1_concurrent_calls_of_mixed_priorities_stop_exactly_at_the_limit_and_batch_at_its_part()
    {
        var calls = Harness.Scaled(20_000);
        var limit = calls / 10 * 10 / 4;
        var processes = Processes(4, AliceLimit(limit) with { PriorityHeadroom = ThirtyPercentOfBatch });

        var batch = await Together.DoAsync(calls, threads: 8, i => processes[i % 4].TrySpendAsync(Of(Batch, 1m)));
        var others = await Together.DoAsync(calls, threads: 8, i => processes[i % 4].TrySpendAsync(Of(i % 2 == 0 ? Batch : null, 1m)));

        batch.Count(decision => decision.IsAllowed).Should().Be((int)Math.Floor(limit * 0.7m));
        others.Where((_, i) => i % 2 == 0).Should().NotContain(decision => decision.IsAllowed);
        others.Count(decision => decision.IsAllowed).Should().Be(limit - (int)Math.Floor(limit * 0.7m));
        await processes[0].AssertStandsAtAsync(AliceScope, spent: limit);
    }

    /// <summary>A queue with a turn each second, whose callers are answered at once.</summary>
    private IBudgetFirewall Queue(decimal queueLimit, IReadOnlyDictionary<string, decimal> headroom) => Harness.CreateFirewallOn(
        store => new WaitsAreNotWaited(store), options => options.RateLimits.Add(RateLimit.LeakyBucket(AliceScope, 1, queueLimit) with { PriorityHeadroom = headroom }));

    private static TimeSpan WaitOf(BudgetDecision decision) => decision.Limits[0].Wait ?? TimeSpan.Zero;

    private static TimeSpan TurnOf(int place) => TimeSpan.FromSeconds(place);

    private static BudgetRequest Of(string? priority, decimal? cost = null) => Call(cost) with { Priority = priority };

    private static RateLimit Limit(string algorithm) => algorithm switch
    {
        "token bucket" => RateLimit.TokenBucket(AliceScope, 10, 1.5m),
        "fixed window" => RateLimit.FixedWindow(AliceScope, 10, TimeSpan.FromSeconds(7)),
        "window from the first request" => RateLimit.FixedWindow(AliceScope, 10, TimeSpan.FromSeconds(7), WindowAlignment.FirstRequest),
        "sliding window" => RateLimit.SlidingWindow(AliceScope, 10, TimeSpan.FromSeconds(7)),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "There is no such algorithm."),
    };
}
