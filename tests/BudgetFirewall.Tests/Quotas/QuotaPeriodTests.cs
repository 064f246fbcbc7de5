using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;
using BudgetFirewall.Tests.Registration;

namespace BudgetFirewall.Tests;

/// <summary>What of a period counts in it and in the next, to the nano and the unit.</summary>
public sealed class QuotaPeriodTests : PooledTests<MemoryHarness>
{
    [Fact]
    public async Task An_allowance_is_used_first_and_does_not_keep_a_share_from_shrinking()
    {
        var firewall = Firewall();
        var state = await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b") with { Members = [Member("a", maximum: 10m), Member("b", maximum: 10m)] });
        await firewall.Budgets.GrantAsync(new() { BudgetId = state!.BudgetIdOf(Team("a")), Scope = Team("a"), Amount = 10m, Reason = "all that nobody has" });
        await firewall.SpendAsync(Of("a", 13m));

        var updated = await firewall.Quotas.UpdateAsync(Pool(30m, "a", "b") with { Members = [Member("a", maximum: 1m), Member("b")] });

        Amounts(updated).Should().Equal(3m, 17m);
        updated!.Undivided.Should().Be(0m);
    }

    [Fact]
    public async Task What_lenders_will_use_by_the_end_of_the_period_is_left_to_them()
    {
        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now).AddHours(12));
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Reserved(30m, minimum: 0m, "a", "b", "c"));
        await firewall.SpendAsync(Of("a", 10m));
        await firewall.SpendAsync(Of("b", 2m));

        Amounts(await firewall.Quotas.ReallocateAsync(PoolId)).Should().Equal(26m, 4m, 0m);
    }

    [Fact]
    public async Task Where_several_members_have_used_more_than_they_are_to_have_and_there_is_too_little_for_all_of_them_others_get_less()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b", "c"));
        await firewall.SpendAsync(Of("a", 7m));
        await firewall.SpendAsync(Of("b", 7m));

        var updated = await firewall.Quotas.UpdateAsync(Pool(20m, "a", "b", "c") with { Members = [Member("a", maximum: 4m), Member("b", maximum: 4m), Member("c", maximum: 8m)] });

        Amounts(updated).Should().Equal(7m, 7m, 6m);
    }

    [Fact]
    public async Task Part_of_a_unit_keeps_a_whole_one_and_none_is_rolled_over()
    {
        var firewall = Firewall();
        var pool = Pool(20m, "a", "b") with { Unit = Record, Rollover = new() };
        await firewall.Quotas.AllocateAsync(pool);
        await firewall.SpendAsync(Of("a", 0m) with { Usage = Records(3.4m) });
        await firewall.SpendAsync(Of("b", 0m) with { Usage = Records(5m) });

        Amounts(await firewall.Quotas.UpdateAsync(pool with { Members = [Member("a", maximum: 1m), Member("b")] })).Should().Equal(4m, 16m);
        await firewall.Quotas.UpdateAsync(pool);
        await MoveToNextDayAsync();

        (await firewall.Quotas.GetAsync(PoolId))!.RolledOver.Select(share => share.Amount).Should().Equal(6m, 5m);
    }

    [Fact]
    public async Task Members_that_leave_together_take_what_each_of_them_has_used_and_no_more()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(40m, "a", "b", "c", "d"));
        await firewall.SpendAsync(Of("a", 1m));
        await firewall.SpendAsync(Of("b", 2m));

        var state = await firewall.Quotas.UpdateAsync(Pool(40m, "c", "d") with { Members = [Member("c", maximum: 5m), Member("d")] });

        Amounts(state).Should().Equal(5m, 32m);
    }

    [Fact]
    public async Task What_is_left_of_an_allowance_is_left()
    {
        var firewall = Firewall();
        var state = await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b") with { Members = [Member("a", maximum: 10m), Member("b", maximum: 10m)], Rollover = new() });
        await firewall.Budgets.GrantAsync(new() { BudgetId = state!.BudgetIdOf(Team("a")), Scope = Team("a"), Amount = 6m, Reason = "demo" });
        await firewall.SpendAsync(Of("a", 12m));

        await MoveToNextDayAsync();

        (await firewall.Quotas.GetAsync(PoolId))!.RolledOver.Should().Equal(new QuotaAllocation(Team("a"), 4m));
    }

    [Fact]
    public async Task What_is_rolled_over_is_given_with_a_reason_under_an_id_that_outlives_its_period()
    {
        PoolCalls? store = null;
        var log = new RecordingLoggerFactory();
        var midnight = Calendar.NextMidnight(Harness.Now);
        QuotaState? state;
        await using (var before = new BudgetFirewallBuilder().UseTimeProvider(Harness.Clock).UseStore(Harness.CreateStore).Build())
        {
            state = await before.Quotas.AllocateAsync(Pool(30m, "a", "b") with { Rollover = new() });
            await before.SpendAsync(Of("a", 5m));
        }
        await MoveToNextDayAsync();
        await using var firewall = new BudgetFirewallBuilder().UseTimeProvider(Harness.Clock).UseLoggerFactory(log).UseStore(context => store = new(Harness.CreateStore(context))).Build();

        await firewall.Quotas.GetAsync(PoolId);

        var grant = store!.Grants.Should().ContainSingle().Subject;
        (grant.Amount, grant.Reason, grant.ScopeId).Should().Be((10_000_000_000, "Rolled over from the period before.", "a"));
        (grant.OperationScope, grant.OperationId, grant.Retention).Should().Be((state!.BudgetIdOf(Team("a")), FormattableString.Invariant($"rollover/{midnight.UtcTicks}"), TimeSpan.FromHours(25)));
        grant.Validity.Should().Be(new PeriodWindow(midnight.UtcDateTime, midnight.UtcDateTime.AddDays(1)));
        log.Entries.Should().ContainSingle(entry => entry.Id == 222).Which.Message.Should().Be("The pool 'teams' is renewed for the period from 03/05/2026 00:00:00 +00:00; 1 ended periods are recorded.");
    }

    [Fact]
    public async Task What_is_rolled_over_late_ends_the_refusals_that_this_process_remembers()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.DenialCache = TimeSpan.FromMinutes(1));
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b") with { Rollover = new() });
        await firewall.SpendAsync(Of("a", 5m));
        chaos.Strike(StoreCalls.Document, StoreFault.NotReached);
        await MoveToNextDayAsync();
        await firewall.SpendAsync(Of("a", 15m));
        await firewall.TrySpendAsync(Of("a", 10m));
        (await firewall.TrySpendAsync(Of("a", 10m))).IsFromCache.Should().BeTrue();
        chaos.Heal();

        await firewall.Quotas.GetAsync(PoolId);

        (await firewall.TrySpendAsync(Of("a", 10m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task Nothing_was_rolled_over_between_periods_that_are_recorded_together()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b") with { Rollover = new() });
        await firewall.SpendAsync(Of("a", 5m));
        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now).AddDays(1));

        (await firewall.Quotas.GetAsync(PoolId))!.RolledOver.Should().HaveCount(2);

        var history = (await firewall.Quotas.GetHistoryAsync(PoolId))!;
        history.Select(period => period.IsKnown).Should().Equal(true, true);
        history.SelectMany(period => period.Members).Should().OnlyContain(member => member.RolledOver == 0m);
    }

    [Fact]
    public async Task At_most_twelve_periods_are_recorded_together()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"));
        var first = Calendar.NextMidnight(Harness.Now).AddDays(-1).UtcDateTime;
        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now).AddDays(29) + TimeSpan.FromMinutes(1));

        var history = (await firewall.Quotas.GetHistoryAsync(PoolId))!;

        history.Should().HaveCount(12);
        (history[0].Period.Start, history[10].Period.Start, history[11].Period.Start).Should().Be((first.AddDays(29), first.AddDays(19), first));
    }

    [Fact]
    public async Task Periods_of_which_nothing_is_known_any_more_do_not_count_as_unused()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(100m, "a", "b") with { Strategy = QuotaStrategy.Dynamic, Dynamics = new() { Floor = 0m } });
        await firewall.SpendAsync(Of("a", 400 * Nano));
        await firewall.SpendAsync(Of("b", 100 * Nano));
        await MoveToNextDayAsync();
        await firewall.Quotas.GetAsync(PoolId);

        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now).AddDays(20));

        // 400 and 100 nanos have been halved twice. Halved twelve times, nothing would be left of them.
        Amounts(await firewall.Quotas.GetAsync(PoolId)).Should().Equal(80m, 20m);
    }

    [Fact]
    public async Task A_period_is_known_until_its_counters_are_not_kept_any_more()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a") with { Rollover = new() });
        await firewall.SpendAsync(Of("a", 5m));
        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now).AddDays(2) - TimeSpan.FromTicks(1));
        await firewall.Quotas.GetAsync(PoolId);
        (await firewall.Quotas.GetHistoryAsync(PoolId))!.Select(period => period.IsKnown).Should().Equal(true, true);

        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now).AddDays(2));

        (await firewall.Quotas.GetHistoryAsync(PoolId))!.Select(period => period.IsKnown).Should().Equal(true, true, false, true, true);
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(2)]
    public async Task A_pool_begins_with_the_stores_period_whatever_the_processs_clock_says(int days)
    {
        var firewall = Harness.CreateFirewallWithClockOffBy(TimeSpan.FromDays(days), _ => { });

        var state = await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"));

        state!.Period.Contains(Harness.Now).Should().BeTrue();
        Amounts(await firewall.Quotas.UpdateAsync(Pool(20m, "a", "b"))).Should().Equal(10m, 10m);
    }

    [Fact]
    public async Task A_history_asks_the_store_for_no_period_from_before_the_pool()
    {
        PoolCalls? store = null;
        var firewall = Harness.CreateFirewallOn(inner => store = new(inner), _ => { });
        await firewall.Quotas.AllocateAsync(Pool(30m, "a"));
        await MoveToNextDayAsync();
        await firewall.Quotas.GetAsync(PoolId);

        (await firewall.Quotas.GetHistoryAsync(PoolId)).Should().HaveCount(1);

        store!.Count("read period teams").Should().Be(1);
    }

    [Fact]
    public async Task A_history_asks_the_store_for_no_period_that_is_not_kept_any_more()
    {
        PoolCalls? store = null;
        var firewall = Harness.CreateFirewallOn(inner => store = new(inner), options => options.QuotaHistory = TimeSpan.FromDays(3));
        await firewall.Quotas.AllocateAsync(Pool(30m, "a"));
        for (var day = 0; day < 6; day++)
        {
            await MoveToNextDayAsync();
            await firewall.Quotas.GetAsync(PoolId);
        }

        (await firewall.Quotas.GetHistoryAsync(PoolId)).Should().HaveCount(3);

        store!.Count("read period teams").Should().Be(3);
    }

    [Fact]
    public async Task A_history_ends_where_a_thousand_periods_in_a_row_have_no_record()
    {
        PoolCalls? store = null;
        var firewall = Harness.CreateFirewallOn(inner => store = new(inner), _ => { });
        await firewall.Quotas.AllocateAsync(Pool(30m, "a") with { Period = BudgetPeriod.Every(TimeSpan.FromMinutes(1)) });
        await Harness.AdvanceAsync(TimeSpan.FromDays(2));
        await firewall.Quotas.GetAsync(PoolId);
        var history = (await firewall.Quotas.GetHistoryAsync(PoolId))!;
        var afterTheGap = history[^2].Period;
        var name = FormattableString.Invariant($"pool-period:{afterTheGap.Start.Ticks}-{afterTheGap.End.Ticks}:{PoolId}");
        await Harness.Store.WriteDocumentAsync(null, name, (await Harness.Store.ReadDocumentAsync(null, name, null))!.Version, null, null);
        store!.Clear();

        (await firewall.Quotas.GetHistoryAsync(PoolId)).Should().HaveCount(history.Count - 2, "the record that knew where the one before it is was lost");

        store.Count("read period teams").Should().Be(history.Count - 2 + 1_000);
    }

    [Fact]
    public async Task What_cannot_be_a_pool_lets_no_request_through_and_has_changed_nothing()
    {
        await Harness.Store.WriteDocumentAsync(null, "pool:teams", "", "null"u8.ToArray(), null);

        var error = (await FluentActions.Awaiting(async () => await Firewall().Quotas.GetAsync(PoolId)).Should().ThrowExactlyAsync<BudgetStoreException>()).Which;

        error.Message.Should().StartWith("What the store keeps of the pool 'teams' cannot be read: ");
        (error.IsNeverAllowed, error.MayHaveHappened).Should().Be((true, false));
    }

    private static QuotaMember Member(string team, decimal? maximum = null) => new() { Scope = Team(team), Maximum = maximum };
}
