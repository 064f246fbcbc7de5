using System.Globalization;

namespace BudgetFirewall.Conformance;

/// <summary>Budgets and rate limits with other values at certain hours: the row in force counts by the store's clock, and the counter is one.</summary>
public abstract class SchedulesApply<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private const string Berlin = "Europe/Berlin";

    private static readonly ScheduleRow Night = new() { From = new(20, 0), Until = new(6, 0), TimeZone = Berlin, Limit = 2m };
    private static readonly ScheduleRow Weekend = new() { Days = [DayOfWeek.Saturday, DayOfWeek.Sunday], TimeZone = Berlin, Limit = 5m };

    [Fact]
    public async Task A_row_is_in_force_in_its_hours_and_the_counter_stays_the_same()
    {
        var processes = Processes(2, AliceLimit(10m) with { TimeZone = Berlin, Schedule = [Night] });
        await MoveJustBeforeAsync(Parse("2026-05-06T18:00Z"));
        await processes[0].SpendAsync(Call(1.5m));
        AssertLimit(await processes[1].StateAsync(AliceScope), limit: 10m, spent: 1.5m);

        await Harness.MoveToAsync(Parse("2026-05-06T18:00Z"));
        AssertLimit(await processes[0].StateAsync(AliceScope), limit: 2m, spent: 1.5m);
        (await processes[1].TrySpendAsync(Call(1m))).DeniedByBudgets.Should().ContainSingle().Which.Limit.Should().Be(2m);
        await processes[0].SpendAsync(Call(0.5m));

        await MoveJustBeforeAsync(Parse("2026-05-07T04:00Z"));
        await processes[1].SpendAsync(Call(2m));
        (await processes[0].TrySpendAsync(Call(1m))).IsAllowed.Should().BeFalse();
        await Harness.MoveToAsync(Parse("2026-05-07T04:00Z"));
        await processes[0].SpendAsync(Call(8m));
        AssertLimit(await processes[1].StateAsync(AliceScope), limit: 10m, spent: 10m);
    }

    [Theory]
    [InlineData("2026-05-08T20:00Z", 2)]
    [InlineData("2026-05-08T21:59Z", 2)]
    [InlineData("2026-05-08T22:00Z", 2)]
    [InlineData("2026-05-09T12:00Z", 5)]
    [InlineData("2026-05-10T17:59Z", 5)]
    [InlineData("2026-05-10T18:00Z", 2)]
    [InlineData("2026-05-11T12:00Z", 10)]
    public async Task The_first_row_in_force_counts(string moment, decimal limit)
    {
        var firewall = Firewall(AliceLimit(10m) with { Schedule = [Night, Weekend] });
        await Harness.MoveToAsync(Parse(moment));

        (await firewall.StateAsync(AliceScope)).Limit.Should().Be(limit);
    }

    [Theory]
    [InlineData("2026-03-28T01:30Z", true)]   // 02:30 on the day before
    [InlineData("2026-03-29T00:59Z", false)]  // 01:59, and the next minute is 03:00
    [InlineData("2026-03-29T01:00Z", false)]
    [InlineData("2026-10-25T00:30Z", true)]   // 02:30, and again an hour later
    [InlineData("2026-10-25T01:30Z", true)]
    [InlineData("2026-10-25T02:00Z", false)]
    public async Task Hours_that_the_clock_skips_do_not_come_and_those_that_it_shows_twice_come_twice(string moment, bool isInForce)
    {
        var row = new ScheduleRow { From = new(2, 0), Until = new(3, 0), TimeZone = Berlin, Limit = 2m };
        var firewall = Firewall(AliceLimit(10m) with { Schedule = [row] });
        await Harness.MoveToAsync(Parse(moment));

        (await firewall.StateAsync(AliceScope)).Limit.Should().Be(isInForce ? 2m : 10m);
    }

    [Fact]
    public async Task A_hold_of_one_row_is_committed_under_the_next()
    {
        var processes = Processes(2, AliceLimit(10m) with { Schedule = [Night] });
        await MoveJustBeforeAsync(Parse("2026-05-06T18:00Z"));
        var reservation = await processes[0].ReserveAsync(Call(8m));
        await Harness.MoveToAsync(Parse("2026-05-06T18:00Z"));
        (await processes[1].TrySpendAsync(Call(1m))).IsAllowed.Should().BeFalse();

        var receipt = await processes[1].CommitAsync(reservation.Id, 1m);

        receipt.Overrun.Should().Be(0m);
        AssertLimit(await processes[0].StateAsync(AliceScope), limit: 2m, spent: 1m);
        await processes[0].SpendAsync(Call(1m));
    }

    [Theory]
    [InlineData(-20)]
    [InlineData(20)]
    public async Task A_process_with_a_wrong_clock_goes_by_the_row_of_the_stores(int minutesOff)
    {
        var wrong = Harness.CreateFirewallWithClockOffBy(TimeSpan.FromMinutes(minutesOff), options => options.Budgets.Add(AliceLimit(10m) with { Schedule = [Night] }));
        await MoveJustBeforeAsync(Parse("2026-05-06T18:00Z"));
        (await wrong.TryCheckAsync(Call(5m))).IsAllowed.Should().BeTrue();
        (await wrong.StateAsync(AliceScope)).Limit.Should().Be(10m);
        await Harness.MoveToAsync(Parse("2026-05-06T18:00Z"));
        (await wrong.TryCheckAsync(Call(5m))).IsAllowed.Should().BeFalse();
        (await wrong.StateAsync(AliceScope)).Limit.Should().Be(2m);
    }

    [Fact]
    public async Task A_fixed_window_lets_less_through_at_night()
    {
        var limit = RateLimit.FixedWindow(AliceScope, 10, TimeSpan.FromDays(1)) with { Schedule = [Night] };
        var processes = Enumerable.Range(0, 2).Select(_ => Firewall(options => options.RateLimits.Add(limit))).ToArray();
        await MoveJustBeforeAsync(Parse("2026-05-06T18:00Z"));
        await processes[0].CheckAsync(Call(0m));
        await Harness.MoveToAsync(Parse("2026-05-06T18:00Z"));

        await processes[1].CheckAsync(Call(0m));
        (await processes[0].TryCheckAsync(Call(0m))).DeniedByRateLimits.Should().ContainSingle().Which.Limit.Should().Be(2m);
        await Harness.MoveToAsync(Parse("2026-05-07T04:00Z"));
        (await processes[1].CheckAsync(Call(0m))).RateLimits.Should().ContainSingle().Which.Level.Should().Be(9m);
    }

    [Theory]
    [InlineData(10, 100, 70)]
    [InlineData(100, 10, 7)]
    public async Task The_part_that_stays_free_from_a_priority_is_one_of_the_row_in_force(decimal limit, decimal atNight, decimal forBatch)
    {
        var headroom = new Dictionary<string, decimal> { ["batch"] = 0.3m };
        var row = Night with { Limit = atNight };
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(limit) with { Schedule = [row], PriorityHeadroom = headroom });
            options.RateLimits.Add(RateLimit.SlidingWindow(SearchScope, limit, TimeSpan.FromHours(1)) with { Schedule = [row], PriorityHeadroom = headroom });
        });
        await Harness.MoveToAsync(Parse("2026-05-06T20:00Z"));

        await firewall.SpendAsync(Call(forBatch) with { Priority = "batch" });
        (await firewall.TrySpendAsync(Call(0.01m) with { Priority = "batch" })).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        await firewall.CheckAsync(Call(0m, project: Search) with { Priority = "batch", Permits = (int)forBatch });
        (await firewall.TryCheckAsync(Call(0m, project: Search) with { Priority = "batch" })).Outcome.Should().Be(DecisionOutcome.RateLimited);
    }

    [Fact]
    public async Task A_token_bucket_refills_slower_at_night()
    {
        var row = new ScheduleRow { From = new(20, 0), Until = new(6, 0), Capacity = 3m, RefillPerSecond = 0.5m };
        var limit = RateLimit.TokenBucket(AliceScope, 10, 2) with { Schedule = [row] };
        var processes = Enumerable.Range(0, 2).Select(_ => Firewall(options => options.RateLimits.Add(limit))).ToArray();
        await Harness.MoveToAsync(Parse("2026-05-06T20:00Z"));
        await processes[0].CheckAsync(Call(0m) with { Permits = 3 });

        (await processes[1].TryCheckAsync(Call(0m))).RetryAfter.Should().Be(TimeSpan.FromSeconds(2));
        await Harness.MoveToAsync(Parse("2026-05-07T06:00Z"));
        await processes[1].CheckAsync(Call(0m) with { Permits = 10 });
        (await processes[0].TryCheckAsync(Call(0m))).RetryAfter.Should().Be(TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public async Task A_schedule_reaches_other_processes_with_its_budget_and_does_not_make_another_counter()
    {
        var processes = Processes(2);
        var budget = AliceLimit(10m) with { Schedule = [Night, Weekend] };
        await processes[0].Budgets.SetAsync(AliceLimit(10m));
        await Harness.MoveToAsync(Parse("2026-05-06T19:00Z"));
        await processes[0].SpendAsync(Call(1m));
        await processes[0].Budgets.SetAsync(budget);

        (await processes[1].Budgets.ListAsync()).Should().Equal(budget);
        AssertLimit(await processes[1].StateAsync(AliceScope), limit: 2m, spent: 1m);
    }

    private static void AssertLimit(BudgetState state, decimal limit, decimal spent) => (state.Limit, state.Spent, state.BudgetId).Should().Be((limit, spent, state.BudgetId));

    private static DateTimeOffset Parse(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
