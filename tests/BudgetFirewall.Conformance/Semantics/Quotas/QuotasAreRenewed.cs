namespace BudgetFirewall.Conformance;

/// <summary>A pool's period ends: what was used is recorded, what was left is rolled over, and everybody has its share again.</summary>
public abstract class QuotasAreRenewed<THarness> : PooledTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_new_period_begins_with_whole_shares()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b", "c"));
        await firewall.SpendAsync(Of("a", 10m));

        await MoveToNextDayAsync();

        (await firewall.TrySpendAsync(Of("a", 10m))).IsAllowed.Should().BeTrue();
        Amounts(await firewall.Quotas.GetAsync(PoolId)).Should().Equal(10m, 10m, 10m);
    }

    [Fact]
    public async Task What_was_not_used_is_added_once_to_the_next_period_and_ends_with_it()
    {
        var processes = Processes(3);
        await processes[0].Quotas.AllocateAsync(Pool(30m, "a", "b", "c") with { Rollover = new() });
        await MoveToNextDayAsync();
        await processes[0].SpendAsync(Of("a", 4m));
        await processes[0].SpendAsync(Of("b", 10m));

        await MoveToNextDayAsync();
        await Together.DoAsync(6, threads: 3, async i => await processes[i % 3].Quotas.GetAsync(PoolId));

        (await RemainingAsync(processes[1], "a")).Should().Be(10m + 6m);
        (await RemainingAsync(processes[1], "b")).Should().Be(10m);
        (await RemainingAsync(processes[1], "c")).Should().Be(10m + 10m);
        (await processes[0].TrySpendAsync(Of("a", 16m))).IsAllowed.Should().BeTrue();
        (await processes[0].TrySpendAsync(Of("a", Nano))).IsAllowed.Should().BeFalse();

        await MoveToNextDayAsync();
        (await RemainingAsync(processes[1], "a")).Should().Be(10m);
    }

    [Fact]
    public async Task Of_a_first_period_only_what_is_known_to_be_left_is_rolled_over()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b", "c") with { Rollover = new() });
        await firewall.SpendAsync(Of("a", 4m));
        await firewall.SpendAsync(Of("b", 10m));
        await using var held = await firewall.ReserveAsync(Of("a", 1m) with { Lease = TimeSpan.FromHours(24) });

        await MoveToNextDayAsync();
        var state = await firewall.Quotas.GetAsync(PoolId);

        state!.RolledOver.Should().Equal(new QuotaAllocation(Team("a"), 5m));
        (await RemainingAsync(firewall, "a")).Should().Be(15m);
        (await RemainingAsync(firewall, "b")).Should().Be(10m);
        (await RemainingAsync(firewall, "c")).Should().Be(10m);
        (await firewall.TrySpendAsync(Of("a", 15m))).IsAllowed.Should().BeTrue();
        (await firewall.TrySpendAsync(Of("a", Nano))).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task What_is_rolled_over_is_a_part_and_no_more_than_its_cap()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b", "c") with { Rollover = new() { Fraction = 0.5m, Cap = 3m } });
        await firewall.SpendAsync(Of("a", 2m));
        await firewall.SpendAsync(Of("b", 6m));

        await MoveToNextDayAsync();

        (await firewall.Quotas.GetAsync(PoolId))!.RolledOver.Should().Equal(new QuotaAllocation(Team("a"), 3m), new QuotaAllocation(Team("b"), 2m));
    }

    [Fact]
    public async Task What_was_borrowed_goes_back_with_the_period()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Reserved(30m, minimum: 4m, "a", "b", "c"));
        await firewall.SpendAsync(Of("a", 10m));
        await firewall.Quotas.ReallocateAsync(PoolId);

        await MoveToNextDayAsync();

        Amounts(await firewall.Quotas.GetAsync(PoolId)).Should().Equal(10m, 10m, 10m);
        var ended = (await firewall.Quotas.GetHistoryAsync(PoolId))!.Should().ContainSingle().Subject;
        ended.Members.Select(member => (member.Allocated, member.Used, member.Lent, member.Borrowed)).Should().Equal((22m, 10m, 0m, 12m), (4m, 0m, 6m, 0m), (4m, 0m, 6m, 0m));
    }

    [Fact]
    public async Task Dynamic_shares_follow_what_was_used_smoothed()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(100m, "a", "b") with { Strategy = QuotaStrategy.Dynamic, Dynamics = new() { Floor = 0m, Smoothing = 0.5m } });
        await firewall.SpendAsync(Of("a", 40m));
        await firewall.SpendAsync(Of("b", 10m));
        await MoveToNextDayAsync();
        Amounts(await firewall.Quotas.GetAsync(PoolId)).Should().Equal(80m, 20m);
        await firewall.SpendAsync(Of("b", 20m));

        await MoveToNextDayAsync();

        // 40 and 10 have become 20 and 15.
        Amounts(await firewall.Quotas.GetAsync(PoolId)).Should().Equal(57.142857143m, 42.857142857m);
    }

    [Fact]
    public async Task Each_ended_period_is_recorded_once_with_what_every_member_had_and_used()
    {
        var processes = Processes(2);
        await processes[0].Quotas.AllocateAsync(Pool(30m, "a", "b") with { Rollover = new() });
        var first = Calendar.NextMidnight(Harness.Now).UtcDateTime;
        await processes[1].SpendAsync(Of("a", 5m));
        await MoveToNextDayAsync();
        await processes[1].Quotas.GetAsync(PoolId);
        await processes[1].SpendAsync(Of("b", 7m));
        await MoveToNextDayAsync();

        var history = (await processes[0].Quotas.GetHistoryAsync(PoolId))!;

        history.Select(period => period.Period.Start).Should().Equal(first, first.AddDays(-1));
        history.Should().OnlyContain(period => period.PoolId == PoolId && period.Limit == 30m && period.IsKnown);
        history[0].Members.Select(member => (member.Scope.Id, member.Allocated, member.Used, member.RolledOver)).Should().Equal(("a", 15m, 0m, 10m), ("b", 15m, 7m, 0m));
        history[1].Members.Select(member => (member.Scope.Id, member.Allocated, member.Used, member.RolledOver)).Should().Equal(("a", 15m, 5m, 0m), ("b", 15m, 0m, 0m));
        (await processes[0].Quotas.GetHistoryAsync(PoolId, 1))!.Should().ContainSingle().Which.Period.Start.Should().Be(first);
        (await processes[0].Quotas.GetHistoryAsync(PoolId, 1, first))!.Should().ContainSingle().Which.Period.Start.Should().Be(first.AddDays(-1));
        (await processes[0].Quotas.GetHistoryAsync("none")).Should().BeNull();
    }

    [Fact]
    public async Task Periods_that_nobody_renewed_are_caught_up_and_only_what_is_known_is_rolled_over()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b") with { Rollover = new() });
        await firewall.SpendAsync(Of("a", 5m));

        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now).AddDays(4) + TimeSpan.FromMinutes(1));
        var state = await firewall.Quotas.GetAsync(PoolId);

        var history = (await firewall.Quotas.GetHistoryAsync(PoolId))!;
        history.Should().HaveCount(5);
        history.Select(period => period.IsKnown).Should().Equal(true, true, false, false, false);
        // Yesterday nobody used anything, and its counters would still be there.
        state!.RolledOver.Select(share => share.Amount).Should().Equal(15m, 15m);
        (await firewall.GetStatusAsync(Team("a"))).Budgets.Single().Remaining.Should().Be(30m);
    }

    [Fact]
    public async Task A_renewal_that_ends_at_any_call_to_the_store_is_finished_by_another_process_and_rolls_over_once()
    {
        for (var calls = 0; calls < 12; calls++)
        {
            await Harness.StartOverAsync();
            await Firewall().Quotas.AllocateAsync(Pool(30m, "a", "b") with { Rollover = new() });
            await Firewall().SpendAsync(Of("a", 5m));
            await Firewall().SpendAsync(Of("b", 9m));
            var (dying, chaos) = Harness.CreateFragileFirewall(_ => { });
            await MoveToNextDayAsync();
            var left = calls;
            chaos.Strike(_ => left-- switch { > 0 => null, 0 => StoreFault.AnswerLost, _ => StoreFault.NotReached });
            await TryAsync(async () => await dying.Quotas.GetAsync(PoolId));

            var other = Firewall();
            await other.Quotas.GetAsync(PoolId);

            (await RemainingAsync(other, "a")).Should().Be(25m, "{0} calls were made", calls);
            (await RemainingAsync(other, "b")).Should().Be(21m, "{0} calls were made", calls);
            (await other.Quotas.GetHistoryAsync(PoolId))!.Should().ContainSingle();
        }
    }

    [Fact]
    public async Task A_pool_is_renewed_by_itself_once_a_process_has_heard_of_it()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b") with { Rollover = new() });
        await firewall.SpendAsync(Of("a", 5m));

        await MoveToNextDayAsync();
        (await Eventually.HoldsAsync(async () =>
        {
            // A decision in the new period is enough where the clock of the process is another one than the store's.
            await firewall.TryCheckAsync(Of("a", 1m));
            await Harness.PassAsync(TimeSpan.FromSeconds(1));
            return await RemainingAsync(firewall, "a") == 25m;
        })).Should().BeTrue();
    }
}
