namespace BudgetFirewall.Conformance;

/// <summary>P12: no window lets more through than its limit, and a denied request takes nothing.</summary>
public abstract class P12AWindowIsAWindow<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Random_requests_get_the_answers_of_an_oracle_that_keeps_every_take(int seed)
    {
        var oracles = Mixed().Select(WindowOracle.Of).ToList();
        var firewall = Firewall(options => options.RateLimits.AddRange(oracles.Select(oracle => oracle.Limit)));
        var random = new Random(seed);
        var open = new List<(BudgetReservation Reservation, List<(WindowOracle Oracle, OracleTake Take)> Takes)>();
        for (var i = 0; i < Harness.Scaled(2_000) * 3; i++)
        {
            await Harness.AdvanceAsync(TimeSpan.FromMilliseconds(random.Next(4) == 0 ? random.Next(5_000) : random.Next(3) * 100));
            var now = Harness.Now;
            if (open.Count > 8 || (open.Count > 0 && random.Next(3) == 0))
            {
                var (reservation, takes) = open[random.Next(open.Count)];
                var actual = random.Next(12);
                await reservation.CommitAsync(Records(actual));
                foreach (var (oracle, take) in takes.Where(taken => taken.Oracle.Limit.Unit is not null))
                    oracle.Settle(take, actual, now);
                open.RemoveAll(other => other.Reservation == reservation);
                continue;
            }
            var request = Call(0m) with { Permits = random.Next(12) == 0 ? 9 : random.Next(4), Usage = Records(random.Next(9)) };
            decimal Need(WindowOracle oracle) => oracle.Limit.Unit is null ? request.Permits : request.Usage!.Units![Record];
            var expected = oracles.TrueForAll(oracle => oracle.Fits(Need(oracle), now));
            var refusing = oracles.Where(oracle => !oracle.Fits(Need(oracle), now)).Select(oracle => oracle.WaitFor(Need(oracle), now)).ToList();
            var made = await firewall.TryReserveAsync(request);
            var decision = made.Decision;

            decision.IsAllowed.Should().Be(expected, "step {0} of seed {1}", i, seed);
            decision.RetryAfter.Should().Be(refusing.Contains(null) ? null : refusing.Max(), "step {0} of seed {1}", i, seed);
            if (expected)
                open.Add((made, [.. oracles.Select(oracle => (oracle, oracle.Take(Need(oracle), now)))]));
            decision.RateLimits.Select(state => (state.RateLimitId, state.Level, state.FullIn)).Should().BeEquivalentTo(
                oracles.Select(oracle => (oracle.Limit.Id, oracle.LevelAt(now), (TimeSpan?)oracle.FullIn(now))), "step {0} of seed {1}", i, seed);
        }
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("first")]
    [InlineData("sliding")]
    public async Task More_permits_than_the_limit_never_fit_and_there_is_no_use_in_waiting(string kind)
    {
        var firewall = Firewall(options => options.RateLimits.Add(Window(kind, AliceScope, 5, Minute)));

        var decision = await firewall.TrySpendAsync(Call(0m) with { Permits = 6 });

        (decision.Outcome, decision.RetryAfter).Should().Be(((DecisionOutcome, TimeSpan?))(DecisionOutcome.RateLimited, null));
        decision.DeniedByRateLimits.Should().ContainSingle().Which.Level.Should().Be(5m);
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("first")]
    [InlineData("sliding")]
    public async Task Many_processes_at_once_get_exactly_the_limit(string kind)
    {
        var processes = Enumerable.Range(0, 4).Select(_ => Firewall(options => options.RateLimits.Add(Window(kind, AliceScope, 37, Minute)))).ToArray();

        var outcomes = await Together.DoAsync(Harness.Scaled(4_000), threads: 8, async i => (await processes[i % processes.Length].TrySpendAsync(Call(0m))).Outcome);

        outcomes.Count(outcome => outcome == DecisionOutcome.Allowed).Should().Be(37);
        (await processes[0].LevelAsync(AliceScope)).Should().Be(0m);
    }

    [Fact]
    public async Task A_refusal_by_any_limit_leaves_every_other_as_it_was()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(1m));
            options.RateLimits.AddRange(
            [
                Window("fixed", AliceScope, 10, Minute) with { Id = "f" }, Window("first", AliceScope, 20, Minute) with { Id = "r" },
                Window("sliding", AliceScope, 30, Minute) with { Id = "s" }, Rate(AliceScope, capacity: 40) with { Id = "t" },
                Window("sliding", AliceScope, 3, Minute) with { Id = "u", Unit = Record },
            ]);
        });
        await firewall.SpendAsync(Call(0.5m) with { Permits = 2, Usage = Records(1) });
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(1));
        var before = await firewall.GetStatusAsync(AliceScope);
        BudgetRequest[] refused =
        [
            Call(0.6m) with { Permits = 1, Usage = Records(1) }, Call(0.1m) with { Permits = 9, Usage = Records(1) }, Call(0.1m) with { Permits = 19, Usage = Records(1) },
            Call(0.1m) with { Permits = 29, Usage = Records(1) }, Call(0.1m) with { Permits = 39, Usage = Records(1) }, Call(0.1m) with { Permits = 1, Usage = Records(3) },
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
    public async Task A_fixed_window_of_a_minute_is_a_minute_of_the_clock()
    {
        var firewall = Firewall(options => options.RateLimits.Add(RateLimit.FixedWindow(AliceScope, 2, Minute)));
        var minute = Calendar.NextHour(Harness.Now).AddMinutes(7);
        await MoveJustBeforeAsync(minute);
        await firewall.SpendAsync(Call(0m) with { Permits = 2 });

        var denied = await firewall.TrySpendAsync(Call(0m));
        await Harness.MoveToAsync(minute);
        var admitted = await firewall.SpendAsync(Call(0m) with { Permits = 2 });

        denied.RetryAfter.Should().Be(Harness.Margin);
        admitted.RateLimits.Should().ContainSingle().Which.FullIn.Should().Be(Minute);
    }

    [Fact]
    public async Task A_window_from_the_first_request_ends_its_length_after_it_and_the_next_begins_with_a_request()
    {
        var firewall = Firewall(options => options.RateLimits.Add(RateLimit.FixedWindow(AliceScope, 2, Minute, WindowAlignment.FirstRequest)));
        await firewall.SpendAsync(Call(0m));
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(50));
        await firewall.SpendAsync(Call(0m));
        (await firewall.TrySpendAsync(Call(0m))).RetryAfter.Should().Be(TimeSpan.FromSeconds(10));

        await Harness.AdvanceAsync(TimeSpan.FromSeconds(25));
        var next = await firewall.SpendAsync(Call(0m));

        next.RateLimits.Should().ContainSingle().Which.FullIn.Should().Be(Minute);
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-28T23:00:00Z", 24, 23)]
    [InlineData("Europe/Berlin", "2026-10-24T22:00:00Z", 24, 25)]
    [InlineData("Asia/Kolkata", "2026-03-10T10:30:00Z", 1, 1)]
    [InlineData("Australia/Lord_Howe", "2026-04-03T13:00:00Z", 24, 24)]
    [InlineData("Australia/Lord_Howe", "2026-04-04T13:00:00Z", 24, 24.5)]
    [InlineData("America/New_York", "2026-11-01T05:00:00Z", 1, 2)]
    public async Task A_window_in_a_time_zone_begins_and_ends_by_its_clock(string timeZone, string start, double hours, double lasts)
    {
        var limit = RateLimit.FixedWindow(AliceScope, 2, TimeSpan.FromHours(hours), WindowAlignment.InTimeZone(timeZone));
        var processes = Enumerable.Range(0, 2).Select(_ => Firewall(options => options.RateLimits.Add(limit))).ToArray();
        var begin = DateTimeOffset.Parse(start, System.Globalization.CultureInfo.InvariantCulture);
        await MoveJustBeforeAsync(begin);
        await processes[0].SpendAsync(Call(0m) with { Permits = 2 });
        (await processes[1].TrySpendAsync(Call(0m))).RetryAfter.Should().Be(Harness.Margin);

        await Harness.MoveToAsync(begin);
        var first = await processes[1].SpendAsync(Call(0m));
        await Harness.AdvanceAsync(TimeSpan.FromHours(lasts) - Harness.Margin);
        var last = await processes[0].SpendAsync(Call(0m));
        var denied = await processes[1].TrySpendAsync(Call(0m));

        first.RateLimits.Should().ContainSingle().Which.FullIn.Should().Be(TimeSpan.FromHours(lasts));
        last.RateLimits.Should().ContainSingle().Which.Level.Should().Be(0m);
        denied.RetryAfter.Should().Be(Harness.Margin);
        await Harness.AdvanceAsync(Harness.Margin);
        (await processes[0].SpendAsync(Call(0m))).RateLimits.Should().ContainSingle().Which.Level.Should().Be(1m);
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("first")]
    [InlineData("sliding")]
    public async Task A_commit_gives_back_what_was_not_used_and_takes_what_was_used_beyond(string kind)
    {
        var firewall = Firewall(options => options.RateLimits.Add(Window(kind, AliceScope, 100, Minute) with { Unit = Record }));
        await Harness.MoveToAsync(Calendar.NextHour(Harness.Now));
        var less = await firewall.ReserveAsync(Call(0m) with { Usage = Records(30) });
        var more = await firewall.ReserveAsync(Call(0m) with { Usage = Records(20) });

        await Harness.AdvanceAsync(TimeSpan.FromSeconds(1));
        await less.CommitAsync(Records(5));
        await firewall.CommitAsync(more.Id, Records(130));

        (await firewall.LevelAsync(AliceScope)).Should().Be(100m - 5m - 130m);
        (await firewall.TrySpendAsync(Call(0m) with { Usage = Records(1) })).Outcome.Should().Be(DecisionOutcome.RateLimited);
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("first")]
    [InlineData("sliding")]
    public async Task A_commit_gives_nothing_back_to_a_window_that_does_not_count_its_reservation(string kind)
    {
        var firewall = Firewall(options => options.RateLimits.Add(Window(kind, AliceScope, 100, Minute) with { Unit = Record }));
        var reservation = await firewall.ReserveAsync(Call(0m) with { Usage = Records(60) });
        await Harness.AdvanceAsync(Minute);
        await firewall.SpendAsync(Call(0m) with { Usage = Records(50) });

        await reservation.CommitAsync(Records(10));

        (await firewall.LevelAsync(AliceScope)).Should().Be(50m);
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("first")]
    [InlineData("sliding")]
    public async Task A_charge_takes_below_zero_and_the_window_refuses_until_that_is_over(string kind)
    {
        var firewall = Firewall(options => options.RateLimits.Add(Window(kind, AliceScope, 10, Minute) with { Unit = Record }));
        await Harness.MoveToAsync(Calendar.NextHour(Harness.Now));
        await firewall.ChargeAsync(Call(0m) with { Usage = Records(25) });

        var denied = await firewall.TryCheckAsync(Call(0m) with { Usage = Records(1) });
        await Harness.AdvanceAsync(Minute);

        (denied.RateLimits.Should().ContainSingle().Which.Level, denied.RetryAfter).Should().Be((-15m, Minute));
        (await firewall.CheckAsync(Call(0m) with { Usage = Records(10) })).IsAllowed.Should().BeTrue();
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("first")]
    [InlineData("sliding")]
    public async Task A_shadow_refuses_nothing_and_takes_only_what_it_would_admit(string kind)
    {
        var firewall = Firewall(options => options.RateLimits.Add(Window(kind, AliceScope, 5, Minute) with { Enforcement = Enforcement.Shadow }));
        await firewall.SpendAsync(Call(0m) with { Permits = 4 });

        var decision = await firewall.SpendAsync(Call(0m) with { Permits = 2 });

        decision.WouldBeDeniedBy.Should().ContainSingle().Which.Wait.Should().BePositive();
        (await firewall.LevelAsync(AliceScope)).Should().Be(1m);
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("first")]
    [InlineData("sliding")]
    public async Task A_clock_that_is_set_back_frees_nothing(string kind)
    {
        if (!Harness.CanMoveBackwards)
            return;
        var firewall = Firewall(options => options.RateLimits.Add(Window(kind, AliceScope, 5, Minute)));
        await firewall.SpendAsync(Call(0m) with { Permits = 5 });

        await Harness.MoveToAsync(Harness.Now.AddMinutes(-10));

        (await firewall.LevelAsync(AliceScope)).Should().Be(0m);
        (await firewall.TrySpendAsync(Call(0m))).RetryAfter.Should().BeGreaterThan(TimeSpan.FromMinutes(10) - Minute);
    }

    [Fact]
    public async Task Beyond_a_thousand_takes_a_sliding_window_still_holds_and_frees_them_at_most_a_thousandth_of_it_later()
    {
        var window = TimeSpan.FromSeconds(4);
        var limit = RateLimit.SlidingWindow(AliceScope, 2_600, window);
        var (oracle, firewall) = (WindowOracle.Of(limit), Firewall(options => options.RateLimits.Add(limit)));
        var start = Harness.Now;
        for (var i = 0; i < 2_500; i++)
        {
            await Harness.MoveToAsync(start.AddMilliseconds(i));
            oracle.Take(1m, Harness.Now);
            (await firewall.SpendAsync(Call(0m))).RateLimits.Should().ContainSingle().Which.Level.Should().Be(oracle.LevelAt(Harness.Now));
        }

        for (var i = 4_000; i < 6_600; i += 13)
        {
            await Harness.MoveToAsync(start.AddMilliseconds(i));
            (await firewall.LevelAsync(AliceScope)).Should().BeInRange(oracle.LevelAt(Harness.Now.AddMilliseconds(-4)), oracle.LevelAt(Harness.Now));
        }
        (await firewall.LevelAsync(AliceScope)).Should().Be(2_600m);
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("first")]
    [InlineData("sliding")]
    public async Task A_repeated_operation_takes_once(string kind)
    {
        var firewall = Firewall(options => options.RateLimits.Add(Window(kind, AliceScope, 5, Minute)));

        var first = await firewall.SpendAsync(Call(0m, id: "once") with { Permits = 3 });
        var again = await firewall.SpendAsync(Call(0m, id: "once") with { Permits = 3 });

        (first.IsReplay, again.IsReplay).Should().Be((false, true));
        (await firewall.LevelAsync(AliceScope)).Should().Be(2m);
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("first")]
    [InlineData("sliding")]
    [InlineData("zoned")]
    public async Task Processes_whose_clocks_are_wrong_count_in_the_same_window(string kind)
    {
        void Configure(BudgetFirewallOptions options) => options.RateLimits.Add(Window(kind, AliceScope, 5, TimeSpan.FromHours(24)));
        IBudgetFirewall[] processes =
        [
            Firewall(Configure), Harness.CreateFirewallWithClockOffBy(TimeSpan.FromDays(-1), Configure), Harness.CreateFirewallWithClockOffBy(TimeSpan.FromHours(25), Configure),
        ];

        for (var i = 0; i < 5; i++)
            (await processes[i % 3].TrySpendAsync(Call(0m))).IsAllowed.Should().BeTrue();

        var denied = await Task.WhenAll(processes.Select(async process => await process.TrySpendAsync(Call(0m))));
        denied.Select(decision => decision.Outcome).Should().AllBeEquivalentTo(DecisionOutcome.RateLimited);
        denied.Select(decision => decision.RetryAfter).Distinct().Should().ContainSingle().Which.Should().NotBeNull();
    }

    [Fact]
    public async Task A_window_that_is_made_shorter_begins_with_what_the_longer_one_has_taken_and_ends_by_itself()
    {
        var before = Firewall(options => options.RateLimits.Add(RateLimit.FixedWindow(AliceScope, 5, TimeSpan.FromHours(1))));
        var after = Firewall(options => options.RateLimits.Add(RateLimit.FixedWindow(AliceScope, 3, Minute)));
        await Harness.MoveToAsync(Calendar.NextHour(Harness.Now));
        await before.SpendAsync(Call(0m) with { Permits = 5 });
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(20));

        var denied = await after.TrySpendAsync(Call(0m));
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(40));

        (denied.Outcome, denied.RetryAfter).Should().Be((DecisionOutcome.RateLimited, (TimeSpan?)TimeSpan.FromSeconds(40)));
        (await after.TrySpendAsync(Call(0m) with { Permits = 3 })).IsAllowed.Should().BeTrue();
    }

    private static RateLimit Window(string kind, BudgetScope scope, decimal limit, TimeSpan window) => kind switch
    {
        "fixed" => RateLimit.FixedWindow(scope, limit, window),
        "first" => RateLimit.FixedWindow(scope, limit, window, WindowAlignment.FirstRequest),
        "sliding" => RateLimit.SlidingWindow(scope, limit, window),
        "zoned" => RateLimit.FixedWindow(scope, limit, window, WindowAlignment.InTimeZone("Australia/Lord_Howe")),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such window."),
    };

    private static IEnumerable<RateLimit> Mixed() =>
    [
        RateLimit.SlidingWindow(AliceScope, 7, TimeSpan.FromSeconds(10)) with { Id = "sliding" },
        RateLimit.FixedWindow(AliceScope, 6, TimeSpan.FromSeconds(7)) with { Id = "fixed" },
        RateLimit.FixedWindow(AliceScope, 8, TimeSpan.FromSeconds(9), WindowAlignment.FirstRequest) with { Id = "first" },
        RateLimit.SlidingWindow(AliceScope, 20, TimeSpan.FromSeconds(8)) with { Id = "sliding records", Unit = Record },
        RateLimit.FixedWindow(AliceScope, 25, TimeSpan.FromSeconds(11)) with { Id = "fixed records", Unit = Record },
        RateLimit.FixedWindow(AliceScope, 25, TimeSpan.FromSeconds(6), WindowAlignment.FirstRequest) with { Id = "first records", Unit = Record },
    ];
}
