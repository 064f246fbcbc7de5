using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>P6 in memory: time going backwards refills nothing and frees no hold.</summary>
public sealed class ClockSetBackTests : StoreTests<MemoryHarness>
{
    [Fact]
    public async Task A_clock_set_back_frees_no_hold_and_does_not_prolong_it()
    {
        var firewall = Firewall(AliceLimit(1m));
        var reservation = await firewall.ReserveAsync(Call(1m));
        var end = reservation.ExpiresAt;
        await Harness.AdvanceAsync(-TimeSpan.FromHours(1));

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 1m);
        (await firewall.TryReserveAsync(Call(Nano))).IsGranted.Should().BeFalse();
        await Harness.MoveToAsync(ReleasedBy(end - TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5)));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task A_clock_set_back_refills_nothing_and_nor_does_catching_up()
    {
        var firewall = Firewall(options => options.RateLimits.Add(Rate(AliceScope, capacity: 100, refillPerSecond: 1)));
        await firewall.CheckAsync(Call(0m) with { Permits = 90 });
        var taken = Harness.Now;

        await Harness.AdvanceAsync(-TimeSpan.FromHours(1));
        (await firewall.LevelAsync(AliceScope)).Should().Be(10m);
        await firewall.CheckAsync(Call(0m) with { Permits = 5 });
        (await firewall.LevelAsync(AliceScope)).Should().Be(5m);
        await Harness.MoveToAsync(taken);
        (await firewall.LevelAsync(AliceScope)).Should().Be(5m);
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(3));
        (await firewall.LevelAsync(AliceScope)).Should().Be(8m);
    }

    [Fact]
    public async Task A_clock_set_back_across_midnight_counts_in_the_day_that_it_shows_and_finds_what_was_spent_there()
    {
        var firewall = Firewall(AliceLimit(1m));
        var midnight = Calendar.NextMidnight(Harness.Now);
        await Harness.MoveToAsync(midnight - TimeSpan.FromSeconds(1));
        await firewall.SpendAsync(Call(0.4m));
        await Harness.MoveToAsync(midnight + TimeSpan.FromSeconds(1));
        await firewall.SpendAsync(Call(0.3m));

        await Harness.MoveToAsync(midnight - TimeSpan.FromSeconds(1));
        await firewall.SpendAsync(Call(0.2m));

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.6m);
        await Harness.MoveToAsync(midnight);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.3m);
    }

    [Fact]
    public async Task A_hold_that_was_given_back_is_not_given_back_again_when_its_commit_finds_the_clock_set_back()
    {
        var firewall = Firewall(AliceLimit(10m));
        var abandoned = await firewall.ReserveAsync(Call(1m));
        await Harness.MoveToAsync(abandoned.ExpiresAt + TimeSpan.FromMinutes(30));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
        await Harness.MoveToAsync(abandoned.ExpiresAt - TimeSpan.FromMinutes(1));
        await firewall.ReserveAsync(Call(2m));

        await abandoned.CommitAsync(0.5m);

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.5m, held: 2m);
    }

    [Fact]
    public async Task A_hold_that_was_given_back_is_not_taken_from_one_of_the_same_moment_that_is_made_when_the_clock_is_set_back()
    {
        var firewall = Firewall(AliceLimit(10m));
        var start = Harness.Now;
        var abandoned = await firewall.ReserveAsync(Call(1m));
        await Harness.MoveToAsync(abandoned.ExpiresAt + TimeSpan.FromMinutes(30));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
        await Harness.MoveToAsync(start);
        await firewall.ReserveAsync(Call(2m));

        await abandoned.CommitAsync(0.5m);

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.5m, held: 2m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hold_that_one_budget_has_given_back_is_not_extended_when_the_clock_is_set_back(bool userIsFirst)
    {
        Budget[] budgets = [AliceLimit(10m, BudgetPeriod.None), Limit(BudgetScope.Global, 10m, BudgetPeriod.None)];
        var firewall = Firewall(userIsFirst ? budgets : [.. budgets.Reverse()]);
        var reservation = await firewall.ReserveAsync(Call(1m));
        await Harness.MoveToAsync(reservation.ExpiresAt + TimeSpan.FromMinutes(30));
        await firewall.AssertStandsAtAsync(BudgetScope.Global, spent: 0);
        await Harness.MoveToAsync(reservation.ExpiresAt - TimeSpan.FromMinutes(1));

        await FluentActions.Awaiting(async () => await reservation.ExtendAsync(TimeSpan.FromMinutes(10))).Should().ThrowExactlyAsync<ReservationNotFoundException>();

        await firewall.AssertStandsAtAsync(BudgetScope.Global, spent: 0);
    }

    [Fact]
    public async Task A_lease_extended_after_the_clock_was_set_back_never_ends_where_holds_have_ended_before()
    {
        // Holds of an hour end at multiples of 2^18 milliseconds, those of half an hour at multiples of 2^17.
        const long HourSlotMs = 1 << 18;
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 10m, BudgetPeriod.None), Limit(BudgetScope.Global, 10m, BudgetPeriod.None));
        var slotEnd = DateTimeOffset.FromUnixTimeMilliseconds(((Harness.Now.ToUnixTimeMilliseconds() / HourSlotMs) + 20) * HourSlotMs);
        await Harness.MoveToAsync(slotEnd + TimeSpan.FromMilliseconds(1) - TimeSpan.FromHours(1));
        var extended = await firewall.ReserveAsync(Call(1m) with { Lease = TimeSpan.FromHours(1) });
        await Harness.MoveToAsync(slotEnd + TimeSpan.FromMinutes(1) - TimeSpan.FromMinutes(30));
        await firewall.ReserveAsync(Call(2m, "bob") with { Lease = TimeSpan.FromMinutes(30) });
        await Harness.MoveToAsync(slotEnd + TimeSpan.FromMinutes(3));
        await firewall.AssertStandsAtAsync(BudgetScope.Global, spent: 0, held: 1m);
        await Harness.MoveToAsync(slotEnd - TimeSpan.FromSeconds(30));

        var end = await extended.ExtendAsync(TimeSpan.FromSeconds(45));

        await Harness.MoveToAsync(end - TimeSpan.FromMilliseconds(1));
        await firewall.AssertStandsAtAsync(BudgetScope.Global, spent: 0, held: 1m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 1m);
        end.Should().Be(slotEnd + TimeSpan.FromSeconds(15));
        await extended.CommitAsync(0.5m);
        await firewall.AssertStandsAtAsync(BudgetScope.Global, spent: 0.5m);
    }

    [Fact]
    public async Task A_hold_taken_after_the_clock_was_set_back_never_ends_where_holds_have_ended_before()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 10m, BudgetPeriod.None), Limit(BudgetScope.Global, 10m, BudgetPeriod.None));
        var first = await firewall.ReserveAsync(Call(1m, "bob"));
        var start = Harness.Now;
        await Harness.MoveToAsync(first.ExpiresAt + TimeSpan.FromMinutes(30));
        await firewall.AssertStandsAtAsync(BudgetScope.Global, spent: 0);
        await Harness.MoveToAsync(start);

        var again = await firewall.ReserveAsync(Call(2m));

        await Harness.MoveToAsync(again.ExpiresAt - TimeSpan.FromMilliseconds(1));
        await firewall.AssertStandsAtAsync(BudgetScope.Global, spent: 0, held: 2m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 2m);
        await again.CommitAsync(0.5m);
        await firewall.AssertStandsAtAsync(BudgetScope.Global, spent: 0.5m);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("one")]
    public async Task What_was_forgotten_stays_forgotten_when_the_clock_is_set_back(string? id)
    {
        var firewall = Firewall(AliceLimit(10m, BudgetPeriod.None));
        var reservation = await firewall.ReserveAsync(Call(1m, id: id));
        await Harness.AdvanceAsync(TimeSpan.FromDays(2));
        for (var i = 0; i < 50; i++)
            await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
        await Harness.MoveToAsync(reservation.ExpiresAt - TimeSpan.FromMinutes(1));

        await FluentActions.Awaiting(async () => await reservation.CommitAsync(1m)).Should().ThrowExactlyAsync<ReservationNotFoundException>();

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task A_clock_that_wanders_never_lets_the_limit_be_passed_or_a_charge_be_lost()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            await Harness.StartOverAsync();
            await WanderAsync(new Random(seed));
        }
    }

    // Without a period, so that every charge stays in one counter wherever the clock goes.
    private async Task WanderAsync(Random random)
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(20m, BudgetPeriod.None));
            options.OperationIdRetention = TimeSpan.FromDays(1);
        });
        var open = new List<BudgetReservation>();
        var charged = 0m;
        for (var i = 0; i < 120; i++)
        {
            await Harness.AdvanceAsync(TimeSpan.FromSeconds(random.Next(-200, 260)));
            var reservation = await firewall.TryReserveAsync(Call(random.Next(1, 5)) with { Lease = TimeSpan.FromSeconds(random.Next(1, 400)) });
            if (reservation.IsGranted)
            {
                (reservation.Decision.Budgets[0].Spent + reservation.Decision.Budgets[0].Held).Should().BeInRange(0, 20m);
                open.Add(reservation);
            }
            if (open.Count == 0 || random.Next(3) > 0)
                continue;
            var settled = open[random.Next(open.Count)];
            open.Remove(settled);
            if (random.Next(2) == 0)
                charged += (await settled.CommitAsync(random.Next(1, 100) * 0.001m)).Cost;
            else
                await settled.ReleaseAsync();
        }
        await Harness.AdvanceAsync(TimeSpan.FromDays(1));
        await firewall.AssertStandsAtAsync(AliceScope, spent: charged);
    }
}
