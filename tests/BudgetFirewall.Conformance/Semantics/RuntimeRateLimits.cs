namespace BudgetFirewall.Conformance;

/// <summary>Rate limits changed at run time are seen by every process at its next decision, as budgets are, and share the catalog with them.</summary>
public abstract class RuntimeRateLimits<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly BudgetScope EachUser = BudgetScope.Each("user");

    [Fact]
    public async Task A_rate_limit_set_by_one_process_is_enforced_by_another_at_its_next_decision()
    {
        var processes = Processes(2);
        (await processes[1].TrySpendAsync(Call(0m))).IsAllowed.Should().BeTrue();

        await processes[0].RateLimits.SetAsync(Rate(AliceScope, capacity: 1));

        (await processes[1].TrySpendAsync(Two())).Outcome.Should().Be(DecisionOutcome.RateLimited);
        (await processes[1].TryReserveAsync(Two())).Decision.Outcome.Should().Be(DecisionOutcome.RateLimited);
        (await processes[1].TryCheckAsync(Two())).Outcome.Should().Be(DecisionOutcome.RateLimited);
        (await processes[1].LevelAsync(AliceScope)).Should().Be(1m);
    }

    [Fact]
    public async Task Decisions_and_status_say_where_a_rate_limit_comes_from_and_what_it_replaces()
    {
        var firewall = Configured(Rate(EachUser, capacity: 1), Rate(SearchScope, capacity: 2) with { Id = "search" });
        await firewall.RateLimits.SetManyAsync([Rate(AliceScope, capacity: 3), Rate(SearchScope, capacity: 4) with { Id = "search" }, Rate(SearchScope, capacity: 5) with { Id = "hour" }]);

        var decision = await firewall.CheckAsync(Call(0m, project: Search));

        decision.Limits.Select(limit => (limit.Id, limit.Source, limit.ReplacedId)).Should().BeEquivalentTo(
            [("search", LimitSource.RunTime, "search"), ("hour", LimitSource.RunTime, null), (Rate(AliceScope, 1).Id, LimitSource.RunTime, Rate(EachUser, 1).Id)]);
        (await firewall.GetStatusAsync(SearchScope)).RateLimits.Select(state => (state.RateLimitId, state.Source, state.ReplacedId)).Should().BeEquivalentTo(
            [("search", LimitSource.RunTime, "search"), ("hour", LimitSource.RunTime, (string?)null)]);
        (await firewall.GetStatusAsync(BudgetScope.User("bob"))).RateLimits.Select(state => (state.Source, state.ReplacedId)).Should().Equal((LimitSource.Configuration, null));
    }

    [Fact]
    public async Task More_limits_than_a_request_may_match_are_not_set()
    {
        var processes = Processes(2, AliceLimit(10m));
        await processes[0].RateLimits.SetManyAsync([.. Enumerable.Range(1, 31).Select(i => Rate(AliceScope, capacity: i) with { Id = $"limit {i}" })]);

        await processes[1].Awaiting(p => p.RateLimits.SetAsync(Rate(AliceScope, capacity: 32) with { Id = "limit 32" }).AsTask()).Should().ThrowAsync<ArgumentException>().WithMessage("*user=alice*32 limits*");
        await processes[0].Awaiting(p => p.Budgets.SetAsync(AliceLimit(10m) with { Period = BudgetPeriod.Month }).AsTask()).Should().ThrowAsync<ArgumentException>();
        await processes[1].RateLimits.SetAsync(Rate(AliceScope, capacity: 32) with { Id = "limit 31" });
        await processes[1].RateLimits.SetAsync(Rate(AliceScope, capacity: 33) with { Id = "off", IsActive = false });

        (await processes[0].ChargeAsync(Call(1m))).Budgets.Should().ContainSingle().Which.Spent.Should().Be(1m);
        (await processes[1].TrySpendAsync(Call(1m))).RateLimits.Should().HaveCount(31);
    }

    [Fact]
    public async Task A_runtime_rate_limit_replaces_the_configured_one_with_its_id_and_goes_on_from_what_was_taken()
    {
        var processes = Enumerable.Range(0, 2).Select(_ => Configured(Rate(AliceScope, capacity: 10))).ToArray();
        await processes[0].CheckAsync(Call(0m) with { Permits = 8 });

        await processes[0].RateLimits.SetAsync(Rate(AliceScope, capacity: 3));

        (await processes[1].GetStatusAsync(AliceScope)).RateLimits.Should().ContainSingle().Which.Should().Match<RateLimitState>(state => state.Limit == 3m && state.Level == 2m);
        (await processes[1].TryCheckAsync(Call(0m) with { Permits = 3 })).IsAllowed.Should().BeFalse();
        (await processes[1].TryCheckAsync(Two())).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task Removing_a_runtime_rate_limit_brings_the_configured_one_back()
    {
        var processes = Enumerable.Range(0, 2).Select(_ => Configured(Rate(AliceScope, capacity: 1))).ToArray();
        await processes[0].RateLimits.SetAsync(Rate(AliceScope, capacity: 9));
        (await processes[1].TryCheckAsync(Two())).IsAllowed.Should().BeTrue();

        (await processes[0].RateLimits.RemoveAsync(Rate(AliceScope, 1).Id)).Should().BeTrue();

        (await processes[1].TryCheckAsync(Two())).IsAllowed.Should().BeFalse();
        (await processes[0].RateLimits.RemoveAsync(Rate(AliceScope, 1).Id)).Should().BeFalse();
        (await processes[1].RateLimits.ListAsync()).Should().Equal(Rate(AliceScope, capacity: 1));
    }

    [Fact]
    public async Task An_inactive_runtime_rate_limit_switches_the_configured_one_off()
    {
        var firewall = Configured(Rate(AliceScope, capacity: 1));
        await firewall.RateLimits.SetAsync(Rate(AliceScope, capacity: 1) with { IsActive = false });

        (await firewall.TryCheckAsync(Two())).RateLimits.Should().BeEmpty();
        (await firewall.GetStatusAsync(AliceScope)).RateLimits.Should().BeEmpty();

        await firewall.RateLimits.RemoveAsync(Rate(AliceScope, 1).Id);
        (await firewall.TryCheckAsync(Two())).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task A_runtime_rate_limit_for_one_user_replaces_the_configured_one_for_each_whatever_their_algorithms()
    {
        var firewall = Configured(Rate(EachUser, capacity: 1), Rate(EachUser, 1) with { Id = "tokens", Unit = "input_tokens" });

        await firewall.RateLimits.SetAsync(RateLimit.FixedWindow(AliceScope, limit: 4, TimeSpan.FromDays(1)));

        (await firewall.TryCheckAsync(Call(0m) with { Permits = 4 })).RateLimits.Select(state => state.Algorithm).Should().BeEquivalentTo([RateLimitAlgorithm.FixedWindow, RateLimitAlgorithm.TokenBucket]);
        (await firewall.TryCheckAsync(Call(0m, "bob") with { Permits = 2 })).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task Several_rate_limits_of_one_scope_are_all_in_force()
    {
        var firewall = Configured(Rate(AliceScope, capacity: 5) with { Id = "burst" });

        await firewall.RateLimits.SetAsync(Rate(AliceScope, capacity: 2) with { Id = "hour" });

        (await firewall.TryCheckAsync(Call(0m) with { Permits = 3 })).DeniedByRateLimits.Select(state => state.RateLimitId).Should().Equal("hour");
        (await firewall.TryCheckAsync(Call(0m) with { Permits = 6 })).DeniedByRateLimits.Select(state => state.RateLimitId).Should().Equal("burst", "hour");
    }

    [Fact]
    public async Task A_budget_and_a_rate_limit_of_the_same_id_are_two_limits()
    {
        var (one, other) = (Firewall(), Firewall());
        await one.Budgets.SetAsync(AliceLimit(5m) with { Id = "alice" });
        await other.RateLimits.SetAsync(Rate(AliceScope, capacity: 1) with { Id = "alice" });

        (await one.TryCheckAsync(Two())).Outcome.Should().Be(DecisionOutcome.RateLimited);
        (await one.TryCheckAsync(Call(6m))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        (await one.RateLimits.FindAsync("alice")).Should().Be(Rate(AliceScope, capacity: 1) with { Id = "alice" });
        (await one.Budgets.FindAsync("alice")).Should().Be(AliceLimit(5m) with { Id = "alice" });

        (await one.Budgets.RemoveAsync("alice")).Should().BeTrue();

        (await other.TryCheckAsync(Call(6m))).IsAllowed.Should().BeTrue();
        (await other.TryCheckAsync(Two())).IsAllowed.Should().BeFalse();
        (await other.Budgets.ListAsync()).Should().BeEmpty();
        (await other.RateLimits.ListAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task A_rate_limit_without_the_values_of_its_algorithm_is_refused_and_changes_nothing()
    {
        var firewall = Firewall();
        var incomplete = new RateLimit { Scope = AliceScope, Algorithm = RateLimitAlgorithm.SlidingWindow, Limit = 5 };

        (await FluentActions.Awaiting(async () => await firewall.RateLimits.SetAsync(incomplete)).Should().ThrowAsync<ArgumentException>()).Which.Message.Should().Contain("Window").And.Contain("is missing");
        (await FluentActions.Awaiting(async () => await firewall.RateLimits.SetManyAsync([Rate(SearchScope, 1), incomplete])).Should().ThrowAsync<ArgumentException>()).Which.Message.Should().Contain("rateLimits[1]");
        (await FluentActions.Awaiting(async () => await firewall.RateLimits.SetManyAsync([Rate(SearchScope, 1), Rate(SearchScope, 2)])).Should().ThrowAsync<ArgumentException>())
            .Which.Message.Should().Contain("rateLimits[1] has the same id as rateLimits[0]");

        (await firewall.RateLimits.ListAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_rate_limit_is_added_only_where_none_has_its_id()
    {
        var (one, other) = (Configured(Rate(AliceScope, 1)), Configured(Rate(AliceScope, 1)));

        (await one.RateLimits.AddAsync(Rate(AliceScope, 2))).Should().BeFalse();
        (await one.RateLimits.AddAsync(Rate(SearchScope, 2))).Should().BeTrue();
        (await other.RateLimits.AddAsync(Rate(SearchScope, 3))).Should().BeFalse();

        (await other.LevelAsync(SearchScope)).Should().Be(2m);
        (await one.LevelAsync(AliceScope)).Should().Be(1m);
    }

    [Fact]
    public async Task The_list_has_configured_and_runtime_rate_limits_ordered_by_id_and_is_given_page_by_page()
    {
        var firewall = Configured(Rate(AliceScope, 1) with { Id = "m" }, Rate(SearchScope, 1) with { Id = "z", IsActive = false });
        await firewall.Budgets.SetManyAsync([AliceLimit(1m) with { Id = "l" }, Limit(SearchScope, 1m) with { Id = "n" }]);
        await firewall.RateLimits.SetManyAsync([Rate(AliceScope, 2) with { Id = "m" }, Rate(BudgetScope.Global, 3) with { Id = "a" }]);

        (await firewall.RateLimits.ListAsync()).Select(limit => (limit.Id, limit.Capacity)).Should().Equal(("a", 3m), ("m", 2m), ("z", 1m));
        (await firewall.RateLimits.ListAsync(2, null)).Select(limit => limit.Id).Should().Equal("a", "m");
        (await firewall.RateLimits.ListAsync(2, "m")).Select(limit => limit.Id).Should().Equal("z");
        (await firewall.RateLimits.ListAsync(2, "z")).Should().BeEmpty();
        (await firewall.Budgets.ListAsync(10, "l")).Select(budget => budget.Id).Should().Equal("n");
        (await firewall.RateLimits.FindAsync("l")).Should().BeNull();
    }

    [Fact]
    public async Task Limits_of_both_kinds_set_at_the_same_time_by_many_processes_are_all_kept()
    {
        var processes = Processes(4);

        await Together.DoAsync(40, threads: 8, async i =>
        {
            if (i % 2 == 0)
                await processes[i % 4].Budgets.SetAsync(Limit(BudgetScope.User($"user-{i}"), i));
            else
                await processes[i % 4].RateLimits.SetAsync(Rate(BudgetScope.User($"user-{i}"), i));
            return true;
        });

        (await processes[0].Budgets.ListAsync()).Count.Should().Be(20);
        (await processes[1].RateLimits.ListAsync()).Count.Should().Be(20);
        (await processes[3].LevelAsync(BudgetScope.User("user-39"))).Should().Be(39m);
    }

    [Fact]
    public async Task A_limit_lowered_while_many_take_is_never_passed()
    {
        var firewall = Configured(Rate(AliceScope, capacity: 400));

        var taken = await Together.DoAsync(1_000, threads: 8, async i =>
        {
            if (i == 300)
                await firewall.RateLimits.SetAsync(Rate(AliceScope, capacity: 100));
            return (await firewall.TryCheckAsync(Call(0m))).IsAllowed;
        });

        taken.Count(isAllowed => isAllowed).Should().BeLessThanOrEqualTo(400);
        (await firewall.LevelAsync(AliceScope)).Should().Be(0m);
    }

    [Fact]
    public async Task Every_member_of_a_rate_limit_reaches_other_processes_and_tells_rate_limits_apart()
    {
        var processes = Processes(2);
        var usual = new RateLimit { Scope = AliceScope, Capacity = 1m, RefillPerSecond = 1m };
        RateLimit[] samples =
        [
            new()
            {
                Scope = BudgetScope.User("bob"), Capacity = 12.345678m, RefillPerSecond = 0.000001m, Unit = "records", Enforcement = Enforcement.Shadow, IsActive = false,
                Providers = ["openai"], Models = ["gpt"], Operations = ["chat"], Id = "bucket",
                Dimensions = new Dictionary<string, IReadOnlyList<string>> { ["tier"] = ["trial"] }, CountsRequestsWithoutModel = true, Name = "Trial users",
                PriorityHeadroom = new Dictionary<string, decimal> { ["batch"] = 0.3m },
                Schedule = [new() { Days = [DayOfWeek.Friday], From = new(8, 30), Until = new(17, 0), TimeZone = "Asia/Tokyo", Capacity = 3.5m }],
            },
            RateLimit.FixedWindow(EachUser, 9_000_000_000m, TimeSpan.FromMilliseconds(1_001), WindowAlignment.FirstRequest) with { Id = "window" },
            RateLimit.FixedWindow(BudgetScope.Global, 5m, TimeSpan.FromDays(366), WindowAlignment.Parse("Europe/Berlin")),
            RateLimit.SlidingWindow(SearchScope, 0.000001m, TimeSpan.FromDays(7)),
            RateLimit.LeakyBucket(ProviderScope, 2.5m, queueLimit: 0.000001m, TimeSpan.FromMilliseconds(1_001)) with
            {
                Adaptive = new() { Floor = 0.000001m, GrowthPerSecond = 0.5m, DecreaseFactor = 0.123456m, Cooldown = TimeSpan.FromMilliseconds(1_001), LongestPause = TimeSpan.FromMilliseconds(7) },
            },
        ];

        await processes[0].RateLimits.SetManyAsync(samples);
        var read = await processes[1].RateLimits.ListAsync();

        read.Should().BeEquivalentTo(samples);
        read.Should().Equal(samples.OrderBy(sample => sample.Id, StringComparer.Ordinal));
        foreach (var member in typeof(RateLimit).GetProperties().Where(member => member.CanWrite))
        {
            samples.Should().Contain(sample => !Same(member.GetValue(sample), member.GetValue(usual)), "a sample needs another {0} than usual", member.Name);
            foreach (var sample in samples.Where(sample => !Same(member.GetValue(sample), member.GetValue(usual))))
            {
                var other = sample with { };
                member.SetValue(other, member.GetValue(usual));
                other.Should().NotBe(sample, "{0} tells rate limits apart", member.Name);
            }
        }
    }

    [Fact]
    public async Task A_rate_limit_that_was_given_the_id_it_would_derive_keeps_it_in_other_processes()
    {
        var (one, other) = (Firewall(), Firewall());
        var given = Rate(AliceScope, capacity: 2) with { Id = Rate(AliceScope, 2).Id };
        await one.RateLimits.SetAsync(given);

        await one.CheckAsync(Two());

        (await other.TryCheckAsync(Call(0m))).IsAllowed.Should().BeFalse("both take from the same bucket");
    }

    [Fact]
    public async Task After_a_change_of_one_of_many_rate_limits_a_process_reads_that_one_alone()
    {
        CountedReads? reads = null;
        var reader = Harness.CreateFirewallOn(store => reads = new(store), _ => { });
        var writer = Firewall();
        for (var i = 0; i < 3; i++)
            await writer.RateLimits.SetManyAsync([.. Enumerable.Range(i * 1_000, 1_000).Select(j => Rate(BudgetScope.User($"u{j}"), 1))]);
        await reader.CheckAsync(Call(0m, "u1"));
        reads!.Entries.Should().Be(3_000);

        await writer.RateLimits.SetAsync(Rate(BudgetScope.User("u7"), 2));
        (await reader.TryCheckAsync(Call(0m, "u7") with { Permits = 2 })).IsAllowed.Should().BeTrue();
        await writer.RateLimits.RemoveAsync(Rate(BudgetScope.User("u8"), 1).Id);
        (await reader.CheckAsync(Call(0m, "u8"))).RateLimits.Should().BeEmpty();
        await writer.Budgets.SetAsync(Limit(BudgetScope.User("u9"), 1m));
        (await reader.TryCheckAsync(Call(2m, "u9"))).IsAllowed.Should().BeFalse();

        reads.Entries.Should().Be(3_003);
    }

    [Fact]
    public async Task Whoever_follows_the_changes_one_by_one_limits_what_a_new_process_does()
    {
        RateLimit[] configured = [Rate(EachUser, 50), Rate(BudgetScope.User("u0"), 51), Rate(BudgetScope.User("u1"), 52) with { Id = "r1" }, Rate(BudgetScope.Global, 54) with { Id = "r3" }];
        var random = new Random(20261130);
        var (writer, reader) = (Configured(configured), Configured(configured));
        for (var i = 0; i < Harness.Scaled(300); i++)
        {
            var id = $"r{random.Next(6)}";
            if (random.Next(4) == 0)
                await writer.RateLimits.RemoveAsync(id);
            else
                await writer.RateLimits.SetAsync(AnyRate(random) with { Id = id });

            var expected = await InForceAsync(Configured(configured));
            (await InForceAsync(reader)).Should().Be(expected, $"after step {i}");
            (await InForceAsync(writer)).Should().Be(expected, $"after step {i}");
        }
    }

    private static RateLimit AnyRate(Random random)
    {
        var scope = random.Next(4) switch
        {
            0 => EachUser,
            1 => BudgetScope.Global,
            _ => BudgetScope.User($"u{random.Next(3)}"),
        };
        var limit = random.Next(2) == 0 ? Rate(scope, random.Next(1, 1_000)) : RateLimit.FixedWindow(scope, random.Next(1, 1_000), TimeSpan.FromDays(1));
        return limit with
        {
            IsActive = random.Next(5) != 0,
            Enforcement = random.Next(6) == 0 ? Enforcement.Shadow : Enforcement.Hard,
            Unit = random.Next(5) == 0 ? Record : null,
        };
    }

    private static async Task<string> InForceAsync(IBudgetFirewall firewall)
    {
        var lines = new List<string>();
        foreach (var user in new[] { "u0", "u1", "u2", "u3" })
        {
            var decision = await firewall.TryCheckAsync(new() { Provider = Provider, UserId = user, Cost = 0m });
            lines.AddRange(decision.Limits.Select(limit => $"{user} {limit.Id} {limit.Scope} {limit.Source} {limit.ReplacedId}"));
            lines.AddRange((await firewall.GetStatusAsync(BudgetScope.User(user))).RateLimits.Select(state => $"{state.RateLimitId} {state.Limit} {state.Algorithm} {state.Enforcement}"));
        }
        lines.AddRange((await firewall.RateLimits.ListAsync()).Select(limit => $"{limit.Id} {limit.Scope} {limit.Capacity ?? limit.Limit} {limit.IsActive}"));
        return string.Join('\n', lines);
    }

    private static bool Same(object? one, object? other) => one is System.Collections.IEnumerable and not string
        ? ((System.Collections.IEnumerable)one).Cast<object>().SequenceEqual(((System.Collections.IEnumerable)other!).Cast<object>())
        : Equals(one, other);

    private static BudgetRequest Two() => Call(0m) with { Permits = 2 };

    private IBudgetFirewall Configured(params RateLimit[] limits) => Firewall(options => options.RateLimits.AddRange(limits));

    /// <summary>Counts the limits that a process reads.</summary>
    private sealed class CountedReads(Storage.IBudgetStore inner) : StoreDecorator(inner)
    {
        public int Entries { get; private set; }

        public override async ValueTask<Storage.CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion)
        {
            var changes = await base.ReadCatalogAsync(partition, knownVersion);
            Entries += changes.Set.Length + changes.Removed.Length + changes.Unreadable.Length;
            return changes;
        }
    }
}
