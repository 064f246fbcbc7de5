using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>P9 in memory, by the entry: what is kept, and when it is given back.</summary>
public sealed class MemoryEntriesTests : StoreTests<MemoryHarness>
{
    private const int Users = 3_000;

    [Fact]
    public async Task Denials_checks_without_buckets_and_looking_keep_no_entry()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 1m), Limit(BudgetScope.Global, 0m) with { Operations = ["paid"] });
        for (var i = 0; i < Users; i++)
        {
            var request = Call(1m, $"user-{i}", id: $"id-{i}") with { Operation = "paid" };
            (await firewall.TryReserveAsync(request)).IsGranted.Should().BeFalse();
            (await firewall.TrySpendAsync(request)).IsAllowed.Should().BeFalse();
            (await firewall.TryCheckAsync(request)).IsAllowed.Should().BeFalse();
            (await firewall.TryCheckAsync(Call(1m, $"user-{i}"))).IsAllowed.Should().BeTrue();
            await firewall.GetStatusAsync(BudgetScope.User($"user-{i}"));
            await firewall.ReleaseAsync($"id-{i}");
        }

        Harness.Store.CountEntries().Should().Be(default(Storage.MemoryStoreEntries));
    }

    [Fact]
    public async Task A_charge_keeps_one_counter_for_each_budget_and_an_id_one_operation()
    {
        var firewall = Firewall(AliceLimit(100m), AliceLimit(100m, BudgetPeriod.Month), Limit(BudgetScope.Global, 100m));

        await firewall.ChargeAsync(Call(1m));
        Harness.Store.CountEntries().Should().Be(new Storage.MemoryStoreEntries(Counters: 3, RateLimiters: 0, Operations: 0, OpenReservations: 0));
        await firewall.ChargeAsync(Call(1m, id: "one"));
        await firewall.ChargeAsync(Call(1m, id: "one"));
        Harness.Store.CountEntries().Should().Be(new Storage.MemoryStoreEntries(Counters: 3, RateLimiters: 0, Operations: 1, OpenReservations: 0));
    }

    [Fact]
    public async Task Counters_of_an_ended_day_are_given_back_and_those_of_the_month_are_kept()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 100m), Limit(BudgetScope.Global, 9_000m, BudgetPeriod.Month));
        for (var i = 0; i < Users; i++)
            await firewall.ChargeAsync(Call(1m, $"user-{i}"));
        Harness.Store.CountEntries().Counters.Should().Be(Users + 1);

        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now) + TimeSpan.FromMinutes(2));
        await TouchAsync(firewall);

        Harness.Store.CountEntries().Counters.Should().Be(1);
        await firewall.AssertStandsAtAsync(BudgetScope.Global, spent: Users);
    }

    [Fact]
    public async Task A_counter_of_an_ended_day_is_kept_as_long_as_something_is_held_in_it()
    {
        var firewall = Firewall(AliceLimit(100m));
        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now) - TimeSpan.FromMinutes(1));
        var reservation = await firewall.ReserveAsync(Call(1m) with { Lease = TimeSpan.FromHours(10) });

        await Harness.MoveToAsync(reservation.ExpiresAt - TimeSpan.FromMinutes(1));
        await TouchAsync(firewall);
        Harness.Store.CountEntries().Counters.Should().Be(1);
        await Harness.AdvanceAsync(TimeSpan.FromHours(2));
        await TouchAsync(firewall);
        Harness.Store.CountEntries().Counters.Should().Be(0);
    }

    [Fact]
    public async Task A_bucket_is_given_back_when_it_is_full_again_and_not_before()
    {
        var firewall = Firewall(options => options.RateLimits.Add(Rate(BudgetScope.Each("user"), capacity: 1_000, refillPerSecond: 1)));
        for (var i = 0; i < Users; i++)
            await firewall.CheckAsync(Call(0m, $"user-{i}") with { Permits = 600 });
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(300));
        await TouchAsync(firewall);
        Harness.Store.CountEntries().RateLimiters.Should().Be(Users);

        await Harness.AdvanceAsync(TimeSpan.FromSeconds(301));
        await TouchAsync(firewall);

        Harness.Store.CountEntries().RateLimiters.Should().Be(0);
        (await firewall.LevelAsync(BudgetScope.User("user-7"))).Should().Be(1_000m);
    }

    [Fact]
    public async Task Operations_are_given_back_after_their_retention_and_reservations_after_their_lease_and_it()
    {
        var firewall = Firewall(AliceLimit(9_000m));
        for (var i = 0; i < Users; i++)
        {
            await firewall.ChargeAsync(Call(0.1m, id: $"charge-{i}"));
            await firewall.ReserveAsync(Call(0.1m) with { Lease = TimeSpan.FromMinutes(30) });
        }
        (Harness.Store.CountEntries().Operations, Harness.Store.CountEntries().OpenReservations).Should().Be(((long, long))(2 * Users, Users));

        await Harness.AdvanceAsync(TimeSpan.FromMinutes(62));
        await TouchAsync(firewall);
        Harness.Store.CountEntries().Operations.Should().Be(Users);
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(31));
        await TouchAsync(firewall);
        (Harness.Store.CountEntries().Operations, Harness.Store.CountEntries().OpenReservations).Should().Be(((long, long))(0, 0));
    }

    [Fact]
    public async Task Settled_reservations_without_a_given_id_are_kept_in_a_bounded_number_and_for_a_minute()
    {
        var firewall = Firewall(AliceLimit(9_000m));
        for (var i = 0; i < 20_000; i++)
            await (await firewall.ReserveAsync(Call(0.1m))).CommitAsync(0.1m);
        Harness.Store.CountEntries().Operations.Should().Be(64 * 8, "each part of the store keeps its newest ones");

        await Harness.AdvanceAsync(TimeSpan.FromMinutes(3));
        await TouchAsync(firewall);

        Harness.Store.CountEntries().Operations.Should().Be(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_counter_of_an_ended_day_is_kept_for_a_minute_in_case_the_clock_is_set_back(int ticksBefore)
    {
        var firewall = Firewall(AliceLimit(100m));
        var midnight = Calendar.NextMidnight(Harness.Now);
        await Harness.MoveToAsync(midnight - TimeSpan.FromMinutes(5));
        await firewall.ChargeAsync(Call(1m));

        await Harness.MoveToAsync(midnight + TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(ticksBefore));
        await TouchAsync(firewall);

        Harness.Store.CountEntries().Counters.Should().Be(ticksBefore);
    }

    [Fact]
    public async Task A_commit_that_comes_after_its_days_counter_was_given_back_is_kept_for_an_hour()
    {
        var (firewall, reservation) = await ReservedTwoDaysAgoAsync();

        (await reservation.CommitAsync(1m)).Budgets.Of(AliceScope).Spent.Should().Be(1m);

        await Harness.AdvanceAsync(TimeSpan.FromMinutes(58));
        await TouchAsync(firewall);
        Harness.Store.CountEntries().Counters.Should().Be(1);
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(2));
        await TouchAsync(firewall);
        Harness.Store.CountEntries().Counters.Should().Be(0);
    }

    [Fact]
    public async Task What_costs_nothing_keeps_no_counter()
    {
        var (firewall, reservation) = await ReservedTwoDaysAgoAsync();

        await firewall.ChargeAsync(Call(0m));
        await firewall.SpendAsync(Call(0m, "bob"));
        (await reservation.CommitAsync(0m)).IsLate.Should().BeTrue();

        Harness.Store.CountEntries().Counters.Should().Be(0);
    }

    [Fact]
    public async Task Counters_that_limits_follow_from_are_kept_for_those_periods_and_a_limit_until_the_end_of_its_own()
    {
        var rule = new LimitFromUsage { Periods = 2, Floor = 0m, Ceiling = 50m };
        var firewall = Firewall(AliceLimit(100m) with { LimitFromUsage = rule }, Limit(BudgetScope.Of("tier", "trial"), 100m) with { LimitFromUsage = rule });
        await firewall.ChargeAsync(Call(1m));
        await firewall.CheckAsync(Call(1m) with { Dimensions = new Dictionary<string, string> { ["tier"] = "trial" } });
        (Harness.Store.CountEntries().Counters, Harness.Store.CountEntries().Limits).Should().Be(((long, long))(1, 0));

        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now) + TimeSpan.FromMinutes(2));
        await firewall.CheckAsync(Call(1m) with { Dimensions = new Dictionary<string, string> { ["tier"] = "trial" } });
        await TouchAsync(firewall);
        (Harness.Store.CountEntries().Counters, Harness.Store.CountEntries().Limits).Should().Be(((long, long))(1, 1));
        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now) + TimeSpan.FromMinutes(2));
        await TouchAsync(firewall);
        (Harness.Store.CountEntries().Counters, Harness.Store.CountEntries().Limits).Should().Be(((long, long))(1, 0));
        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now) + TimeSpan.FromMinutes(2));
        await TouchAsync(firewall);

        Harness.Store.CountEntries().Should().Be(default(Storage.MemoryStoreEntries));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_limit_of_an_ended_day_is_kept_for_a_minute_in_case_the_clock_is_set_back(int ticksBefore)
    {
        var firewall = Firewall(AliceLimit(100m) with { LimitFromUsage = new() { Periods = 2, Floor = 0m, Ceiling = 50m } });
        await firewall.ChargeAsync(Call(1m));
        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now) + TimeSpan.FromHours(1));
        await firewall.CheckAsync(Call(1m));

        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now) + TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(ticksBefore));
        await TouchAsync(firewall);

        Harness.Store.CountEntries().Limits.Should().Be(ticksBefore);
    }

    [Fact]
    public async Task Many_entries_are_given_back_a_part_with_each_call()
    {
        const int Many = 20_000;
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 100m));
        for (var i = 0; i < Many; i++)
            await firewall.ChargeAsync(Call(1m, $"user-{i}"));
        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now) + TimeSpan.FromMinutes(2));

        await firewall.GetStatusAsync(AliceScope);

        Harness.Store.CountEntries().Counters.Should().BeInRange(Many / 2, Many - 4_096);
        await TouchAsync(firewall);
        Harness.Store.CountEntries().Counters.Should().Be(0);
    }

    [Fact]
    public async Task A_clock_set_back_puts_tidying_up_off_by_no_more_than_minutes()
    {
        var firewall = Firewall(options => options.RateLimits.Add(Rate(AliceScope, capacity: 10, refillPerSecond: 1)));
        await TouchAsync(firewall);
        await Harness.AdvanceAsync(-TimeSpan.FromDays(1));
        await firewall.CheckAsync(Call(0m) with { Permits = 5 });

        await Harness.AdvanceAsync(TimeSpan.FromMinutes(2));
        await TouchAsync(firewall);

        Harness.Store.CountEntries().RateLimiters.Should().Be(0);
    }

    [Fact]
    public async Task Tidying_up_is_done_once_a_minute_and_not_with_each_call()
    {
        var firewall = Firewall(options => options.RateLimits.Add(Rate(AliceScope, capacity: 100, refillPerSecond: 1)));
        await firewall.CheckAsync(Call(0m) with { Permits = 60 });
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        await TouchAsync(firewall, moves: false);
        Harness.Store.CountEntries().RateLimiters.Should().Be(1);
        await Harness.AdvanceAsync(TimeSpan.FromTicks(1));
        await TouchAsync(firewall);
        Harness.Store.CountEntries().RateLimiters.Should().Be(0);

        await firewall.CheckAsync(Call(0m) with { Permits = 5 });
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(30));
        await TouchAsync(firewall);
        Harness.Store.CountEntries().RateLimiters.Should().Be(1);
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(30));
        await TouchAsync(firewall);
        Harness.Store.CountEntries().RateLimiters.Should().Be(0);
    }

    [Fact]
    public async Task Many_operations_are_given_back_a_part_with_each_call_from_the_moment_their_time_is_over()
    {
        const int Many = 20_000;
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(9_000m));
            options.OperationIdRetention = TimeSpan.FromMinutes(30);
        });
        for (var i = 0; i < Many; i++)
            await firewall.ChargeAsync(Call(0.01m, id: $"{i}"));
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(30));

        await firewall.GetStatusAsync(AliceScope);

        Harness.Store.CountEntries().Operations.Should().BeInRange(Many / 2, Many - 4_096);
        await TouchAsync(firewall, moves: false);
        Harness.Store.CountEntries().Operations.Should().Be(0);
    }

    private async Task<(IBudgetFirewall Firewall, BudgetReservation Reservation)> ReservedTwoDaysAgoAsync()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.AddRange([AliceLimit(100m), Limit(BudgetScope.User("bob"), 100m)]);
            options.OperationIdRetention = TimeSpan.FromDays(5);
        });
        var reservation = await firewall.ReserveAsync(Call(2m));
        await Harness.AdvanceAsync(TimeSpan.FromDays(2));
        await TouchAsync(firewall);
        (Harness.Store.CountEntries().Counters, Harness.Store.CountEntries().OpenReservations).Should().Be(((long, long))(0, 1));
        return (firewall, reservation);
    }

    // The store tidies up as it is used: there is no thread and no timer.
    private async Task TouchAsync(IBudgetFirewall firewall, bool moves = true)
    {
        for (var i = 0; i < 50; i++)
            await firewall.GetStatusAsync(BudgetScope.Of("nothing", "at all"));
        if (moves)
            await Harness.AdvanceAsync(TimeSpan.FromMilliseconds(1));
    }
}
