using BudgetFirewall.Conformance;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Tests;

/// <summary>What a process learns of pools from others and from its decisions, and what it tells of its own work on them.</summary>
public sealed class PoolNewsTests : WatchedPoolTests
{
    [Fact]
    public async Task A_process_that_has_heard_of_no_pool_sets_no_timer()
    {
        await using var firewall = Watched();
        await firewall.Budgets.SetAsync(AliceLimit(1m));

        await firewall.TrySpendAsync(Call(2m));
        await Harness.AdvanceAsync(Hour);

        Clock.Changes.Should().Be(0);
    }

    [Fact]
    public async Task News_of_a_pool_that_is_to_be_looked_at_anyway_do_not_put_the_look_off()
    {
        await using var firewall = Watched();
        var other = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"));
        await Harness.AdvanceAsync(Second / 2);
        await other.Quotas.UpdateAsync(Pool(60m, "a", "b"));
        await firewall.TryCheckAsync(Of("a", 1m));
        Store.Clear();

        await Harness.AdvanceAsync(Second / 2);

        (await Eventually.HoldsAsync(() => Store.Count("read teams") == 1)).Should().BeTrue();
    }

    [Fact]
    public async Task News_of_a_pool_that_was_looked_at_have_it_looked_at_again_a_second_later()
    {
        await using var firewall = Watched();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"));
        await Harness.AdvanceAsync(Second);
        await SetToAsync(Hour);
        await Firewall().Quotas.UpdateAsync(Pool(60m, "a", "b"));

        await firewall.TryCheckAsync(Of("a", 1m));

        await SetToAsync(Second);
    }

    [Fact]
    public async Task A_member_that_is_refused_again_before_it_was_looked_into_sets_no_timer_again()
    {
        await using var firewall = Watched();
        await firewall.Quotas.AllocateAsync(Reserved(30m, minimum: 5m, "a", "b"));
        await Harness.AdvanceAsync(Second);
        await SetToAsync(Hour);
        await firewall.SpendAsync(Of("a", 15m));
        var read = new TaskCompletionSource();
        Store.BeforeNext("read teams", () => new(read.Task));
        await firewall.TrySpendAsync(Of("a", 1m));
        (await Eventually.HoldsAsync(() => Store.Before is null)).Should().BeTrue();
        var changes = Clock.Changes;

        await firewall.TrySpendAsync(Of("a", 1m));

        Clock.Changes.Should().Be(changes);
        read.SetResult();
    }

    [Fact]
    public async Task A_period_that_ends_before_a_new_pool_was_looked_at_is_noticed_by_the_next_decision()
    {
        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now) - (Second / 2));
        await using var firewall = Watched();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b") with { Rollover = new() });
        await firewall.SpendAsync(Of("a", 1m));
        await firewall.SpendAsync(Of("b", 1m));
        await Harness.AdvanceAsync(Second / 2);

        await firewall.TryCheckAsync(Of("a", 1m));

        (await Eventually.HoldsAsync(() => Store.Grants.Count == 2)).Should().BeTrue();
    }

    [Fact]
    public async Task A_decision_after_the_end_of_a_period_has_only_the_pools_looked_at_whose_period_it_was()
    {
        await using var firewall = Watched(clock: new SkewedTimeProvider(Harness.Clock, -Hour));
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"));
        await firewall.Quotas.AllocateAsync(Pool(30m, "c") with { Id = "other", Period = BudgetPeriod.Month });
        await Harness.AdvanceAsync(Second);
        await SetToAsync(Hour);
        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now));
        await SetToAsync(Hour);
        Store.Clear();

        await firewall.TryCheckAsync(Of("a", 1m));

        (await Eventually.HoldsAsync(() => Store.Count("write teams") > 0)).Should().BeTrue();
        await SetToAsync(Hour);
        Store.Count("read other").Should().Be(0);
    }

    [Fact]
    public async Task The_refusals_of_members_that_do_not_borrow_are_looked_into_once_a_minute_or_where_the_clock_was_set_back()
    {
        await using var firewall = Watched();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"));
        await Harness.AdvanceAsync(Second);
        await SetToAsync(Hour);
        await firewall.SpendAsync(Of("a", 15m));
        Store.Clear();

        await RefuseAsync();
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        await RefuseAsync();
        Store.Count("read teams").Should().Be(0);
        await Harness.AdvanceAsync(TimeSpan.FromTicks(1));
        await RefuseAsync();

        (await Eventually.HoldsAsync(() => Store.Count("read teams") == 1)).Should().BeTrue();
        await SetToAsync(Hour);
        await Harness.AdvanceAsync(-Second);
        await RefuseAsync();
        (await Eventually.HoldsAsync(() => Store.Count("read teams") == 2)).Should().BeTrue();

        async Task RefuseAsync() => (await firewall.TrySpendAsync(Of("a", 1m))).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task A_division_is_logged_for_whoever_looks_closely()
    {
        await using var firewall = Watched();

        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"));

        Log.Entries.Should().ContainSingle(entry => entry.Id == 221).Which.Should().Be((LogLevel.Debug, 221, "The pool 'teams' is divided among 2 members."));
    }

    [Fact]
    public async Task A_firewall_that_is_disposed_while_it_allocates_what_is_configured_says_nothing()
    {
        var firewall = Watched(options => options.Quotas.Add(Pool(30m, "a", "b")));
        var read = new TaskCompletionSource();
        Store.BeforeNext("read teams", () => new(read.Task));
        await Harness.AdvanceAsync(Second);
        (await Eventually.HoldsAsync(() => Store.Before is null)).Should().BeTrue();

        await firewall.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));

        Log.Entries.Should().NotContain(entry => entry.Id == 223);
        read.SetResult();
    }
}
