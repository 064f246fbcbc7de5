using System.Globalization;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>Budgets whose limit follows what was spent in past periods.</summary>
public abstract class LimitsFromUsage<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private const string Bob = "bob";
    private const string Berlin = "Europe/Berlin";

    private static BudgetScope BobScope { get; } = BudgetScope.User(Bob);

    [Theory]
    [InlineData(1, "3", "0.95", "1.5", "4.5")]
    [InlineData(1, "3", "0.000001", "1", "3")]
    [InlineData(4, "4 1 3 2", "0.25", "1", "1")]
    [InlineData(4, "4 1 3 2", "0.250001", "1", "2")]
    [InlineData(4, "4 1 3 2", "0.5", "1", "2")]
    [InlineData(4, "4 1 3 2", "0.75", "1", "3")]
    [InlineData(4, "4 1 3 2", "0.95", "1", "4")]
    [InlineData(4, "100 4 1 3 2", "1", "1", "4")]
    [InlineData(14, "7 1 14 2 13 3 12 4 11 5 10 6 9 8", "0.95", "1", "14")]
    [InlineData(14, "7 1 14 2 13 3 12 4 11 5 10 6 9 8", "0.9", "0.5", "6.5")]
    [InlineData(14, "7 1 14 2 13 3 12 4 11 5 10 6 9 8", "0.5", "1", "7")]
    [InlineData(20, "20 19 18 17 16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1", "0.95", "1", "19")]
    [InlineData(20, "20 19 18 17 16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1", "0.950001", "1", "20")]
    [InlineData(20, "1 2 3", "0.95", "1", "3")]
    [InlineData(3, "0.000000001", "1", "1.5", "0.000000002")]
    [InlineData(3, "0.333333333", "1", "0.333333", "0.111111000")]
    [InlineData(3, "12345.987654321", "1", "7.654321", "94500.152568210")]
    public async Task The_limit_is_the_percentile_of_the_last_periods_by_nearest_rank_times_a_factor_rounded_up_once(int periods, string spent, string percentile, string factor, string limit)
    {
        var firewall = Firewall(Following(new() { Periods = periods, Percentile = Parse(percentile), Factor = Parse(factor), Floor = 0m, Ceiling = 9_000_000_000m }));
        await SpendDaysAsync(firewall, [.. spent.Split(' ').Select(Parse)]);

        await AssertLimitAsync(firewall, Parse(limit));
    }

    [Theory]
    [InlineData("1", "2")]
    [InlineData("2", "2")]
    [InlineData("2.000000001", "2.000000001")]
    [InlineData("5", "5")]
    [InlineData("5.000000001", "5")]
    [InlineData("1000", "5")]
    public async Task The_limit_is_within_floor_and_ceiling(string spent, string limit)
    {
        var firewall = Firewall(Following(new() { Periods = 3, Floor = 2m, Ceiling = 5m }));
        await SpendDaysAsync(firewall, Parse(spent));

        await AssertLimitAsync(firewall, Parse(limit));
    }

    [Theory]
    [InlineData("0.5", "8 0 0 0", "0")]
    [InlineData("0.75", "8 0 0 0", "0")]
    [InlineData("0.750001", "8 0 0 0", "8")]
    [InlineData("0.5", "8 0", "0")]
    [InlineData("0.500001", "8 0", "8")]
    [InlineData("0.5", "0 0 8", "8")]
    [InlineData("0.000001", "8 0 0 0 0", "100")]
    [InlineData("1", "0 0 0", "100")]
    public async Task A_period_without_use_counts_as_nothing_from_the_first_one_with_use_on_and_without_any_use_the_limit_is_the_budgets(string percentile, string spent, string limit)
    {
        var firewall = Firewall(Following(new() { Periods = 4, Percentile = Parse(percentile), Floor = 0m, Ceiling = 50m }));
        await AssertLimitAsync(firewall, 100m);
        await SpendDaysAsync(firewall, [.. spent.Split(' ').Select(Parse)]);

        await AssertLimitAsync(firewall, Parse(limit));
    }

    [Fact]
    public async Task The_limit_of_the_period_is_the_one_that_decides_warns_holds_and_overruns()
    {
        var processes = Processes(2, Following(Percentile100, warnAt: 0.5m));
        await SpendDaysAsync(processes[0], 4m);

        (await processes[1].TryCheckAsync(Call(4.000000001m))).DeniedByBudgets.Should().ContainSingle().Which.Limit.Should().Be(4m);
        (await processes[0].SpendAsync(Call(2m))).Warnings.Should().ContainSingle().Which.Limit.Should().Be(4m);
        var reservation = await processes[1].ReserveAsync(Call(2m));
        (await processes[0].TryReserveAsync(Call(Nano))).IsGranted.Should().BeFalse();
        (await processes[0].ExplainAsync(Call(1m))).Budgets.Should().ContainSingle().Which.Limit.Should().Be(4m);
        (await processes[0].CommitAsync(reservation.Id, 3m)).Overrun.Should().Be(1m);
        (await processes[1].ChargeAsync(Call(1m))).Budgets.Should().ContainSingle().Which.Limit.Should().Be(4m);
    }

    [Fact]
    public async Task A_hold_is_settled_against_the_limit_of_its_period_after_its_end()
    {
        var processes = Processes(2, Following(Percentile100 with { Periods = 1 }));
        await SpendDaysAsync(processes[0], 4m);
        var reservation = await processes[0].ReserveAsync(Call(4m) with { Lease = TimeSpan.FromHours(24) });
        await processes[0].ChargeAsync(Call(3m));
        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now));
        await AssertLimitAsync(processes[1], 3m);

        var receipt = await processes[1].CommitAsync(reservation.Id, 4m);

        (receipt.Overrun, receipt.Budgets[0].Limit, receipt.Budgets[0].Spent).Should().Be((3m, 4m, 7m));
    }

    [Fact]
    public async Task A_late_commit_changes_the_past_and_not_the_limit_of_the_period_in_any_process()
    {
        var budget = Following(Percentile100);
        var processes = Processes(2, budget);
        await processes[0].ChargeAsync(Call(4m));
        var reservation = await processes[0].ReserveAsync(Call(5m) with { Lease = TimeSpan.FromHours(24) });
        await NextDayAsync();
        await AssertLimitAsync(processes[0], 4m);

        await reservation.CommitAsync(5m);

        await AssertLimitAsync(processes[0], 4m);
        await AssertLimitAsync(processes[1], 4m);
        await AssertLimitAsync(Firewall(budget), 4m);
        await NextDayAsync();
        await AssertLimitAsync(processes[1], 9m);
    }

    [Fact]
    public async Task The_first_use_of_all_by_a_late_commit_does_not_change_the_limit_of_the_period_either()
    {
        var budget = Following(Percentile100);
        var firewall = Firewall(budget);
        var reservation = await firewall.ReserveAsync(Call(5m) with { Lease = TimeSpan.FromHours(24) });
        await NextDayAsync();
        await AssertLimitAsync(firewall, 100m);

        await reservation.CommitAsync(5m);

        await AssertLimitAsync(Firewall(budget), 100m);
        await NextDayAsync();
        await AssertLimitAsync(firewall, 5m);
    }

    [Fact]
    public async Task All_processes_that_ask_at_the_same_time_get_one_limit_and_admit_no_more_than_it()
    {
        var processes = Processes(8, Following(Percentile100));
        await SpendDaysAsync(processes[0], 4m, 1m);

        var admitted = 0;
        await Together.DoAsync(200, threads: 8, async i =>
        {
            var decision = await processes[i % processes.Length].TrySpendAsync(Call(0.5m));
            decision.Budgets.Should().ContainSingle().Which.Limit.Should().Be(4m);
            if (decision.IsAllowed)
                Interlocked.Increment(ref admitted);
        });

        admitted.Should().Be(8);
    }

    [Fact]
    public async Task A_process_asks_once_for_each_scope_and_period_however_many_call()
    {
        CountedLimits? store = null;
        var firewall = Harness.CreateFirewallOn(inner => store = new(inner), options => options.Budgets.Add(Following(Percentile100) with { Scope = BudgetScope.Each("user") }));
        await SpendDaysAsync(firewall, 4m);
        store!.Asked.Should().Be(1);

        await Together.DoAsync(200, threads: 8, i => firewall.TryCheckAsync(Call(1m)));
        await firewall.GetStatusAsync(AliceScope);
        await firewall.ExplainAsync(Call(1m));
        store.Asked.Should().Be(2);
        await firewall.CheckAsync(Call(1m, Bob));
        await firewall.CheckAsync(Call(1m, Bob));
        store.Asked.Should().Be(3);
    }

    [Theory]
    [InlineData(-20)]
    [InlineData(0)]
    [InlineData(20)]
    public async Task The_period_is_the_one_of_the_stores_clock_whatever_a_processes_clock_says(int minutesOff)
    {
        var budget = Following(Percentile100) with { Period = BudgetPeriod.Hour };
        var firewall = Harness.CreateFirewallWithClockOffBy(TimeSpan.FromMinutes(minutesOff), options => options.Budgets.Add(budget));
        var hour = Calendar.NextHour(Harness.Now);
        await firewall.ChargeAsync(Call(4m));
        await MoveJustBeforeAsync(hour);
        await AssertLimitAsync(firewall, 100m);

        await Harness.MoveToAsync(hour);
        await AssertLimitAsync(firewall, 4m);
        (await firewall.TryCheckAsync(Call(5m))).IsAllowed.Should().BeFalse();
        await MoveJustBeforeAsync(hour.AddHours(1));
        await firewall.SpendAsync(Call(3m));
        await Harness.MoveToAsync(hour.AddHours(1));
        await AssertLimitAsync(firewall, 4m);
        (await firewall.TryCheckAsync(Call(4m))).IsAllowed.Should().BeTrue();
        await Harness.MoveToAsync(hour.AddHours(3));
        await AssertLimitAsync(firewall, 3m);
    }

    [Fact]
    public async Task Weeks_in_a_time_zone_count_over_a_change_of_its_clock()
    {
        // Monday in Berlin begins at 23:00 UTC before the change and at 22:00 after it.
        var change = Calendar.NextSummerTime(Harness.Now);
        var budget = Following(new() { Periods = 3, Percentile = 0.5m, Floor = 0m, Ceiling = 50m }) with { Period = BudgetPeriod.Week, TimeZone = Berlin };
        var firewall = Firewall(budget);
        await Harness.MoveToAsync(change.AddDays(-10));
        await firewall.ChargeAsync(Call(3m));
        await MoveJustBeforeAsync(change.AddDays(-7).AddHours(23));
        await firewall.ChargeAsync(Call(1m));
        await Harness.MoveToAsync(change.AddDays(-7).AddHours(23));
        await AssertLimitAsync(firewall, 4m);
        await MoveJustBeforeAsync(change.AddHours(22));
        await AssertLimitAsync(firewall, 4m);
        await firewall.ChargeAsync(Call(2m));
        await Harness.MoveToAsync(change.AddHours(22));
        await AssertLimitAsync(firewall, 2m);
        await firewall.ChargeAsync(Call(7m));
        await MoveJustBeforeAsync(change.AddDays(7).AddHours(22));
        await AssertLimitAsync(firewall, 2m);
        await Harness.MoveToAsync(change.AddDays(7).AddHours(22));
        await AssertLimitAsync(firewall, 4m);
    }

    [Fact]
    public async Task Each_scope_has_a_limit_of_its_own_use_and_partitions_have_theirs()
    {
        var firewall = Firewall(options =>
        {
            options.PartitionBy = "tenant";
            options.Budgets.Add(Following(Percentile100) with { Scope = BudgetScope.Each("user") });
        });
        await firewall.ChargeAsync(In("acme", Call(3m)));
        await firewall.ChargeAsync(In("acme", Call(5m, Bob)));
        await firewall.ChargeAsync(In("other", Call(7m)));
        await NextDayAsync();

        (await firewall.StateAsync(AliceScope, partition: "acme")).Limit.Should().Be(3m);
        (await firewall.StateAsync(BobScope, partition: "acme")).Limit.Should().Be(5m);
        (await firewall.StateAsync(AliceScope, partition: "other")).Limit.Should().Be(7m);
        (await firewall.StateAsync(BobScope, partition: "other")).Limit.Should().Be(100m);
    }

    [Fact]
    public async Task A_budget_of_a_unit_follows_the_use_of_the_unit()
    {
        var firewall = Firewall(Following(new() { Periods = 2, Percentile = 1m, Factor = 0.333333m, Floor = 0m, Ceiling = 9_000_000_000_000m }) with { Unit = Record });
        await firewall.ChargeAsync(Call(0m) with { Usage = Records(10.000001m) });
        await NextDayAsync();

        await AssertLimitAsync(firewall, 3.333331m);
        (await firewall.TrySpendAsync(Call(0m) with { Usage = Records(3.333332m) })).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        (await firewall.TrySpendAsync(Call(0m) with { Usage = Records(3.333331m) })).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task A_rule_that_is_changed_at_run_time_counts_at_the_next_decision_of_every_process_and_loses_nothing_spent()
    {
        var budget = AliceLimit(100m);
        var processes = Processes(2, budget);
        await SpendDaysAsync(processes[0], 4m);
        await processes[0].SpendAsync(Call(1m));
        await processes[0].Budgets.SetAsync(budget with { LimitFromUsage = Percentile100 });

        // Until the rule was there, counters were kept to the end of their day.
        await AssertStandsAtAsync(processes[1], limit: 100m, spent: 1m);
        await processes[1].SpendAsync(Call(1m));
        await NextDayAsync();
        await AssertLimitAsync(processes[1], 2m);
        await processes[1].Budgets.SetAsync(budget with { LimitFromUsage = Percentile100 with { Factor = 3m } });
        await processes[0].SpendAsync(Call(2.5m));
        await AssertStandsAtAsync(processes[0], limit: 6m, spent: 2.5m);
        await processes[0].Budgets.SetAsync(budget with { Limit = 50m });
        await AssertStandsAtAsync(processes[1], limit: 50m, spent: 2.5m);
        (await processes[1].Budgets.ListAsync()).Should().Equal(budget with { Limit = 50m });
    }

    [Fact]
    public async Task A_rule_reaches_other_processes_whole()
    {
        var processes = Processes(2);
        var budget = Following(new() { Periods = 90, Percentile = 0.123456m, Factor = 999.999999m, Floor = 0.000000001m, Ceiling = 8_999_999_999.999999999m });
        await processes[0].Budgets.SetAsync(budget);

        (await processes[1].Budgets.ListAsync()).Should().Equal(budget);
    }

    [Fact]
    public async Task A_limit_that_the_store_does_not_tell_denies_and_what_is_spent_is_recorded()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(Following(Percentile100)));
        await SpendDaysAsync(firewall, 4m);
        chaos.Strike(StoreCalls.Limit, StoreFault.NotReached);

        (await firewall.TryCheckAsync(Call(1m))).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (await firewall.TryReserveAsync(Call(1m))).Decision.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (await firewall.TrySpendAsync(Call(1m))).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (await firewall.ChargeAsync(Call(3m))).Budgets.Should().ContainSingle().Which.Spent.Should().Be(3m);
        chaos.Heal();
        await AssertStandsAtAsync(firewall, limit: 4m, spent: 3m);
        (await firewall.TrySpendAsync(Call(1.5m))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
    }

    private static LimitFromUsage Percentile100 { get; } = new() { Periods = 3, Percentile = 1m, Floor = 0m, Ceiling = 1_000m };

    private static Budget Following(LimitFromUsage rule, params decimal[] warnAt) => AliceLimit(100m) with { LimitFromUsage = rule, WarnAt = warnAt };

    private static BudgetRequest In(string tenant, BudgetRequest request) => request with { Dimensions = new Dictionary<string, string> { ["tenant"] = tenant } };

    private static decimal Parse(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private static async Task AssertLimitAsync(IBudgetFirewall firewall, decimal limit) => (await firewall.StateAsync(AliceScope)).Limit.Should().Be(limit);

    private static async Task AssertStandsAtAsync(IBudgetFirewall firewall, decimal limit, decimal spent)
    {
        var state = await firewall.StateAsync(AliceScope);
        (state.Limit, state.Spent).Should().Be((limit, spent));
    }

    private ValueTask NextDayAsync() => Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now).AddHours(6));

    /// <summary>Charges an amount on each of some days, and goes on to the day after them.</summary>
    private async Task SpendDaysAsync(IBudgetFirewall firewall, params decimal[] amounts)
    {
        foreach (var amount in amounts)
        {
            if (amount > 0)
                await firewall.ChargeAsync(Call(amount));
            await NextDayAsync();
        }
    }

    private sealed class CountedLimits(IBudgetStore inner) : StoreDecorator(inner)
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public override ValueTask<FrozenLimit> FreezeLimitAsync(string? partition, CounterRule rule, string scopeId)
        {
            Interlocked.Increment(ref _asked);
            return base.FreezeLimitAsync(partition, rule, scopeId);
        }
    }
}
