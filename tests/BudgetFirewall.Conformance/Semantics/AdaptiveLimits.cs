namespace BudgetFirewall.Conformance;

/// <summary>Adaptive rate limits: lowered by what providers say, once in a cooldown over all processes, and grown again by their use.</summary>
public abstract class AdaptiveLimits<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly ProviderFeedback Overload = new() { IsOverloaded = true };
    private static readonly BudgetRequest Request = new() { Provider = Provider, UserId = Alice };

    [Fact]
    public async Task An_overload_lowers_the_limit_once_in_a_cooldown_however_many_report_it_at_once()
    {
        var processes = Enumerable.Range(0, 4).Select(_ => Firewall(options => options.RateLimits.Add(Bucket()))).ToArray();

        var changes = (await Together.DoAsync(64, threads: 8, i => processes[i % 4].RateLimits.ReportAsync(Request, Overload))).SelectMany(change => change).ToList();
        await Harness.AdvanceAsync(Second - Harness.Margin);
        var inCooldown = await processes[1].RateLimits.ReportAsync(Request, Overload);
        await Harness.AdvanceAsync(Harness.Margin);
        var after = await processes[2].RateLimits.ReportAsync(Request, Overload);

        changes.Should().ContainSingle().Which.Should().Match<RateLimitAdaptation>(change =>
            change.Before == 100m && change.After == 70m && change.Ceiling == 100m && change.Cause == AdaptationCause.Overloaded && change.PausedFor == null && change.Scope == ProviderScope);
        inCooldown.Should().BeEmpty();
        after.Should().ContainSingle().Which.After.Should().Be(49m);
        var state = await StateAsync(processes[3]);
        (state.Limit, state.RefillPerSecond, state.Ceiling, state.Remaining).Should().Be((49m, 49m, 100m, 49m));
    }

    [Fact]
    public async Task It_falls_no_lower_than_its_floor_and_grows_no_higher_than_its_ceiling()
    {
        var firewall = Firewall(options => options.RateLimits.Add(Bucket()));
        for (var i = 0; i < 12; i++)
        {
            await firewall.RateLimits.ReportAsync(Request, Overload);
            await Harness.AdvanceAsync(Second);
        }
        (await StateAsync(firewall)).RefillPerSecond.Should().Be(5m);

        var seen = new List<decimal>();
        for (var i = 0; i < 125; i++)
        {
            (await firewall.TryCheckAsync(Request)).IsAllowed.Should().BeTrue();
            await Harness.AdvanceAsync(TimeSpan.FromMilliseconds(100));
            seen.Add((await StateAsync(firewall)).RefillPerSecond!.Value);
        }

        seen.Should().BeInAscendingOrder();
        seen[^1].Should().Be(100m);
        seen.Take(100).Max().Should().BeLessThan(100m);
    }

    [Fact]
    public async Task It_grows_by_the_time_in_which_it_is_used_and_not_within_the_cooldown_nor_while_it_is_idle()
    {
        var firewall = Firewall(options => options.RateLimits.Add(Bucket()));
        await firewall.RateLimits.ReportAsync(Request, Overload);

        (await UseAfterAsync(firewall, TimeSpan.FromMilliseconds(999))).Should().Be(70m, "the cooldown lasts a second");
        (await UseAfterAsync(firewall, TimeSpan.FromMilliseconds(91))).Should().Be(70m, "90 ms are no step");
        (await UseAfterAsync(firewall, TimeSpan.FromMilliseconds(10))).Should().Be(70.8m);
        (await UseAfterAsync(firewall, TimeSpan.FromMilliseconds(500))).Should().Be(74.8m);
        await Harness.AdvanceAsync(TimeSpan.FromHours(1));
        (await StateAsync(firewall)).RefillPerSecond.Should().Be(74.8m, "it was idle");
        (await UseAfterAsync(firewall, TimeSpan.Zero)).Should().Be(82.8m, "an idle hour counts for a second");
    }

    [Fact]
    public async Task A_limit_that_nobody_uses_for_a_day_is_at_its_ceiling_again()
    {
        var firewall = Firewall(options => options.RateLimits.Add(Bucket(growth: 0)));
        await firewall.RateLimits.ReportAsync(Request, Overload);

        (await UseAfterAsync(firewall, TimeSpan.FromHours(20))).Should().Be(70m);
        (await UseAfterAsync(firewall, TimeSpan.FromHours(20))).Should().Be(70m);
        await Harness.AdvanceAsync(TimeSpan.FromHours(27));

        (await StateAsync(firewall)).RefillPerSecond.Should().Be(100m);
    }

    [Fact]
    public async Task A_pause_admits_nothing_until_the_provider_wants_to_be_asked_again_and_no_report_makes_it_shorter()
    {
        var firewall = Firewall(options => options.RateLimits.Add(Bucket(longestPause: TimeSpan.FromSeconds(10))));
        await firewall.RateLimits.ReportAsync(Request, Overload with { RetryAfter = 2 * Second });
        (await firewall.RateLimits.ReportAsync(Request, new() { RetryAfter = Second })).Should().BeEmpty();

        var denied = await firewall.TryCheckAsync(Request);
        (denied.Outcome, denied.RetryAfter).Should().Be((DecisionOutcome.RateLimited, 2 * Second));
        denied.RateLimits.Should().ContainSingle().Which.Should().Match<RateLimitState>(state => state.PausedFor == 2 * Second && state.Remaining == 0 && state.Level == 70m && state.FullIn == 2 * Second);
        await Harness.AdvanceAsync((2 * Second) - Harness.Margin);
        (await firewall.TryCheckAsync(Request)).RetryAfter.Should().Be(Harness.Margin);
        await Harness.AdvanceAsync(Harness.Margin);
        (await firewall.TryCheckAsync(Request)).IsAllowed.Should().BeTrue();

        var longer = await firewall.RateLimits.ReportAsync(Request, new() { RetryAfter = TimeSpan.FromHours(3) });
        longer.Should().ContainSingle().Which.Should().Match<RateLimitAdaptation>(change => change.PausedFor == 10 * Second && change.Cause == AdaptationCause.Exhausted && change.Before == change.After);
        (await firewall.TryCheckAsync(Request)).RetryAfter.Should().Be(10 * Second);
    }

    [Fact]
    public async Task What_is_said_of_tokens_concerns_limits_of_tokens_and_what_is_said_of_requests_those_of_permits()
    {
        var tokens = Bucket(id: "tokens") with { Unit = UsageUnits.TotalTokens };
        var firewall = Firewall(options => options.RateLimits.AddRange([Bucket(id: "requests"), tokens, Bucket(id: "records") with { Unit = Record }]));
        var request = Request with { Usage = BudgetUsage.Tokens(1, 1) with { Units = new Dictionary<string, decimal> { [Record] = 1 } } };

        var first = await firewall.RateLimits.ReportAsync(request, new() { TokensResetIn = Second });
        var second = await firewall.RateLimits.ReportAsync(request, new() { RequestsResetIn = 3 * Second });
        var third = await firewall.RateLimits.ReportAsync(request, Overload);

        first.Should().ContainSingle().Which.RateLimitId.Should().Be("tokens");
        second.Should().ContainSingle().Which.RateLimitId.Should().Be("requests");
        third.Select(change => change.RateLimitId).Should().BeEquivalentTo("requests", "tokens", "records");
        (await firewall.TryCheckAsync(request)).Limits.ToDictionary(limit => limit.Id, limit => limit.Wait)
            .Should().Equal(new Dictionary<string, TimeSpan?> { ["requests"] = 3 * Second, ["tokens"] = Second, ["records"] = null });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Every_algorithm_admits_what_is_left_of_its_ceiling_and_tells_exact_waits(int algorithm)
    {
        var firewall = Harness.CreateFirewallOn(store => new WaitsAreNotWaited(store), options => options.RateLimits.Add(OfEachAlgorithm()[algorithm]));
        await firewall.RateLimits.ReportAsync(Request, Overload);
        await Harness.AdvanceAsync(Second);
        await firewall.RateLimits.ReportAsync(Request, Overload);

        var state = await StateAsync(firewall);
        (state.RefillPerSecond ?? state.RatePerSecond ?? state.Limit).Should().Be(5m);
        state.Ceiling.Should().Be(20m);
        for (var i = 0; i < 40; i++)
        {
            var decision = await firewall.TryCheckAsync(Request with { Permits = 1 + (i % 3), MaxWait = TimeSpan.FromMilliseconds(300) });
            if (decision.IsAllowed)
                continue;
            await Harness.AdvanceAsync(decision.RetryAfter!.Value - Harness.Margin);
            (await firewall.TryCheckAsync(Request with { Permits = 1 + (i % 3), MaxWait = TimeSpan.FromMilliseconds(300) })).IsAllowed.Should().BeFalse("step {0}", i);
            await Harness.AdvanceAsync(Harness.Margin);
            (await firewall.TryCheckAsync(Request with { Permits = 1 + (i % 3), MaxWait = TimeSpan.FromMilliseconds(300) })).IsAllowed.Should().BeTrue("step {0}", i);
        }
    }

    [Fact]
    public async Task A_call_that_is_larger_than_the_lowered_limit_is_admitted_where_that_is_whole_and_is_paid_off_in_full()
    {
        var firewall = Firewall(options => options.RateLimits.Add(Bucket(capacity: 10, refill: 10, floor: 1, growth: 0, factor: 0.1m)));
        await firewall.RateLimits.ReportAsync(Request, Overload);

        (await firewall.TryCheckAsync(Request with { Permits = 8 })).IsAllowed.Should().BeTrue();

        (await StateAsync(firewall)).Level.Should().Be(-7m);
        (await firewall.TryCheckAsync(Request)).RetryAfter.Should().Be(8 * Second);
        (await firewall.TryCheckAsync(Request with { Permits = 8 })).RetryAfter.Should().Be(8 * Second);
        (await firewall.TryCheckAsync(Request with { Permits = 11 })).RetryAfter.Should().BeNull("it is more than the ceiling");
    }

    [Fact]
    public async Task A_queue_gives_turns_at_its_lowered_rate_and_none_is_overtaken_when_it_changes()
    {
        var limit = RateLimit.LeakyBucket(ProviderScope, 10, maxWait: 20 * Second) with { Adaptive = new() { Floor = 1, GrowthPerSecond = 10, DecreaseFactor = 0.2m } };
        var firewall = Harness.CreateFirewallOn(store => new WaitsAreNotWaited(store), options => options.RateLimits.Add(limit));
        await firewall.RateLimits.ReportAsync(Request, Overload);
        var turns = new List<DateTimeOffset>();
        for (var i = 0; i < 60; i++)
        {
            var decision = await firewall.TryCheckAsync(Request);
            if (decision.IsAllowed)
                turns.Add(Harness.Now + (decision.Limits[0].Wait ?? TimeSpan.Zero));
            await Harness.AdvanceAsync(TimeSpan.FromMilliseconds(70));
            if (i is 20)
                await firewall.RateLimits.ReportAsync(Request, Overload);
        }

        turns.Count.Should().BeGreaterThan(20);
        turns.Zip(turns.Skip(1)).Select(pair => pair.Second - pair.First).Should().OnlyContain(gap => gap >= TimeSpan.FromMilliseconds(99));
        turns.Take(3).Zip(turns.Skip(1)).Select(pair => pair.Second - pair.First).Should().OnlyContain(gap => gap == TimeSpan.FromMilliseconds(500));
        (await StateAsync(firewall)).QueueLength.Should().BeGreaterThan(0m);
    }

    [Fact]
    public async Task A_commit_settles_the_difference_in_a_lowered_limit()
    {
        var limit = Bucket(capacity: 100, refill: 10, floor: 1, growth: 0, id: "bucket") with { Unit = Record };
        var firewall = Firewall(options => options.RateLimits.AddRange([limit, RateLimit.FixedWindow(ProviderScope, 100, TimeSpan.FromHours(1)) with { Id = "window", Unit = Record, Adaptive = limit.Adaptive }]));
        await firewall.RateLimits.ReportAsync(Request with { Usage = Records(1) }, Overload);
        var less = await firewall.ReserveAsync(Request with { Usage = Records(30) });
        var more = await firewall.ReserveAsync(Request with { Usage = Records(10) });
        await Harness.AdvanceAsync(Second);

        await less.CommitAsync(Records(5));
        await more.CommitAsync(Records(20));

        var levels = (await firewall.GetStatusAsync(ProviderScope)).RateLimits.ToDictionary(state => state.RateLimitId, state => state.Level);
        levels["bucket"].Should().Be(52m, "70 − 40 + 7 + 25 − 10");
        levels["window"].Should().Be(45m, "70 − 25");
    }

    [Fact]
    public async Task A_denial_and_an_explanation_leave_it_as_it_is_and_an_explanation_tells_what_a_check_would_get()
    {
        var firewall = Firewall(options =>
        {
            options.RateLimits.Add(Bucket(capacity: 2));
            options.Budgets.Add(AliceLimit(1m));
        });
        await firewall.RateLimits.ReportAsync(Request, Overload);
        await Harness.AdvanceAsync(3 * Second);
        var before = await StateAsync(firewall);

        for (var i = 0; i < 5; i++)
            (await firewall.TryCheckAsync(Request with { Cost = 2m })).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        (await firewall.TryCheckAsync(Request with { Permits = 3 })).Outcome.Should().Be(DecisionOutcome.RateLimited);
        var explained = await firewall.ExplainAsync(Request with { Cost = 0m, Permits = 2 });

        (await StateAsync(firewall)).Should().BeEquivalentTo(before);
        before.RefillPerSecond.Should().Be(70m);
        var decided = await firewall.TryCheckAsync(Request with { Cost = 0m, Permits = 2 });
        explained.Limits.Should().BeEquivalentTo(decided.Limits);
        (await StateAsync(firewall)).RefillPerSecond.Should().Be(78m);
    }

    [Fact]
    public async Task Limits_changed_at_run_time_keep_their_part_of_the_ceiling()
    {
        var firewall = Firewall(options => options.RateLimits.Add(Bucket()));
        await firewall.RateLimits.ReportAsync(Request, Overload);

        await firewall.RateLimits.SetAsync(Bucket(capacity: 200, refill: 200));
        (await StateAsync(firewall)).RefillPerSecond.Should().Be(140m);
        await firewall.RateLimits.SetAsync(Bucket(floor: 90));
        (await StateAsync(firewall)).RefillPerSecond.Should().Be(90m, "a floor that is raised counts at once");
        await firewall.RateLimits.SetAsync(Bucket() with { Adaptive = null });
        (await StateAsync(firewall)).Should().Match<RateLimitState>(state => state.RefillPerSecond == 100m && state.Ceiling == null);
        (await firewall.RateLimits.ReportAsync(Request, Overload)).Should().BeEmpty();
        await firewall.RateLimits.RemoveAsync(Bucket().Id);
        (await StateAsync(firewall)).RefillPerSecond.Should().Be(70m);
    }

    [Fact]
    public async Task Scopes_fall_apart_and_shadows_too_and_what_stays_free_for_others_is_a_fraction_of_what_is_in_force()
    {
        var limit = Bucket() with { Scope = BudgetScope.Each("user"), PriorityHeadroom = new Dictionary<string, decimal> { ["batch"] = 0.5m } };
        var firewall = Firewall(options => options.RateLimits.AddRange([limit, limit with { Enforcement = Enforcement.Shadow }]));

        (await firewall.RateLimits.ReportAsync(Request, Overload)).Should().HaveCount(2);

        (await firewall.TryCheckAsync(Request with { Priority = "batch", Permits = 35 })).IsAllowed.Should().BeTrue();
        (await firewall.TryCheckAsync(Request with { Priority = "batch" })).DeniedByRateLimits.Should().ContainSingle();
        (await firewall.TryCheckAsync(Request with { UserId = "bob", Permits = 100 })).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task The_value_of_a_row_of_its_schedule_is_the_ceiling_while_that_is_in_force()
    {
        var row = new ScheduleRow { From = new(Harness.Now.UtcDateTime.AddHours(1).Hour, 0), RefillPerSecond = 50 };
        var firewall = Firewall(options => options.RateLimits.Add(Bucket(growth: 0) with { Schedule = [row] }));
        await firewall.RateLimits.ReportAsync(Request, Overload);

        await Harness.AdvanceAsync(TimeSpan.FromHours(1));
        (await firewall.TryCheckAsync(Request)).RateLimits.Should().ContainSingle().Which.RefillPerSecond.Should().Be(35m);
        var change = await firewall.RateLimits.ReportAsync(Request, Overload);

        change.Should().ContainSingle().Which.Should().Match<RateLimitAdaptation>(adaptation => adaptation.Ceiling == 50m && adaptation.After == 24.5m);
    }

    [Fact]
    public async Task A_provider_that_never_wants_to_be_asked_again_is_asked_after_the_longest_pause()
    {
        var firewall = Firewall(options => options.RateLimits.Add(Bucket()));

        var changes = await firewall.RateLimits.ReportAsync(Request, new() { RetryAfter = TimeSpan.MaxValue });

        changes.Should().ContainSingle().Which.PausedFor.Should().Be(TimeSpan.FromMinutes(1));
        AssertWait(TimeSpan.FromMinutes(1), (await firewall.TryCheckAsync(Request)).RetryAfter);
    }

    [Fact]
    public async Task A_turn_is_given_back_though_the_limit_has_fallen_meanwhile()
    {
        var waiting = new WaitingCalls(Harness);
        var firewall = waiting.Firewall(options => options.RateLimits.Add(
            RateLimit.LeakyBucket(ProviderScope, 1, maxWait: 20 * Second) with { Adaptive = new() { Floor = 0.1m, GrowthPerSecond = 0, DecreaseFactor = 0.5m } }));
        await firewall.ReserveAsync(Request);
        using var cancelling = new CancellationTokenSource();
        var call = await waiting.StartAsync(() => firewall.TryReserveAsync(Request, cancelling.Token));
        await firewall.RateLimits.ReportAsync(Request, Overload);

        await cancelling.CancelAsync();
        await call.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();

        (await StateAsync(firewall)).Should().BeEquivalentTo(new { QueueLength = 0.5m, FullIn = Second });
    }

    private static RateLimit[] OfEachAlgorithm()
    {
        var follow = new AdaptiveRate { Floor = 1, GrowthPerSecond = 0, DecreaseFactor = 0.5m };
        return
        [
            new RateLimit { Scope = ProviderScope, Capacity = 20, RefillPerSecond = 20, Adaptive = follow },
            RateLimit.LeakyBucket(ProviderScope, 20, queueLimit: 12) with { Adaptive = follow },
            RateLimit.FixedWindow(ProviderScope, 20, TimeSpan.FromSeconds(7)) with { Adaptive = follow },
            RateLimit.FixedWindow(ProviderScope, 20, TimeSpan.FromSeconds(7), WindowAlignment.FirstRequest) with { Adaptive = follow },
            RateLimit.SlidingWindow(ProviderScope, 20, TimeSpan.FromSeconds(7)) with { Adaptive = follow },
        ];
    }

    private static RateLimit Bucket(
        decimal capacity = 100, decimal refill = 100, decimal floor = 5, decimal growth = 8, decimal factor = 0.7m, TimeSpan? longestPause = null, string? id = null)
    {
        var limit = new RateLimit
        {
            Scope = ProviderScope,
            Capacity = capacity,
            RefillPerSecond = refill,
            Adaptive = new() { Floor = floor, GrowthPerSecond = growth, DecreaseFactor = factor, Cooldown = Second, LongestPause = longestPause ?? TimeSpan.FromMinutes(1) },
        };
        return id is null ? limit : limit with { Id = id };
    }

    private static async ValueTask<RateLimitState> StateAsync(IBudgetFirewall firewall) => (await firewall.GetStatusAsync(ProviderScope)).RateLimits.Should().ContainSingle().Which;

    /// <summary>Lets time pass, makes a call, and gives what the limit refills by after that.</summary>
    private async ValueTask<decimal?> UseAfterAsync(IBudgetFirewall firewall, TimeSpan time)
    {
        await Harness.AdvanceAsync(time);
        (await firewall.TryCheckAsync(Request)).IsAllowed.Should().BeTrue();
        return (await StateAsync(firewall)).RefillPerSecond;
    }
}
