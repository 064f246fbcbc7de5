using BudgetFirewall.Conformance;
using Microsoft.Extensions.Configuration;

namespace BudgetFirewall.Tests;

/// <summary>When a process looks at the pools that it has heard of, to the tick, and what it asks of the store then.</summary>
public sealed class PoolTimerTests : WatchedPoolTests
{
    [Fact]
    public async Task A_pool_is_looked_at_a_second_after_it_was_heard_of_and_then_at_the_end_of_each_period()
    {
        await using var firewall = Watched();
        await firewall.Quotas.AllocateAsync(Reserved(30m, minimum: 5m, "a", "b") with { Rollover = new() });
        Store.Clear();

        await Harness.AdvanceAsync(Second - TimeSpan.FromTicks(1));
        Store.Calls.Should().BeEmpty();
        await Harness.AdvanceAsync(TimeSpan.FromTicks(1));
        await SetToAsync(Hour);
        Store.Calls.Should().Equal("read teams", "counters a");

        // A clock may be set, so that it is looked at the time once an hour, and not at the store.
        await FiredAsync(() => Harness.AdvanceAsync(Hour));
        await SetToAsync(Hour);
        await UseAsync(firewall);
        await FiredAsync(() => Harness.MoveToAsync(NextMidnight - TimeSpan.FromMinutes(5)));
        await SetToAsync(TimeSpan.FromMinutes(5));
        Store.Calls.Should().HaveCount(2);

        for (var day = 1; day <= 2; day++)
        {
            await FiredAsync(() => Harness.MoveToAsync(NextMidnight));
            await SetToAsync(Hour);
            Store.Grants.Should().HaveCount(2 * day);
        }
    }

    [Fact]
    public async Task A_decision_that_asks_for_nothing_sets_no_timer()
    {
        await using var firewall = await LookedAtAsync(Reserved(30m, minimum: 5m, "a", "b"));
        var before = Clock.Changes;

        (await firewall.TrySpendAsync(Of("a", 1m))).IsAllowed.Should().BeTrue();

        Clock.Changes.Should().Be(before);
    }

    [Fact]
    public async Task The_end_of_a_period_by_the_stores_clock_is_noticed_at_the_next_decision_where_the_processs_clock_is_behind()
    {
        await using var firewall = Watched(clock: new SkewedTimeProvider(Harness.Clock, -Hour));
        await firewall.Quotas.AllocateAsync(Pool(30m, "c") with { Id = "other", Period = BudgetPeriod.Month });
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b") with { Rollover = new() });
        await Harness.AdvanceAsync(Second);
        await SetToAsync(Hour);
        await UseAsync(firewall);

        for (var day = 1; day <= 2; day++)
        {
            await FiredAsync(() => Harness.MoveToAsync(NextMidnight));
            await SetToAsync(Hour);
            Store.Grants.Should().HaveCount(2 * (day - 1), "by the process's clock it is not midnight yet");

            await firewall.TryCheckAsync(Of("a", 1m));

            (await Eventually.HoldsAsync(() => Store.Grants.Count == 2 * day)).Should().BeTrue();
            await SetToAsync(Hour);
        }
    }

    [Fact]
    public async Task A_process_whose_clock_is_ahead_looks_again_each_second_until_the_period_has_ended()
    {
        await using var firewall = Watched(clock: new SkewedTimeProvider(Harness.Clock, Hour));
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b") with { Rollover = new() });
        await Harness.AdvanceAsync(Second);
        await SetToAsync(Hour);
        await UseAsync(firewall);

        await FiredAsync(() => Harness.MoveToAsync(NextMidnight - Hour));
        await SetToAsync(Second);
        await FiredAsync(() => Harness.AdvanceAsync(Second));
        await SetToAsync(Second);
        Store.Grants.Should().BeEmpty();
        await FiredAsync(() => Harness.MoveToAsync(NextMidnight));

        (await Eventually.HoldsAsync(() => Store.Grants.Count == 2)).Should().BeTrue();
        await SetToAsync(Hour);
    }

    [Fact]
    public async Task A_refused_member_borrows_at_once_the_first_time_and_another_one_when_the_interval_is_over()
    {
        await Harness.MoveToAsync(NextMidnight - Hour);
        await using var firewall = await LookedAtAsync(Reserved(30m, minimum: 5m, "a", "b"));
        await firewall.SpendAsync(Of("a", 15m));

        (await firewall.TrySpendAsync(Of("a", 1m))).IsAllowed.Should().BeFalse();
        (await Eventually.HoldsAsync(async () => await RemainingAsync(firewall, "a") == 10m)).Should().BeTrue();
        await SettledAsync();
        await firewall.SpendAsync(Of("b", 5m));
        var changes = Clock.Changes;
        (await firewall.TrySpendAsync(Of("b", 1m))).IsAllowed.Should().BeFalse();
        Clock.Changes.Should().Be(changes, "the pool was divided anew just now");
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        await SettledAsync();
        changes = Clock.Changes;
        (await firewall.TrySpendAsync(Of("b", 1m))).IsAllowed.Should().BeFalse();
        Clock.Changes.Should().Be(changes, "the interval is not over yet");

        await Harness.AdvanceAsync(TimeSpan.FromTicks(1));
        (await firewall.TrySpendAsync(Of("b", 1m))).IsAllowed.Should().BeFalse();

        (await Eventually.HoldsAsync(async () => await RemainingAsync(firewall, "b") > 1m)).Should().BeTrue();
    }

    [Fact]
    public async Task A_member_that_is_refused_at_the_very_beginning_of_a_period_borrows()
    {
        await using var firewall = await LookedAtAsync(Reserved(30m, minimum: 5m, "a", "b"));
        await FiredAsync(() => Harness.MoveToAsync(NextMidnight));
        await SetToAsync(Hour);
        await firewall.SpendAsync(Of("a", 15m));

        (await firewall.TrySpendAsync(Of("a", 1m))).IsAllowed.Should().BeFalse();

        (await Eventually.HoldsAsync(async () => await RemainingAsync(firewall, "a") == 10m)).Should().BeTrue();
    }

    [Fact]
    public async Task A_member_that_was_refused_before_a_period_has_ended_borrows_nothing_in_the_next()
    {
        await using var firewall = await LookedAtAsync(Reserved(30m, minimum: 5m, "a", "b"));
        await FiredAsync(() => Harness.MoveToAsync(NextMidnight - Second));
        await SetToAsync(Second);
        await firewall.SpendAsync(Of("a", 15m));
        var read = new TaskCompletionSource();
        Store.BeforeNext("read teams", () => new(read.Task));

        (await firewall.TrySpendAsync(Of("a", 1m))).IsAllowed.Should().BeFalse();
        (await Eventually.HoldsAsync(() => Store.Before is null)).Should().BeTrue();
        await Harness.MoveToAsync(NextMidnight);
        read.SetResult();
        await SetToAsync(Hour);

        (await firewall.Budgets.ListAsync()).Select(budget => budget.Limit).Should().Equal(15m, 15m);
    }

    [Fact]
    public async Task Where_that_is_switched_off_nobody_borrows_by_itself()
    {
        await using var firewall = await LookedAtAsync(Reserved(30m, minimum: 5m, "a", "b"), options => options.QuotaReallocation = TimeSpan.Zero);
        await firewall.SpendAsync(Of("a", 15m));
        var changes = Clock.Changes;

        (await firewall.TrySpendAsync(Of("a", 1m))).IsAllowed.Should().BeFalse();

        Clock.Changes.Should().Be(changes);
    }

    [Fact]
    public async Task The_refusals_of_a_pool_whose_members_do_not_borrow_are_no_trouble()
    {
        await using var firewall = await LookedAtAsync(Pool(30m, "a", "b"));
        await firewall.SpendAsync(Of("a", 15m));
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(1));
        var changes = Clock.Changes;

        (await firewall.TrySpendAsync(Of("a", 1m))).IsAllowed.Should().BeFalse();
        (await Eventually.HoldsAsync(() => Clock.Changes >= changes + 2)).Should().BeTrue();

        Log.Entries.Should().NotContain(entry => entry.Id == 223);
    }

    [Fact]
    public async Task A_pool_that_cannot_be_read_is_logged_and_tried_again_after_five_seconds()
    {
        await using var firewall = Watched();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"));
        Store.Before = call => call == "read teams" ? throw new InvalidOperationException("The cable is out.") : default;

        await Harness.AdvanceAsync(Second);
        await SetToAsync(TimeSpan.FromSeconds(5));

        Log.Entries.Should().ContainSingle(entry => entry.Id == 223).Which.Message.Should()
            .Be("The pool 'teams' could not be renewed or divided anew; it is tried again in 00:00:05. Its members' limits are as they were.");
        Store.Before = null;
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(5));
        await SetToAsync(Hour);
    }

    [Fact]
    public async Task A_configured_pool_that_could_not_be_allocated_is_logged_and_tried_again_after_five_seconds_and_then_no_more()
    {
        await using var firewall = Watched(options => options.Quotas.Add(Pool(30m, "a", "b")));
        Store.Before = call => call == "read teams" ? throw new InvalidOperationException("The cable is out.") : default;

        await Harness.AdvanceAsync(Second);
        await SetToAsync(TimeSpan.FromSeconds(5));
        Log.Entries.Should().ContainSingle(entry => entry.Id == 223).Which.Message.Should().StartWith("The pool 'teams' could not be renewed or divided anew; it is tried again in 00:00:05.");
        Store.Before = null;
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        Store.Count("read teams").Should().Be(1);
        await Harness.AdvanceAsync(TimeSpan.FromTicks(1));
        (await Eventually.HoldsAsync(() => Store.Count("write teams") == 2)).Should().BeTrue();
        await SetToAsync(Second);
        await FiredAsync(() => Harness.AdvanceAsync(Second));
        await SetToAsync(Hour);

        Store.Clear();
        await FiredAsync(() => Harness.AdvanceAsync(Hour));
        await SetToAsync(Hour);
        Store.Calls.Should().BeEmpty();
    }

    [Fact]
    public async Task A_configured_pool_that_is_there_with_another_content_becomes_what_is_configured()
    {
        await Firewall().Quotas.AllocateAsync(Pool(30m, "a", "b"));
        await using var firewall = Watched(options => options.Quotas.Add(Pool(60m, "a", "b")));

        await Harness.AdvanceAsync(Second);

        (await Eventually.HoldsAsync(async () => (await Firewall().Budgets.ListAsync()).All(budget => budget.Limit == 30m))).Should().BeTrue();
    }

    [Fact]
    public async Task A_pool_that_comes_with_a_change_of_the_configuration_is_allocated_after_the_next_decision()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("BudgetFirewall:DenialCache", (string?)"00:00:00")]).Build();
        await using var firewall = new BudgetFirewallBuilder().Configure(configuration.GetSection("BudgetFirewall"))
            .UseTimeProvider(Harness.Clock).UseStore(WatchedStore).Build();
        foreach (var (key, value) in new[] { ("Id", PoolId), ("Limit", "30"), ("Period", "day"), ("Members:0:Scope", "project=a"), ("Members:1:Scope", "project=b") })
            configuration[$"BudgetFirewall:Quotas:0:{key}"] = value;
        configuration.Reload();

        await firewall.TryCheckAsync(Of("a", 1m));
        await Harness.AdvanceAsync(Second);

        (await Eventually.HoldsAsync(async () => (await Firewall().Budgets.ListAsync()).Sum(budget => budget.Limit) == 30m)).Should().BeTrue();
    }

    [Fact]
    public async Task Where_the_last_pool_is_gone_there_is_no_timer_any_more()
    {
        await using var firewall = await LookedAtAsync(Pool(30m, "a", "b"));
        await firewall.Quotas.DeleteAsync(PoolId);
        Store.Clear();

        // The look a second after its budgets were changed finds it gone.
        await Harness.AdvanceAsync(Hour);
        (await Eventually.HoldsAsync(() => Store.Count("read teams") == 1)).Should().BeTrue();
        await firewall.TryCheckAsync(Of("a", 1m));
        await Harness.AdvanceAsync(TimeSpan.FromDays(2));
        await firewall.TryCheckAsync(Of("a", 1m));

        // The look may end after its read.
        (await Eventually.HoldsAsync(() => Clock.Dues.Count == 0)).Should().BeTrue();
        Store.Count("read teams").Should().Be(1);
    }

    [Fact]
    public async Task A_firewall_is_disposed_though_a_look_at_a_pool_hangs_and_leaves_no_timer()
    {
        var firewall = await LookedAtAsync(Reserved(30m, minimum: 5m, "a", "b"));
        await firewall.SpendAsync(Of("a", 15m));
        var read = new TaskCompletionSource();
        Store.BeforeNext("read teams", () => new(read.Task));
        await firewall.TrySpendAsync(Of("a", 1m));
        (await Eventually.HoldsAsync(() => Store.Before is null)).Should().BeTrue();
        await firewall.Quotas.AllocateAsync(Pool(10m, "c") with { Id = "other" });
        Clock.Dues.Should().Equal(Second);

        await firewall.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));

        Clock.Dues.Should().BeEmpty();
        await firewall.TrySpendAsync(Of("b", 16m));
        await firewall.Quotas.AllocateAsync(Pool(10m, "d") with { Id = "late" });
        Clock.Dues.Should().BeEmpty("a firewall that is disposed sets none");
        Log.Entries.Should().NotContain(entry => entry.Id == 223);
        read.SetResult();
    }

    [Fact]
    public async Task Pools_are_looked_at_one_after_the_other_however_often_the_timer_fires()
    {
        await using var firewall = await LookedAtAsync(Reserved(30m, minimum: 5m, "a", "b"));
        await firewall.SpendAsync(Of("a", 15m));
        var read = new TaskCompletionSource();
        Store.Clear();
        Store.BeforeNext("read teams", () => new(read.Task));
        await firewall.TrySpendAsync(Of("a", 1m));
        (await Eventually.HoldsAsync(() => Store.Before is null)).Should().BeTrue();
        await Firewall().Quotas.AllocateAsync(Pool(10m, "c") with { Id = "other" });
        await firewall.TryCheckAsync(Of("c", 1m));
        Clock.Dues.Should().Equal(Second);

        await Harness.AdvanceAsync(Second);
        await Task.Delay(50);

        Store.Calls.Should().NotContain("read other");
        read.SetResult();
        (await Eventually.HoldsAsync(() => Store.Count("read other") == 1)).Should().BeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Looks_at_pools_do_not_run_in_the_context_of_the_request_that_asks_for_them(bool isSuppressed)
    {
        await using var firewall = await LookedAtAsync(Reserved(30m, minimum: 5m, "a", "b"));
        await firewall.SpendAsync(Of("a", 15m));
        var ambient = new AsyncLocal<string?> { Value = "request" };
        var seen = new TaskCompletionSource<string?>();
        Store.BeforeNext("read teams", () =>
        {
            seen.SetResult(ambient.Value);
            return default;
        });

        ValueTask<BudgetDecision> refused;
        if (isSuppressed)
        {
            using (ExecutionContext.SuppressFlow())
                refused = firewall.TrySpendAsync(Of("a", 1m));
        }
        else
        {
            refused = firewall.TrySpendAsync(Of("a", 1m));
        }

        (await refused).IsAllowed.Should().BeFalse();
        (await seen.Task.WaitAsync(TimeSpan.FromMinutes(1))).Should().BeNull();
    }

    private DateTimeOffset NextMidnight => Calendar.NextMidnight(Harness.Now);

    /// <summary>A firewall that has made a pool, and has looked at it already.</summary>
    private async Task<IBudgetFirewall> LookedAtAsync(QuotaPool pool, Action<BudgetFirewallOptions>? configure = null)
    {
        var firewall = Watched(configure);
        await firewall.Quotas.AllocateAsync(pool);
        await Harness.AdvanceAsync(Second);
        (await Eventually.HoldsAsync(() => Clock.Dues is [var due] && due > Second)).Should().BeTrue();
        return firewall;
    }

    /// <summary>Waits until the timer is not set any more for a while.</summary>
    private async Task SettledAsync()
    {
        var (changes, times) = (-1, 0);
        (await Eventually.HoldsAsync(() =>
        {
            // While a pool is being looked at nothing is set.
            (changes, times) = (Clock.Changes, Clock.Changes == changes && Clock.Dues.Count == 1 ? times + 1 : 0);
            return times == 40;
        })).Should().BeTrue();
    }

    /// <summary>Lets both members spend something, so that it is known what they have left.</summary>
    private static async Task UseAsync(IBudgetFirewall firewall)
    {
        await firewall.SpendAsync(Of("a", 1m));
        await firewall.SpendAsync(Of("b", 1m));
    }

    /// <summary>Moves the clock over the time that the timer is set to, and waits until it is set again.</summary>
    private async Task FiredAsync(Func<ValueTask> move)
    {
        var before = Clock.Changes;
        await move();
        (await Eventually.HoldsAsync(() => Clock.Changes > before)).Should().BeTrue();
    }
}
