using System.Globalization;

namespace BudgetFirewall.Conformance;

/// <summary>P5: periods begin and end by the clock of the budget's time zone, and those of any length where they are anchored.</summary>
public abstract class P5ADayInATimeZone<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private const string Berlin = "Europe/Berlin";

    [Theory]
    [InlineData("day", "UTC", "2028-02-29T00:00Z", "2028-03-01T00:00Z")]
    [InlineData("day", Berlin, "2028-02-28T23:00Z", "2028-02-29T23:00Z")]
    [InlineData("day", Berlin, "2026-03-28T23:00Z", "2026-03-29T22:00Z")]
    [InlineData("day", Berlin, "2026-10-24T22:00Z", "2026-10-25T23:00Z")]
    [InlineData("hour", Berlin, "2026-10-25T00:00Z", "2026-10-25T02:00Z")]
    [InlineData("week", Berlin, "2026-03-22T23:00Z", "2026-03-29T22:00Z")]
    [InlineData("month", Berlin, "2026-02-28T23:00Z", "2026-03-31T22:00Z")]
    [InlineData("quarter", Berlin, "2026-09-30T22:00Z", "2026-12-31T23:00Z")]
    [InlineData("year", "America/New_York", "2027-01-01T05:00Z", "2028-01-01T05:00Z")]
    [InlineData("hour", "Asia/Kathmandu", "2026-05-01T06:15Z", "2026-05-01T07:15Z")]
    [InlineData("day", "Australia/Lord_Howe", "2026-04-04T13:00Z", "2026-04-05T13:30Z")]
    [InlineData("day", "Australia/Lord_Howe", "2026-10-03T13:30Z", "2026-10-04T13:00Z")]
    [InlineData("hour", "Australia/Lord_Howe", "2026-04-04T14:00Z", "2026-04-04T15:30Z")]
    [InlineData("hour", "Australia/Lord_Howe", "2026-10-03T15:30Z", "2026-10-03T16:00Z")]
    [InlineData("day", "Pacific/Apia", "2011-12-29T10:00Z", "2011-12-30T10:00Z")]
    [InlineData("day", "Pacific/Apia", "2011-12-30T10:00Z", "2011-12-31T10:00Z")]
    [InlineData("week", "Pacific/Apia", "2011-12-26T10:00Z", "2012-01-01T10:00Z")]
    [InlineData("day", "America/Sao_Paulo", "2018-11-04T03:00Z", "2018-11-05T02:00Z")]
    [InlineData("day", "America/Sao_Paulo", "2018-02-17T02:00Z", "2018-02-18T03:00Z")]
    [InlineData("00:30:00", "UTC", "2026-05-01T06:30Z", "2026-05-01T07:00Z")]
    [InlineData("3.00:00:00@2026-01-05T12:00:30Z", "UTC", "2026-05-05T12:00:30Z", "2026-05-08T12:00:30Z")]
    [InlineData("3.00:00:00@2040-01-05T12:00:30Z", "UTC", "2026-05-03T12:00:30Z", "2026-05-06T12:00:30Z")]
    [InlineData("00:50:00", Berlin, "2012-10-28T00:10Z", "2012-10-28T01:00Z")]
    [InlineData("00:50:00", Berlin, "2012-10-28T01:00Z", "2012-10-28T01:10Z")]
    [InlineData("00:50:00", Berlin, "2012-10-28T01:10Z", "2012-10-28T02:00Z")]
    [InlineData("12:00:00", Berlin, "2026-03-28T23:00Z", "2026-03-29T10:00Z")]
    public async Task A_period_begins_and_ends_where_it_is_said_to_begin_and_end(string period, string timeZone, string from, string until)
    {
        var budget = In(timeZone, BudgetPeriod.Parse(period));
        var processes = Processes(2, budget);
        var (start, end) = (Parse(from), Parse(until));
        await MoveJustBeforeAsync(start);
        await processes[0].SpendAsync(Call(10m));
        AssertWait(Harness.Margin, (await processes[1].TrySpendAsync(Call(1m))).RetryAfter);

        await Harness.MoveToAsync(start);
        await processes[0].SpendAsync(Call(2m));
        AssertPeriod(await processes[1].StateAsync(AliceScope), start, end, spent: 2m);
        await MoveJustBeforeAsync(end);
        await processes[1].SpendAsync(Call(4m));
        AssertPeriod(await processes[0].StateAsync(AliceScope), start, end, spent: 6m);

        await Harness.MoveToAsync(end);
        var next = await processes[0].StateAsync(AliceScope);
        (next.PeriodStart, next.Spent, next.Period, next.TimeZone).Should().Be(((DateTimeOffset?)end, 0m, budget.Period, timeZone));
    }

    [Fact]
    public async Task Budgets_that_differ_in_their_time_zone_only_are_counted_apart()
    {
        var (local, utc) = (In(Berlin), In("UTC"));
        var firewall = Firewall(local, utc);
        await Harness.MoveToAsync(Parse("2026-05-01T21:30Z"));
        await firewall.SpendAsync(Call(3m));
        await Harness.MoveToAsync(Parse("2026-05-01T22:30Z"));
        await firewall.SpendAsync(Call(4m));

        await firewall.AssertStandsAtAsync(AliceScope, spent: 4m, budgetId: local.Id);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 7m, budgetId: utc.Id);
    }

    [Fact]
    public async Task A_hold_across_local_midnight_is_committed_into_its_own_day_by_whoever_has_its_id()
    {
        var processes = Processes(2, In(Berlin));
        var midnight = Parse("2026-03-29T22:00Z");
        await MoveJustBeforeAsync(midnight);
        var kept = await processes[0].ReserveAsync(Call(3m));
        var passedOn = await processes[0].ReserveAsync(Call(3m));

        await Harness.MoveToAsync(midnight.AddMinutes(1));
        var receipt = await kept.CommitAsync(2m);
        receipt = await processes[1].CommitAsync(passedOn.Id, 1m);

        AssertPeriod(receipt.Budgets.Of(AliceScope), Parse("2026-03-28T23:00Z"), midnight, spent: 3m);
        await processes[0].AssertStandsAtAsync(AliceScope, spent: 0, held: 0);
    }

    [Fact]
    public async Task A_process_with_a_wrong_clock_counts_the_same_local_day()
    {
        var early = Harness.CreateFirewallWithClockOffBy(TimeSpan.FromMinutes(-7), options => options.Budgets.Add(In(Berlin)));
        var late = Harness.CreateFirewallWithClockOffBy(TimeSpan.FromMinutes(7), options => options.Budgets.Add(In(Berlin)));
        var midnight = Parse("2026-03-29T22:00Z");
        await MoveJustBeforeAsync(midnight);
        await early.SpendAsync(Call(3m));
        await late.SpendAsync(Call(3m));
        AssertPeriod(await early.StateAsync(AliceScope), Parse("2026-03-28T23:00Z"), midnight, spent: 6m);

        await Harness.MoveToAsync(midnight);
        await early.SpendAsync(Call(1m));
        await late.SpendAsync(Call(1m));
        AssertPeriod(await late.StateAsync(AliceScope), midnight, Parse("2026-03-30T22:00Z"), spent: 2m);
    }

    [Fact]
    public async Task A_reset_by_hand_concerns_the_present_local_day()
    {
        var budget = In(Berlin);
        var firewall = Firewall(budget);
        await Harness.MoveToAsync(Parse("2026-05-01T22:30Z"));
        await firewall.SpendAsync(Call(10m));

        await firewall.Budgets.ResetAsync(budget.Id, AliceScope);

        await firewall.SpendAsync(Call(10m));
    }

    [Fact]
    public async Task A_runtime_budget_in_a_time_zone_is_read_as_it_was_set()
    {
        var processes = Processes(2);
        var budget = In(Berlin, BudgetPeriod.Every(TimeSpan.FromHours(6)));
        var anchored = In("UTC", BudgetPeriod.Every(TimeSpan.FromDays(3), Parse("2026-01-05T12:00Z")));

        await processes[0].Budgets.SetAsync(budget);
        await processes[0].Budgets.SetAsync(anchored);

        (await processes[1].Budgets.ListAsync()).Should().BeEquivalentTo([budget, anchored]);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("3.00:00:00@2026-01-05T12:00:00Z")]
    public async Task A_period_that_goes_by_no_clock_has_no_time_zone(string period)
    {
        var firewall = Firewall();

        var set = () => firewall.Budgets.SetAsync(In(Berlin, BudgetPeriod.Parse(period))).AsTask();

        (await set.Should().ThrowAsync<ArgumentException>()).Which.Message.Should().Contain($"TimeZone must be UTC for the period '{period}'").And.Contain("'Europe/Berlin'");
    }

    private static Budget In(string timeZone, BudgetPeriod? period = null) => AliceLimit(10m, period) with { TimeZone = timeZone };

    private static DateTimeOffset Parse(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static void AssertPeriod(BudgetState state, DateTimeOffset start, DateTimeOffset end, decimal spent) =>
        (state.PeriodStart, state.ResetsAt, state.Spent, state.Held).Should().Be(((DateTimeOffset?)start, (DateTimeOffset?)end, spent, 0m));
}
