namespace BudgetFirewall.Conformance;

/// <summary>With a denial cache a process remembers the budgets that had no room, and denies what would not fit by that without asking the store.</summary>
public abstract class UsedUpBudgetsAreRemembered<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Of_a_flood_of_refused_calls_one_a_second_reaches_the_store()
    {
        var (firewall, store) = Remembering(AliceLimit(1m));
        await firewall.SpendAsync(Call(1m));
        var before = store.Decisions;

        for (var i = 0; i < 50; i++)
        {
            for (var j = 0; j < 20; j++)
                (await RefusedAsync(firewall, j)).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
            await Harness.LetCallersWaitAsync(Second / 10);
        }

        (store.Decisions - before).Should().BeInRange(4, 6);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Fact]
    public async Task A_denial_that_is_remembered_reads_as_the_one_of_the_store()
    {
        void Configure(BudgetFirewallOptions options)
        {
            options.Budgets.AddRange([AliceLimit(1m) with { Name = "Alice" }, Limit(SearchScope, 5m, BudgetPeriod.Hour), Limit(BudgetScope.Global, 1m) with { Enforcement = Enforcement.Soft }]);
            options.RateLimits.AddRange([Rate(AliceScope, capacity: 2, refillPerSecond: 0.1m), Rate(SearchScope, capacity: 9)]);
        }
        var (firewall, store) = Remembering(Configure);
        var asking = Firewall(Configure);
        await firewall.SpendAsync(Call(0.75m, project: Search));
        var request = Call(0.5m, project: Search) with { Permits = 2 };
        await firewall.TrySpendAsync(request);
        var before = store.Decisions;

        var remembered = await firewall.TrySpendAsync(request);
        var asked = await asking.TrySpendAsync(request);

        store.Decisions.Should().Be(before);
        (remembered.IsFromCache, asked.IsFromCache).Should().Be((true, false));
        remembered.Should().BeEquivalentTo(asked, options => options
            .Excluding(decision => decision.IsFromCache).Excluding(decision => decision.OperationId).Excluding(decision => decision.RetryAfter)
            .Excluding(member => member.Name == "AsOf" || member.Name == "Wait" || member.Name == "RetryAfter" || member.Name == "FullIn" || member.Name == "BurnRatePerDay" || member.Name == "ProjectedSpend" || member.Name == "TimeLeft"));
        AssertWait(Calendar.NextMidnight(Harness.Now) - Harness.Now, remembered.RetryAfter);
        remembered.ToString().Should().StartWith("Denied: the request costs 0.5, and budget 'Alice' for user=alice has 0.25 left of 1");
    }

    [Fact]
    public async Task What_would_fit_by_what_is_remembered_is_decided_by_the_store()
    {
        var (firewall, store) = Remembering(AliceLimit(1m) with { PriorityHeadroom = new Dictionary<string, decimal> { ["batch"] = 0.5m } });
        await firewall.SpendAsync(Call(0.6m));
        (await firewall.TrySpendAsync(Call(0.5m))).IsAllowed.Should().BeFalse();

        (await firewall.TryCheckAsync(Call(0.4m + Nano))).IsFromCache.Should().BeTrue();
        (await firewall.TryCheckAsync(Call(Nano) with { Priority = "batch" })).IsFromCache.Should().BeTrue();
        (await firewall.TryCheckAsync(Call(0m) with { Priority = "batch" })).IsAllowed.Should().BeTrue();
        (await firewall.TrySpendAsync(Call(0.4m))).IsAllowed.Should().BeTrue();
        (await firewall.ChargeAsync(Call(1m))).Overrun.Should().Be(1m);

        store.Decisions.Should().Be(5);
    }

    [Fact]
    public async Task A_denial_ends_when_this_process_makes_room()
    {
        var (firewall, _) = Remembering(AliceLimit(3m));
        var (first, second, third) = (await firewall.ReserveAsync(Call(1m)), await firewall.ReserveAsync(Call(1m)), await firewall.ReserveAsync(Call(1m)));
        (await firewall.TrySpendAsync(Call(0.5m))).IsFromCache.Should().BeFalse();

        await first.CommitAsync();
        (await firewall.TrySpendAsync(Call(0.5m))).IsFromCache.Should().BeTrue("a commit of what was held makes no room");
        await second.CommitAsync(0.5m);
        (await firewall.TrySpendAsync(Call(0.5m))).IsAllowed.Should().BeTrue();

        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeFalse();
        await third.ReleaseAsync();
        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeTrue();

        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeFalse();
        await firewall.Budgets.ResetAsync(AliceLimit(3m).Id, AliceScope);
        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task A_denial_ends_with_a_change_of_the_budgets_that_this_process_hears_of()
    {
        var (firewall, _) = Remembering(AliceLimit(1m), Limit(BudgetScope.User("bob"), 1m));
        await firewall.SpendAsync(Call(1m));
        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeFalse();
        await firewall.Budgets.SetAsync(AliceLimit(2m));
        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeTrue();

        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeFalse();
        await Firewall(AliceLimit(1m)).Budgets.SetAsync(AliceLimit(9m));
        (await firewall.TrySpendAsync(Call(1m))).IsFromCache.Should().BeTrue("nothing has told this process");
        await firewall.CheckAsync(Call(1m, "bob"));
        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task Room_that_another_process_makes_is_noticed_when_the_time_is_over()
    {
        var other = Firewall(AliceLimit(1m));
        var (firewall, _) = Remembering(AliceLimit(1m));
        var reservation = await other.ReserveAsync(Call(1m));
        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeFalse();

        await reservation.ReleaseAsync();
        (await firewall.TrySpendAsync(Call(1m))).IsFromCache.Should().BeTrue();
        await Harness.LetCallersWaitAsync(Second);

        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task A_repeated_operation_gets_its_first_answer_from_the_store()
    {
        var (firewall, store) = Remembering(AliceLimit(1m));
        await firewall.SpendAsync(Call(1m, id: "one"));
        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeFalse();

        (await firewall.TrySpendAsync(Call(1m, id: "one"))).Should().Match<BudgetDecision>(decision => decision.IsAllowed && decision.IsReplay);
        (await firewall.TrySpendAsync(Call(1m, id: "two"))).Should().Match<BudgetDecision>(decision => !decision.IsAllowed && !decision.IsFromCache);

        store.Decisions.Should().Be(4);
    }

    [Fact]
    public async Task A_budget_that_everybody_shares_is_remembered_for_everybody()
    {
        var (firewall, store) = Remembering(Limit(BudgetScope.Global, 1m), Limit(BudgetScope.Each("user"), 9m));
        await firewall.SpendAsync(Call(1m));
        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeFalse();
        var before = store.Decisions;

        for (var i = 0; i < 100; i++)
        {
            var denied = await firewall.TrySpendAsync(Call(1m, $"user-{i}"));
            (denied.IsAllowed, denied.IsFromCache, denied.Cost).Should().Be((false, true, 1m));
            denied.Budgets.Should().ContainSingle().Which.Scope.Should().Be(BudgetScope.Global);
            denied.DeniedByBudgets.Should().ContainSingle();
        }

        store.Decisions.Should().Be(before);
    }

    [Fact]
    public async Task Partitions_are_remembered_apart()
    {
        var (firewall, _) = Remembering(options =>
        {
            options.PartitionBy = "tenant";
            options.Budgets.Add(AliceLimit(1m));
        });
        BudgetRequest Of(string tenant) => Call(1m) with { Dimensions = new Dictionary<string, string> { ["tenant"] = tenant } };
        await firewall.SpendAsync(Of("one"));
        (await firewall.TrySpendAsync(Of("one"))).IsAllowed.Should().BeFalse();

        (await firewall.TrySpendAsync(Of("two"))).IsAllowed.Should().BeTrue();
        (await firewall.TrySpendAsync(Of("one"))).IsFromCache.Should().BeTrue();
    }

    [Fact]
    public async Task Neither_soft_nor_shadow_budgets_nor_rate_limits_are_remembered()
    {
        var (firewall, store) = Remembering(options =>
        {
            options.Budgets.AddRange([AliceLimit(1m) with { Enforcement = Enforcement.Soft }, AliceLimit(1m) with { Enforcement = Enforcement.Shadow }]);
            options.RateLimits.Add(Rate(AliceScope, capacity: 1));
        });
        await firewall.SpendAsync(Call(2m));

        for (var i = 0; i < 10; i++)
            (await firewall.TrySpendAsync(Call(2m))).Should().Match<BudgetDecision>(decision => decision.Outcome == DecisionOutcome.RateLimited && !decision.IsFromCache);

        store.Decisions.Should().Be(11);
    }

    [Fact]
    public async Task Without_a_denial_cache_every_call_reaches_the_store()
    {
        var (firewall, store) = Remembering(options =>
        {
            options.DenialCache = TimeSpan.Zero;
            options.Budgets.Add(AliceLimit(0m));
        });

        for (var i = 0; i < 10; i++)
            (await firewall.TrySpendAsync(Call(1m))).IsFromCache.Should().BeFalse();

        store.Decisions.Should().Be(10);
    }

    [Fact]
    public async Task A_denial_that_was_decided_before_room_was_made_is_not_remembered()
    {
        var (firewall, store) = Remembering(AliceLimit(1m));
        var reservation = await firewall.ReserveAsync(Call(1m));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Gate = gate.Task;
        var denying = firewall.TrySpendAsync(Call(1m)).AsTask();
        // The store has decided, and its answer is still on its way.
        (await Eventually.HoldsAsync(() => store.Answers == 2)).Should().BeTrue();

        await reservation.ReleaseAsync();
        store.Gate = Task.CompletedTask;
        gate.SetResult();

        (await denying).IsAllowed.Should().BeFalse();
        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task While_one_call_asks_again_the_others_are_denied_without_the_store()
    {
        var (firewall, store) = Remembering(AliceLimit(1m));
        await firewall.SpendAsync(Call(1m));
        await firewall.TrySpendAsync(Call(1m));
        await Harness.LetCallersWaitAsync(Second);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Gate = gate.Task;
        var before = store.Decisions;
        var asking = firewall.TrySpendAsync(Call(1m)).AsTask();

        for (var i = 0; i < 20; i++)
            (await firewall.TrySpendAsync(Call(1m))).IsFromCache.Should().BeTrue();
        gate.SetResult();

        (await asking).IsFromCache.Should().BeFalse();
        store.Decisions.Should().Be(before + 1);
    }

    private static async Task<BudgetDecision> RefusedAsync(IBudgetFirewall firewall, int i) => (i % 3) switch
    {
        0 => await firewall.TryCheckAsync(Call(0.01m)),
        1 => (await firewall.TryReserveAsync(Call(0.02m))).Decision,
        _ => await firewall.TrySpendAsync(Call(0.03m)),
    };

    private (IBudgetFirewall Firewall, CountingStore Store) Remembering(params Budget[] budgets) => Remembering(options => options.Budgets.AddRange(budgets));

    private (IBudgetFirewall Firewall, CountingStore Store) Remembering(Action<BudgetFirewallOptions> configure)
    {
        CountingStore? counting = null;
        var firewall = Harness.CreateFirewallOn(store => counting = new(store), options =>
        {
            options.DenialCache = Second;
            configure(options);
        });
        return (firewall, counting!);
    }
}
