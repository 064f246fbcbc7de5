namespace BudgetFirewall.Conformance;

/// <summary>P11: a queue gives turns in order and never early, over all processes, and never grows beyond its bound.</summary>
public abstract class P11NeverEarly<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Random_requests_get_the_turns_of_an_oracle_that_keeps_every_take(int seed)
    {
        var oracles = Mixed().Select(limit => new QueueOracle(limit)).ToList();
        var firewall = AtOnce(options => options.RateLimits.AddRange(oracles.Select(oracle => oracle.Limit)));
        var random = new Random(seed);
        var open = new List<(BudgetReservation Reservation, decimal Records, int[] Takes)>();
        for (var i = 0; i < Harness.Scaled(1_000) * 2; i++)
        {
            await Harness.AdvanceAsync(TimeSpan.FromMicroseconds(random.Next(4) == 0 ? random.Next(5_000_000) : random.Next(3) * 33_333));
            var now = Harness.Now;
            if (open.Count > 8 || (open.Count > 0 && random.Next(3) == 0))
            {
                var (reservation, records, takes) = open[random.Next(4) == 0 ? random.Next(open.Count) : open.Count - 1];
                var actual = random.Next(12);
                await reservation.CommitAsync(Records(actual));
                for (var k = 0; k < oracles.Count; k++)
                {
                    if (oracles[k].Limit.Unit is not null)
                        oracles[k].Settle(takes[k], actual - records, now);
                }
                open.RemoveAll(other => other.Reservation == reservation);
                continue;
            }
            var request = Call(0m) with { Permits = random.Next(8) == 0 ? random.Next(4, 9) : random.Next(1, 4), Usage = Records(random.Next(1, 9)), MaxWait = TimeSpan.FromMilliseconds(random.Next(6) * 700) };
            decimal Need(QueueOracle oracle) => oracle.Limit.Unit is null ? request.Permits : request.Usage!.Units![Record];
            var waits = oracles.ToDictionary(oracle => oracle.Limit.Id, oracle => oracle.Admits(now, request.MaxWait.Value, Need(oracle))
                ? (oracle.TurnIn(now) > TimeSpan.Zero ? Verdict.Delay : Verdict.Admit, (TimeSpan?)oracle.TurnIn(now))
                : (Verdict.Refuse, oracle.RoomIn(now, request.MaxWait.Value, Need(oracle))));
            var expected = waits.Values.All(wait => wait.Item1 != Verdict.Refuse);
            var made = await firewall.TryReserveAsync(request);

            made.IsGranted.Should().Be(expected, "step {0} of seed {1}", i, seed);
            made.Decision.Limits.ToDictionary(limit => limit.Id, limit => (limit.Verdict, limit.Verdict == Verdict.Admit ? TimeSpan.Zero : limit.Wait)).Should().Equal(waits, "step {0} of seed {1}", i, seed);
            var refusing = waits.Values.Where(wait => wait.Item1 == Verdict.Refuse).Select(wait => wait.Item2).ToList();
            made.Decision.RetryAfter.Should().Be(refusing.Contains(null) ? null : refusing.Max(), "step {0} of seed {1}", i, seed);
            if (expected)
            {
                open.Add((made, request.Usage!.Units![Record], [.. oracles.Select(oracle => oracle.Take(Need(oracle), now))]));
            }
            made.Decision.RateLimits.Select(state => (state.RateLimitId, state.QueueLength, state.NextTurnIn)).Should().BeEquivalentTo(
                oracles.Select(oracle => (oracle.Limit.Id, (decimal?)oracle.LengthAt(now), (TimeSpan?)oracle.TurnIn(now))), "step {0} of seed {1}", i, seed);
        }
    }

    [Fact]
    public async Task Turns_follow_one_another_at_the_rate_over_all_processes()
    {
        var processes = Enumerable.Range(0, 3).Select(_ => AtOnce(options => options.RateLimits.Add(RateLimit.LeakyBucket(AliceScope, ratePerSecond: 3)))).ToArray();

        var waits = new List<TimeSpan>();
        for (var i = 0; i < 10; i++)
            waits.Add(WaitOf(await processes[i % 3].CheckAsync(Call(0m))));

        waits.Should().Equal(Enumerable.Range(0, 10).Select(k => TimeSpan.FromMicroseconds(((k * 1_000_000) + 2) / 3)));
    }

    [Fact]
    public async Task A_call_of_many_permits_takes_as_many_turns()
    {
        var firewall = AtOnce(options => options.RateLimits.Add(RateLimit.LeakyBucket(AliceScope, ratePerSecond: 2, queueLimit: 5)));

        var first = await firewall.ReserveAsync(Call(0m) with { Permits = 6 });
        var denied = await firewall.TryReserveAsync(Call(0m));
        await Harness.AdvanceAsync(Second);
        var second = await firewall.ReserveAsync(Call(0m));

        (WaitOf(first.Decision), denied.Decision.RetryAfter, WaitOf(second.Decision)).Should().Be((TimeSpan.Zero, Second / 2, 2 * Second));
    }

    [Theory]
    [InlineData(5, null, 6)]
    [InlineData(0, null, 1)]
    [InlineData(null, 10, 21)]
    [InlineData(5, 10, 6)]
    public async Task A_call_of_more_than_may_wait_and_one_is_never_admitted_and_leaves_the_queue_open(int? queueLimit, int? maxWait, int most)
    {
        var firewall = AtOnce(options => options.RateLimits.Add(
            RateLimit.LeakyBucket(AliceScope, ratePerSecond: 2, queueLimit, maxWait is { } seconds ? seconds * Second : null)));

        foreach (var permits in new[] { most + 1, 1_000_000_000 })
        {
            var request = Call(0m) with { Permits = permits };
            BudgetDecision[] denied = [await firewall.TryCheckAsync(request), await firewall.TrySpendAsync(request), (await firewall.TryReserveAsync(request)).Decision];
            denied.Select(decision => (decision.Outcome, decision.RetryAfter)).Should().AllBeEquivalentTo((DecisionOutcome.RateLimited, (TimeSpan?)null));
        }
        WaitOf(await firewall.CheckAsync(Call(0m) with { Permits = most })).Should().Be(TimeSpan.Zero);
        (await firewall.TryCheckAsync(Call(0m) with { MaxWait = TimeSpan.Zero })).RetryAfter.Should().Be(Second * most / 2);
        (await firewall.TryCheckAsync(Call(0m) with { Permits = most + 1 })).RetryAfter.Should().BeNull();
    }

    [Fact]
    public async Task A_charge_of_any_size_is_queued()
    {
        var firewall = AtOnce(options => options.RateLimits.Add(RateLimit.LeakyBucket(AliceScope, ratePerSecond: 1, queueLimit: 5) with { Unit = Record }));

        await firewall.ChargeAsync(Call(0m) with { Usage = Records(1_000) });

        (await firewall.TryCheckAsync(Call(0m) with { Usage = Records(1) })).RetryAfter.Should().Be(995 * Second);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_of_less_gives_nobody_the_turn_of_another(bool byId)
    {
        var processes = Units();
        var first = await processes[0].ReserveAsync(Call(0m) with { Usage = Records(10) });
        var second = await processes[1].ReserveAsync(Call(0m) with { Usage = Records(10) });

        if (byId)
            await processes[1].CommitAsync(first.Id, Records(1));
        else
            await first.CommitAsync(Records(1));
        var third = await processes[0].ReserveAsync(Call(0m) with { Usage = Records(10) });

        new[] { first, second, third }.Select(reservation => WaitOf(reservation.Decision)).Should().Equal(TimeSpan.Zero, 10 * Second, 20 * Second);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_of_less_gives_back_where_nobody_has_come_since(bool byId)
    {
        var processes = Units();
        await processes[0].ReserveAsync(Call(0m) with { Usage = Records(10) });
        var second = await processes[1].ReserveAsync(Call(0m) with { Usage = Records(10) });
        await Harness.AdvanceAsync(3 * Second);

        if (byId)
            await processes[0].CommitAsync(second.Id, Records(1));
        else
            await second.CommitAsync(Records(1));
        var third = await processes[0].ReserveAsync(Call(0m) with { Usage = Records(10) });

        new[] { second, third }.Select(reservation => WaitOf(reservation.Decision)).Should().Equal(10 * Second, 8 * Second);
    }

    [Fact]
    public async Task A_turn_that_nobody_takes_passes_unused()
    {
        var firewall = AtOnce(options => options.RateLimits.Add(RateLimit.LeakyBucket(AliceScope, ratePerSecond: 1)));
        await firewall.CheckAsync(Call(0m));
        await Harness.AdvanceAsync(TimeSpan.FromHours(1));

        var waits = new[] { await firewall.CheckAsync(Call(0m)), await firewall.CheckAsync(Call(0m)), await firewall.CheckAsync(Call(0m)) }.Select(WaitOf);

        waits.Should().Equal(TimeSpan.Zero, Second, 2 * Second);
    }

    [Fact]
    public async Task A_queue_that_is_full_refuses_with_the_time_until_it_has_a_place()
    {
        var processes = Enumerable.Range(0, 4).Select(_ => AtOnce(options => options.RateLimits.Add(RateLimit.LeakyBucket(AliceScope, 1, queueLimit: 36)))).ToArray();

        var decisions = await Together.DoAsync(Harness.Scaled(4_000), threads: 8, i => processes[i % processes.Length].TryCheckAsync(Call(0m) with { MaxWait = Minute }));

        var (let, refused) = (decisions.Where(decision => decision.IsAllowed).ToList(), decisions.Where(decision => !decision.IsAllowed).ToList());
        let.Should().HaveCount(37);
        let.Select(WaitOf).Should().OnlyHaveUniqueItems();
        refused.Select(decision => decision.RetryAfter).Should().AllBeEquivalentTo(Second);
        (await processes[0].GetStatusAsync(AliceScope)).RateLimits.Should().ContainSingle().Which.QueueLength.Should().Be(37m);
    }

    [Theory]
    [InlineData(null, null, 30)]
    [InlineData(7, null, 7)]
    [InlineData(null, 4, 4)]
    [InlineData(7, 4, 4)]
    [InlineData(0, null, 0)]
    [InlineData(60, null, 60)]
    public async Task Nobody_waits_longer_than_the_call_and_the_limit_allow(int? ofCall, int? ofLimit, int most)
    {
        var limit = RateLimit.LeakyBucket(AliceScope, 1, maxWait: ofLimit is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        var firewall = AtOnce(options => options.RateLimits.Add(limit));
        var request = Call(0m) with { MaxWait = ofCall is { } given ? TimeSpan.FromSeconds(given) : null };

        var decisions = new List<BudgetDecision>();
        do
            decisions.Add(await firewall.TryCheckAsync(request));
        while (decisions[^1].IsAllowed);

        decisions.Select(WaitOf).Take(decisions.Count - 1).Should().Equal(Enumerable.Range(0, most + 1).Select(k => k * Second));
        decisions[^1].RetryAfter.Should().Be(Second);
    }

    [Fact]
    public async Task With_several_queues_the_longest_wait_counts_and_each_gives_a_turn()
    {
        var firewall = AtOnce(options => options.RateLimits.AddRange(
            [RateLimit.LeakyBucket(AliceScope, 1) with { Id = "user" }, RateLimit.LeakyBucket(ProviderScope, 4) with { Id = "provider" }]));
        await firewall.CheckAsync(Call(0m));

        var reservation = await firewall.ReserveAsync(Call(0m));

        reservation.Decision.Limits.Select(limit => (limit.Id, limit.Verdict, limit.Wait)).Should().BeEquivalentTo(
            [("user", Verdict.Delay, (TimeSpan?)Second), ("provider", Verdict.Delay, TimeSpan.FromSeconds(0.25))]);
        AssertMoment(Harness.Now + Second + TimeSpan.FromMinutes(5), reservation.ExpiresAt);
        reservation.Decision.RateLimits.Select(state => (state.RateLimitId, state.QueueLength)).Should().BeEquivalentTo([("user", (decimal?)2m), ("provider", 2m)]);
    }

    [Fact]
    public async Task A_denial_by_any_other_limit_takes_no_turn_and_a_full_queue_takes_from_no_other()
    {
        var firewall = AtOnce(options =>
        {
            options.Budgets.Add(AliceLimit(1m));
            options.RateLimits.AddRange(
            [
                RateLimit.LeakyBucket(AliceScope, 1, queueLimit: 3) with { Id = "queue" }, RateLimit.LeakyBucket(AliceScope, 1, queueLimit: 50) with { Id = "records", Unit = Record },
                Rate(AliceScope, capacity: 40) with { Id = "bucket" }, RateLimit.SlidingWindow(AliceScope, 9, Minute) with { Id = "window" },
            ]);
        });
        await firewall.ReserveAsync(Call(0.5m) with { Permits = 2, Usage = Records(1) });
        await Harness.AdvanceAsync(TimeSpan.FromMilliseconds(100));
        var before = await firewall.GetStatusAsync(AliceScope);
        BudgetRequest[] refused =
        [
            Call(0.6m) with { Usage = Records(1) }, Call(0.1m) with { Permits = 8, Usage = Records(1) }, Call(0.1m) with { Usage = Records(1), MaxWait = Second },
        ];

        foreach (var request in refused)
        {
            (await firewall.TryReserveAsync(request)).IsGranted.Should().BeFalse();
            (await firewall.TrySpendAsync(request)).IsAllowed.Should().BeFalse();
            (await firewall.TryCheckAsync(request)).IsAllowed.Should().BeFalse();
        }

        var after = await firewall.GetStatusAsync(AliceScope);
        after.RateLimits.Should().Equal(before.RateLimits);
        after.Budgets.Select(state => (state.Spent, state.Held)).Should().Equal(before.Budgets.Select(state => (state.Spent, state.Held)));
    }

    [Fact]
    public async Task A_charge_lengthens_a_queue_of_units_beyond_its_bound_and_a_commit_settles_it()
    {
        var firewall = AtOnce(options => options.RateLimits.Add(RateLimit.LeakyBucket(AliceScope, 10, queueLimit: 100) with { Unit = Record }));
        var reservation = await firewall.ReserveAsync(Call(0m) with { Usage = Records(30) });
        await firewall.ChargeAsync(Call(0m) with { Usage = Records(250) });

        var denied = await firewall.TryCheckAsync(Call(0m) with { Usage = Records(1) });
        await reservation.CommitAsync(Records(50));
        var settled = await firewall.TryCheckAsync(Call(0m) with { Usage = Records(1) });

        (denied.RetryAfter, settled.RetryAfter).Should().Be((TimeSpan.FromSeconds(18), TimeSpan.FromSeconds(20)));
        settled.RateLimits.Should().ContainSingle().Which.QueueLength.Should().Be(300m);
    }

    [Fact]
    public async Task A_shadow_lets_nobody_wait_and_says_what_it_would_refuse()
    {
        var firewall = Firewall(options => options.RateLimits.Add(RateLimit.LeakyBucket(AliceScope, 1, queueLimit: 1) with { Enforcement = Enforcement.Shadow }));

        var decisions = new[] { await firewall.CheckAsync(Call(0m)), await firewall.SpendAsync(Call(0m)), (await firewall.ReserveAsync(Call(0m))).Decision };

        decisions.Select(decision => decision.Wait).Should().AllBeEquivalentTo(TimeSpan.Zero);
        decisions.Select(decision => decision.WouldBeDeniedBy.Count).Should().Equal(0, 0, 1);
        decisions[2].RateLimits.Should().ContainSingle().Which.QueueLength.Should().Be(2m);
    }

    [Fact]
    public async Task Nothing_waits_for_a_call_of_no_permits()
    {
        var firewall = AtOnce(options => options.RateLimits.Add(RateLimit.LeakyBucket(AliceScope, 1, queueLimit: 0)));
        await firewall.CheckAsync(Call(0m));

        (await firewall.CheckAsync(Call(0m) with { Permits = 0 })).Limits.Should().ContainSingle().Which.Verdict.Should().Be(Verdict.Admit);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_gives_no_turn_early()
    {
        if (!Harness.CanMoveBackwards)
            return;
        var firewall = AtOnce(options => options.RateLimits.Add(RateLimit.LeakyBucket(AliceScope, 1)));
        await firewall.CheckAsync(Call(0m));
        await firewall.CheckAsync(Call(0m));

        await Harness.MoveToAsync(Harness.Now.AddMinutes(-10));
        var denied = await firewall.TryCheckAsync(Call(0m));
        await Harness.AdvanceAsync(denied.RetryAfter!.Value);
        var later = await firewall.CheckAsync(Call(0m));

        (denied.RetryAfter, WaitOf(later)).Should().Be((TimeSpan.FromMinutes(10), 2 * Second));
    }

    [Fact]
    public async Task Processes_whose_clocks_are_wrong_share_the_queue()
    {
        static void Configure(BudgetFirewallOptions options) => options.RateLimits.Add(RateLimit.LeakyBucket(AliceScope, 1, queueLimit: 0));
        IBudgetFirewall[] processes = [Firewall(Configure), Harness.CreateFirewallWithClockOffBy(TimeSpan.FromDays(-1), Configure), Harness.CreateFirewallWithClockOffBy(TimeSpan.FromHours(25), Configure)];
        await processes[0].CheckAsync(Call(0m));

        var denied = await Task.WhenAll(processes.Select(async process => await process.TryCheckAsync(Call(0m))));

        denied.Select(decision => decision.RetryAfter).Should().AllBeEquivalentTo(Second);
    }

    [Theory]
    [InlineData(0.000001, 1, 0, 1)]
    [InlineData(9_000_000_000, 1_000_000_000, 9_000_000_000, 9)]
    [InlineData(8_999_999_999.999999, 1_000_000_000, 9_000_000_000, 9)]
    [InlineData(123_456.654321, 987_654_321, 9_000_000_000, 2)]
    [InlineData(0.333333, 7, 28, 4)]
    public async Task Turns_are_exact_to_the_microsecond_at_any_rate(double rate, int permits, double queue, int calls)
    {
        var oracle = new QueueOracle(RateLimit.LeakyBucket(AliceScope, (decimal)rate, (decimal)queue));
        var firewall = AtOnce(options => options.RateLimits.Add(oracle.Limit));
        for (var i = 0; i < calls; i++)
        {
            var now = Harness.Now;
            var decision = await firewall.CheckAsync(Call(0m) with { Permits = permits, MaxWait = TimeSpan.FromDays(1) });
            WaitOf(decision).Should().Be(oracle.TurnIn(now));
            oracle.Take(permits, now);
            await Harness.AdvanceAsync(TimeSpan.FromMicroseconds(7));
        }
    }

    private static TimeSpan WaitOf(BudgetDecision decision) => decision.Limits.Max(limit => limit.Wait ?? TimeSpan.Zero);

    // Two queues, and a shadow that refuses before them.
    private IBudgetFirewall[] Units() =>
    [
        .. Enumerable.Range(0, 2).Select(_ => AtOnce(options => options.RateLimits.AddRange(
        [
            RateLimit.LeakyBucket(AliceScope, ratePerSecond: 1) with { Unit = Record },
            RateLimit.LeakyBucket(AliceScope, ratePerSecond: 1_000),
            Rate(AliceScope, capacity: 1) with { Id = "a shadow", Unit = Record, Enforcement = Enforcement.Shadow },
        ]))),
    ];

    /// <summary>A firewall that answers at once what its callers would wait for.</summary>
    private IBudgetFirewall AtOnce(Action<BudgetFirewallOptions> configure) => Harness.CreateFirewallOn(store => new WaitsAreNotWaited(store), configure);

    private static IEnumerable<RateLimit> Mixed() =>
    [
        RateLimit.LeakyBucket(AliceScope, 2.5m, queueLimit: 4) with { Id = "short" },
        RateLimit.LeakyBucket(AliceScope, 3, maxWait: TimeSpan.FromSeconds(2)) with { Id = "quick" },
        RateLimit.LeakyBucket(AliceScope, 0.9m) with { Id = "patient" },
        RateLimit.LeakyBucket(AliceScope, 7.123456m, queueLimit: 20) with { Id = "records", Unit = Record },
    ];
}
