using BudgetFirewall.Storage;

namespace BudgetFirewall.Ledger.Tests.Alerts;

/// <summary>Budgets above a fraction of their limit are found by looking, and so is that they are not any more.</summary>
public abstract class BudgetsAreWatched<THarness> : AlertSuite<THarness> where THarness : ILedgerHarness, new()
{
    [Fact]
    public async Task A_budget_above_the_fraction_makes_one_alert_however_often_it_is_looked_at()
    {
        await using var process = Start(configure: options => options.Budgets.Add(Daily(BudgetScope.User("alice"))));
        await process.Firewall.ChargeAsync(By("alice", 8.9m));
        await process.FlushAsync();
        await process.Alerts.LookAsync();
        (await process.ListAsync()).Should().BeEmpty();
        await process.Firewall.ChargeAsync(By("alice", 0.1m));
        await process.FlushAsync();

        for (var i = 0; i < 3; i++)
            await process.Alerts.LookAsync();

        var alert = await OnlyAsync(process);
        (alert.Count, alert.State, alert.Event.Text).Should().Be((1, AlertState.Open, "user=alice has spent 9 of 10, 90 % or more of the budget 'b'."));
        await HearAsync(() => process.Opened.Count, 1);
        process.Opened.Count.Should().Be(1);
        process.Heard.Should().NotContain(e => e.Type == BudgetEventTypes.ThresholdCrossed, "what is seen is no event");
    }

    [Fact]
    public async Task It_is_looked_at_every_minute_from_the_start_on()
    {
        await using var process = Start(configure: options => options.Budgets.Add(Daily(BudgetScope.User("alice"))));
        await process.Firewall.ChargeAsync(By("alice", 9.5m));

        await PassUntilAsync(TimeSpan.FromMinutes(1), async () => (await process.ListAsync()).Count == 1);
    }

    [Fact]
    public async Task A_threshold_that_was_crossed_and_a_look_make_one_alert()
    {
        await using var process = Start(configure: options => options.Budgets.Add(Daily(BudgetScope.User("alice")) with { WarnAt = [0.5m, 0.9m] }));
        await process.Firewall.ChargeAsync(By("alice", 6m));
        await process.Firewall.ChargeAsync(By("alice", 3.5m));
        await OnlyAsync(process);

        await process.Alerts.LookAsync();

        (await OnlyAsync(process)).Count.Should().Be(1);
    }

    [Theory]
    [InlineData("raised")]
    [InlineData("allowed")]
    [InlineData("reset")]
    [InlineData("switched off")]
    public async Task A_budget_that_has_room_again_resolves_its_alert(string how)
    {
        await using var process = await StartAboveAsync();
        var (budgets, budget) = (process.Firewall.Budgets, Daily(BudgetScope.User("alice")));

        switch (how)
        {
            case "raised":
                await budgets.SetAsync(budget with { Limit = 20m });
                break;
            case "allowed":
                await budgets.GrantAsync(new() { BudgetId = "b", Scope = budget.Scope, Amount = 10m, Reason = "more" });
                break;
            case "reset":
                await budgets.ResetAsync("b", budget.Scope);
                break;
            default:
                await budgets.SetAsync(budget with { IsActive = false });
                break;
        }
        await process.Alerts.LookAsync();

        (await OnlyAsync(process)).State.Should().Be(AlertState.Resolved, how);
        await HearAsync(() => process.Resolved.Count, 1);
    }

    [Fact]
    public async Task The_next_period_resolves_the_alert_of_the_one_before()
    {
        await using var process = await StartAboveAsync();
        Clock.MoveTo(Noon.Date.AddDays(1));

        await process.Alerts.LookAsync();

        (await OnlyAsync(process)).Resolution.Should().Be("What is spent is below the threshold again.");
    }

    [Fact]
    public async Task An_alert_of_several_scopes_is_resolved_when_all_of_them_have_room()
    {
        await using var process = Start(
            options => options.Rules.Add(new() { Name = "budgets", GroupBy = [AlertGrouping.Subject] }),
            options =>
            {
                options.Budgets.Add(Daily(BudgetScope.Each("user")));
                options.Budgets.Add(new() { Scope = BudgetScope.User("none"), Limit = 1m, Period = BudgetPeriod.Hour });
            });
        foreach (var user in new[] { "alice", "bob" })
        {
            await process.Firewall.ChargeAsync(By(user, 9.5m));
            process.Raise(Threshold(BudgetScope.User(user)));
        }
        await OnlyAsync(process, only => only.Count == 2);

        await process.Firewall.Budgets.ResetAsync("b", BudgetScope.User("bob"));
        await process.FlushAsync();
        await process.Alerts.LookAsync();
        (await OnlyAsync(process)).State.Should().Be(AlertState.Open);
        await process.Firewall.Budgets.ResetAsync("b", BudgetScope.User("alice"));
        await process.FlushAsync();
        await process.Alerts.LookAsync();

        (await OnlyAsync(process)).State.Should().Be(AlertState.Resolved);
    }

    [Fact]
    public async Task A_pool_that_is_used_up_makes_an_alert_until_it_has_room()
    {
        await using var process = Start();
        await process.Firewall.Quotas.AllocateAsync(new() { Id = "q", Limit = 10m, Period = BudgetPeriod.Day, Members = [new() { Scope = BudgetScope.User("alice") }, new() { Scope = BudgetScope.User("bob") }] });
        await process.Firewall.ChargeAsync(By("alice", 5m));
        await process.Alerts.LookAsync();
        (await process.ListAsync()).Where(alert => alert.Event.Type == BudgetEventTypes.QuotaUsedUp).Should().BeEmpty();
        await process.Firewall.ChargeAsync(By("bob", 5m));

        for (var i = 0; i < 3; i++)
            await process.Alerts.LookAsync();

        Alert? Pool(IReadOnlyList<Alert> alerts) => alerts.SingleOrDefault(alert => alert.Event.Type == BudgetEventTypes.QuotaUsedUp);
        await WaitUntilAsync(async () => Pool(await process.ListAsync()) is not null);
        (Pool(await process.ListAsync())!.Event.Text, Pool(await process.ListAsync())!.Count).Should().Be(("The pool 'q' is used up: 10 of 10 are spent.", 1));
        await HearAsync(() => process.Heard.Count(e => e.Type == BudgetEventTypes.QuotaUsedUp), 1);
        process.Heard.Count(e => e.Type == BudgetEventTypes.QuotaUsedUp).Should().Be(1);
        Clock.MoveTo(Noon.Date.AddDays(1));
        await process.Alerts.LookAsync();
        Pool(await process.ListAsync())!.Resolution.Should().Be("The pool has room again.");
    }

    [Fact]
    public async Task A_rule_that_hears_of_higher_fractions_alone_hears_of_its_own()
    {
        await using var process = Start(
            options =>
            {
                options.Above = 0.8m;
                options.Rules.Add(new() { Name = "low" });
                options.Rules.Add(new() { Name = "high", Above = 0.95m });
            },
            options => options.Budgets.Add(Daily(BudgetScope.User("alice"))));
        await process.Firewall.ChargeAsync(By("alice", 9m));
        await process.Alerts.LookAsync();
        (await OnlyAsync(process)).Rule.Should().Be("low");
        await process.Firewall.ChargeAsync(By("alice", 0.6m));

        for (var i = 0; i < 2; i++)
            await process.Alerts.LookAsync();

        (await process.ListAsync()).Select(alert => (alert.Rule, alert.Count)).Should().BeEquivalentTo([("low", 1), ("high", 1)]);
        await process.Firewall.Budgets.SetAsync(Daily(BudgetScope.User("alice")) with { Limit = 11m });
        await process.Alerts.LookAsync();
        (await process.ListAsync(AlertState.Open)).Single().Rule.Should().Be("low", "87 % are spent");
    }

    [Fact]
    public async Task It_is_over_below_the_lowest_threshold_that_was_told()
    {
        await using var process = Start(configure: options => options.Budgets.Add(Daily(BudgetScope.User("alice")) with { WarnAt = [0.9m, 1m] }));
        await process.Firewall.ChargeAsync(By("alice", 9.5m));
        await process.Firewall.ChargeAsync(By("alice", 0.5m));
        await OnlyAsync(process, only => only.Count == 2);
        await process.Firewall.Budgets.SetAsync(Daily(BudgetScope.User("alice")) with { Limit = 10.5m });

        await process.Alerts.LookAsync();

        (await OnlyAsync(process)).State.Should().Be(AlertState.Open, "95 % are spent");
    }

    [Fact]
    public async Task More_causes_than_an_alert_keeps_are_not_counted_again_at_each_look()
    {
        const int Users = 120;
        await using var process = Start(
            options => options.Rules.Add(new() { Name = "all", GroupBy = [] }),
            options =>
            {
                for (var user = 0; user < Users; user++)
                    options.Budgets.Add(new() { Id = $"b{user}", Scope = BudgetScope.User($"u{user}"), Limit = 10m, WarnAt = [] });
            });
        for (var user = 0; user < Users; user++)
            await process.Firewall.ChargeAsync(By($"u{user}", 9.5m));

        for (var i = 0; i < 3; i++)
            await process.Alerts.LookAsync();

        (await OnlyAsync(process)).Count.Should().Be(100);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_keeps_no_alert_from_being_told()
    {
        ChaosBudgetStore? store = null;
        await using var process = Start(use: builder => builder.WrapStore((inner, _) => store = new(inner)), configure: options => options.Budgets.Add(Daily(BudgetScope.User("alice"))));
        await process.Firewall.ChargeAsync(By("alice", 9.5m));
        await process.Alerts.LookAsync();
        process.Raise(Event(BudgetEventTypes.StoreAway, "store"));
        process.Raise(Event(BudgetEventTypes.StoreBack, "store"));
        await HearAsync(() => process.Resolved.Count, 1);
        process.Raise(Event(BudgetEventTypes.StoreAway, "store"));
        await WaitUntilAsync(async () => (await process.ListAsync(AlertState.Open)).Count == 2);
        var told = process.Opened.Count;
        store!.Strike(StoreCalls.All, StoreFault.NotReached);
        Clock.Advance(TimeSpan.FromHours(2));

        await process.Alerts.Invoking(alerts => alerts.LookAsync().AsTask()).Should().ThrowAsync<BudgetStoreException>("budgets cannot be looked at");

        await HearAsync(() => process.Opened.Count, told + 1);
        process.Opened[^1].Data.EventType.Should().Be(BudgetEventTypes.StoreAway);
    }

    [Fact]
    public async Task Budgets_are_left_alone_where_that_is_wanted()
    {
        await using var process = Start(options => options.WatchBudgets = false, options => options.Budgets.Add(Daily(BudgetScope.User("alice"))));
        await process.Firewall.ChargeAsync(By("alice", 9.5m));

        await process.Alerts.LookAsync();

        (await process.ListAsync()).Should().BeEmpty();
    }

    private async Task<AlertProcess> StartAboveAsync()
    {
        var process = Start(configure: options => options.Budgets.Add(Daily(BudgetScope.User("alice"))));
        await process.Firewall.ChargeAsync(By("alice", 9.5m));
        await process.Alerts.LookAsync();
        await OnlyAsync(process, only => only.State == AlertState.Open);
        return process;
    }
}
