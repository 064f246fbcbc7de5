namespace BudgetFirewall.Conformance;

/// <summary>The write that leaves spent at or above a warning fraction fires it, once a counter and period.</summary>
public abstract class WarningsFireOnce<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task Fifty_concurrent_charges_across_80_of_100_fire_one_warning_and_the_next_day_one_more()
    {
        var observer = new RecordingObserver();
        var soft = AliceLimit(100m) with { Enforcement = Enforcement.Soft };
        var firewall = Harness.CreateFirewall(options => options.Budgets.AddRange([soft, Marker]), observer);
        for (var day = 1; day <= 2; day++)
        {
            var receipts = await Together.DoAsync(50, threads: 16, _ => firewall.ChargeAsync(Call(2m)));

            var warning = receipts.SelectMany(receipt => receipt.Warnings).Should().ContainSingle().Which;
            (warning.BudgetId, warning.Scope, warning.Threshold, warning.Limit).Should().Be((soft.Id, AliceScope, 0.8m, 100m));
            warning.Spent.Should().Be(80m);
            await HearMarkerAsync(firewall, observer, day);
            observer.Warnings.Count(heard => heard.BudgetId == soft.Id).Should().Be(day);
            await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now));
        }
    }

    [Fact]
    public async Task A_charge_that_leaves_exactly_the_fraction_fires_and_one_nano_less_does_not()
    {
        var firewall = Firewall(AliceLimit(1m));

        (await firewall.ChargeAsync(Call(0.8m - Nano))).Warnings.Should().BeEmpty();
        var receipt = await firewall.ChargeAsync(Call(Nano, id: "crossing"));

        var warning = receipt.Warnings.Should().ContainSingle().Which;
        (warning.Threshold, warning.Spent, warning.OperationId).Should().Be((0.8m, 0.8m, "crossing"));
        warning.PeriodStart.Should().Be(receipt.Budgets.Of(AliceScope).PeriodStart);
        (await firewall.ChargeAsync(Call(0.1m))).Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task One_charge_across_several_fractions_fires_each_of_them_once()
    {
        var firewall = Firewall(AliceLimit(100m) with { WarnAt = [0.5m, 0.25m, 1m, 0.9m, 1.5m] });

        (await firewall.ChargeAsync(Call(95m))).Warnings.Select(warning => warning.Threshold).Order().Should().Equal(0.25m, 0.5m, 0.9m);
        (await firewall.ChargeAsync(Call(10m))).Warnings.Select(warning => warning.Threshold).Should().Equal(1m);
        (await firewall.ChargeAsync(Call(1_000m))).Warnings.Select(warning => warning.Threshold).Should().Equal(1.5m);
        (await firewall.ChargeAsync(Call(1_000m))).Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task A_reservation_lists_the_warnings_that_its_commit_would_fire_and_the_commit_fires_them()
    {
        var records = Limit(SearchScope, 10m, BudgetPeriod.Month, Record) with { WarnAt = [0.5m], Name = "Records" };
        var firewall = Firewall(AliceLimit(100m) with { WarnAt = [0.2m, 0.5m, 0.9m] }, records, Limit(ProviderScope, 100m) with { WarnAt = [] });
        await firewall.ChargeAsync(Call(30m));

        var none = await firewall.ReserveAsync(Call(20m - Nano));
        var some = await firewall.ReserveAsync(Call(40m, project: Search, id: "ahead") with { Usage = Records(5) });

        none.Decision.WarningsAhead.Should().BeEmpty();
        some.Decision.Warnings.Should().BeEmpty();
        var ahead = some.Decision.WarningsAhead;
        ahead.Select(warning => (warning.Scope, warning.Unit, warning.Threshold, warning.Spent, warning.Limit, warning.Name, warning.OperationId))
            .Should().BeEquivalentTo([(AliceScope, null, 0.5m, 70m, 100m, (string?)null, "ahead"), (SearchScope, Record, 0.5m, 5m, 10m, "Records", "ahead")]);
        var fired = (await some.CommitAsync()).Warnings;
        fired.Should().BeEquivalentTo(ahead);
        (await none.CommitAsync()).Warnings.Should().BeEmpty();
        (await firewall.ReserveAsync(Call(40m, project: Search, id: "ahead") with { Usage = Records(5) })).Decision.WarningsAhead.Should().BeEmpty();
    }

    [Fact]
    public async Task Nothing_but_a_granted_reservation_has_warnings_ahead()
    {
        var firewall = Firewall(AliceLimit(100m) with { WarnAt = [0.2m] });

        (await firewall.CheckAsync(Call(30m))).WarningsAhead.Should().BeEmpty();
        (await firewall.TryReserveAsync(Call(130m))).Decision.WarningsAhead.Should().BeEmpty();
        (await firewall.SpendAsync(Call(30m))).WarningsAhead.Should().BeEmpty();
        (await firewall.ReserveAsync(Call(60m))).Decision.WarningsAhead.Should().BeEmpty();
    }

    [Fact]
    public async Task Spends_and_commits_fire_too_and_carry_the_warning()
    {
        var firewall = Firewall(AliceLimit(100m) with { WarnAt = [0.2m, 0.5m] });

        (await firewall.SpendAsync(Call(30m))).Warnings.Should().ContainSingle().Which.Threshold.Should().Be(0.2m);
        var reservation = await firewall.ReserveAsync(Call(10m));
        (await reservation.CommitAsync(25m)).Warnings.Should().ContainSingle().Which.Threshold.Should().Be(0.5m);
    }

    [Fact]
    public async Task Checks_and_reservations_never_fire_and_a_hold_is_not_spent()
    {
        var firewall = Firewall(AliceLimit(100m));
        await firewall.ChargeAsync(Call(10m));

        (await firewall.CheckAsync(Call(90m))).Warnings.Should().BeEmpty();
        var reservation = await firewall.ReserveAsync(Call(90m));
        reservation.Decision.Warnings.Should().BeEmpty();
        await reservation.ReleaseAsync();
        (await firewall.ChargeAsync(Call(1m))).Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task A_reset_arms_the_warnings_again()
    {
        var budget = AliceLimit(1m);
        var firewall = Firewall(budget);
        (await firewall.ChargeAsync(Call(0.9m))).Warnings.Should().ContainSingle();

        await firewall.Budgets.ResetAsync(budget.Id, AliceScope);

        (await firewall.ChargeAsync(Call(0.5m))).Warnings.Should().BeEmpty();
        (await firewall.ChargeAsync(Call(0.5m))).Warnings.Should().ContainSingle();
    }

    [Fact]
    public async Task Every_user_of_an_Each_budget_is_warned_of_on_their_own()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 1m));

        (await firewall.ChargeAsync(Call(0.9m))).Warnings.Should().ContainSingle().Which.Scope.Should().Be(AliceScope);
        (await firewall.ChargeAsync(Call(0.9m, "bob"))).Warnings.Should().ContainSingle().Which.Scope.Should().Be(BudgetScope.User("bob"));
        (await firewall.ChargeAsync(Call(0.1m))).Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task One_charge_warns_of_every_budget_that_it_takes_across()
    {
        var firewall = Firewall(AliceLimit(1m), AliceLimit(1m, BudgetPeriod.Month), Limit(SearchScope, 1m), Limit(BudgetScope.Global, 10m));

        var warnings = (await firewall.ChargeAsync(Call(0.9m, project: Search))).Warnings;

        warnings.Count.Should().Be(3);
        warnings.Select(warning => warning.Scope).OrderByDescending(scope => scope.Kind).Should().Equal(AliceScope, AliceScope, SearchScope);
    }

    [Fact]
    public async Task A_unit_budget_warns_by_its_units()
    {
        var firewall = Firewall(Limit(AliceScope, 100m, unit: Record));

        (await firewall.ChargeAsync(Call(1_000m) with { Usage = Records(79.999999m) })).Warnings.Should().BeEmpty();
        var warning = (await firewall.ChargeAsync(Call(0m) with { Usage = Records(0.000001m) })).Warnings.Should().ContainSingle().Which;
        (warning.Unit, warning.Spent).Should().Be((Record, 80m));
    }

    [Fact]
    public async Task The_highest_fraction_that_fired_is_kept_when_the_limit_is_raised()
    {
        var firewall = Firewall(AliceLimit(1m));
        (await firewall.ChargeAsync(Call(0.9m))).Warnings.Should().ContainSingle();

        await firewall.Budgets.SetAsync(AliceLimit(2m) with { WarnAt = [0.8m, 0.95m] });

        (await firewall.ChargeAsync(Call(0.8m))).Warnings.Should().BeEmpty();
        (await firewall.ChargeAsync(Call(0.2m))).Warnings.Should().ContainSingle().Which.Threshold.Should().Be(0.95m);
    }

    [Fact]
    public async Task A_lowered_limit_fires_with_the_next_charge_and_not_before()
    {
        var firewall = Firewall(AliceLimit(10m));
        await firewall.ChargeAsync(Call(3m));
        await firewall.Budgets.SetAsync(AliceLimit(3m));

        (await firewall.TryCheckAsync(Call(1m))).Warnings.Should().BeEmpty();
        (await firewall.ChargeAsync(Call(Nano))).Warnings.Should().ContainSingle();
    }

    [Fact]
    public async Task Two_processes_fire_one_warning_between_them()
    {
        var processes = Processes(2, AliceLimit(100m));

        var receipts = await Together.DoAsync(60, threads: 8, i => processes[i % 2].ChargeAsync(Call(2m)));

        receipts.SelectMany(receipt => receipt.Warnings).Should().ContainSingle();
    }

    [Fact]
    public async Task A_late_commit_warns_of_its_own_period()
    {
        var firewall = Firewall(AliceLimit(1m));
        var midnight = Calendar.NextMidnight(Harness.Now);
        await Harness.MoveToAsync(midnight - TimeSpan.FromMinutes(1));
        var reservation = await firewall.ReserveAsync(Call(0.9m));
        await Harness.MoveToAsync(midnight);

        (await reservation.CommitAsync(0.9m)).Warnings.Should().ContainSingle().Which.PeriodStart.Should().Be(midnight.AddDays(-1));
        (await firewall.ChargeAsync(Call(0.9m))).Warnings.Should().ContainSingle().Which.PeriodStart.Should().Be(midnight);
    }

    [Fact]
    public async Task A_warning_of_a_budget_without_a_period_names_no_beginning()
    {
        var firewall = Firewall(AliceLimit(1m, BudgetPeriod.None));

        var warning = (await firewall.ChargeAsync(Call(0.9m))).Warnings.Should().ContainSingle().Which;

        (warning.Period, warning.PeriodStart).Should().Be(((BudgetPeriod, DateTimeOffset?))(BudgetPeriod.None, null));
    }

    [Fact]
    public async Task Without_fractions_nothing_is_warned_of()
    {
        var firewall = Firewall(AliceLimit(1m) with { WarnAt = [] });

        (await firewall.ChargeAsync(Call(5m))).Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task Under_a_limit_of_0_the_first_nano_spent_warns()
    {
        var firewall = Firewall(AliceLimit(0m));

        (await firewall.ChargeAsync(Call(0m))).Warnings.Should().BeEmpty();
        (await firewall.ChargeAsync(Call(Nano))).Warnings.Should().ContainSingle();
    }

    // Observers hear one event after another: once this one is heard, all before it were.
    private static Budget Marker => Limit(BudgetScope.User("marker"), 1m) with { Id = "marker" };

    private static async Task HearMarkerAsync(IBudgetFirewall firewall, RecordingObserver observer, int times)
    {
        await firewall.ChargeAsync(Call(1m, "marker"));
        (await Eventually.HoldsAsync(() => observer.Warnings.Count(warning => warning.BudgetId == "marker") == times)).Should().BeTrue();
    }
}
