namespace BudgetFirewall.Conformance;

/// <summary>An overrun is the part of one charge above a hard budget's limit.</summary>
public abstract class OverrunIsReported<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_charge_within_the_limit_has_no_overrun_and_one_to_the_nano_above_has_a_nano()
    {
        var firewall = Firewall(AliceLimit(1m));

        var within = await firewall.ChargeAsync(Call(1m));
        var above = await firewall.ChargeAsync(Call(Nano));

        within.Overrun.Should().Be(0m);
        within.Overruns.Should().BeEmpty();
        above.Overrun.Should().Be(Nano);
    }

    [Fact]
    public async Task Only_the_part_of_this_charge_counts_not_what_was_overrun_before()
    {
        var firewall = Firewall(AliceLimit(1m));

        (await firewall.ChargeAsync(Call(1.5m))).Overrun.Should().Be(0.5m);
        (await firewall.ChargeAsync(Call(0.25m))).Overrun.Should().Be(0.25m);
    }

    [Fact]
    public async Task The_receipts_overrun_is_the_largest_in_money_and_every_hard_budgets_is_listed()
    {
        var firewall = Firewall(AliceLimit(1m), Limit(SearchScope, 3m), Limit(BudgetScope.Global, 100m), Limit(AliceScope, 10m, unit: Record));

        var receipt = await firewall.ChargeAsync(Call(5m, project: Search) with { Usage = Records(60) });

        receipt.Overrun.Should().Be(4m);
        receipt.Overruns.Count.Should().Be(3);
        receipt.Overruns.Single(overrun => overrun.Scope == AliceScope && overrun.Unit is null).Amount.Should().Be(4m);
        receipt.Overruns.Single(overrun => overrun.Scope == SearchScope).Amount.Should().Be(2m);
        receipt.Overruns.Single(overrun => overrun.Unit == Record).Amount.Should().Be(50m);
        receipt.Overruns.Single(overrun => overrun.Scope == AliceScope && overrun.Unit is null).BudgetId.Should().Be(AliceLimit(1m).Id);
    }

    [Fact]
    public async Task Units_above_their_limit_are_no_overrun_of_money()
    {
        var firewall = Firewall(Limit(AliceScope, 10m, unit: Record));

        var receipt = await firewall.ChargeAsync(Call(5m) with { Usage = Records(60) });

        receipt.Overrun.Should().Be(0m);
        receipt.Overruns.Should().ContainSingle();
    }

    [Fact]
    public async Task A_soft_budget_is_never_overrun()
    {
        var firewall = Firewall(AliceLimit(1m) with { Enforcement = Enforcement.Soft });

        var receipt = await firewall.ChargeAsync(Call(5m));

        receipt.Overrun.Should().Be(0m);
        receipt.Overruns.Should().BeEmpty();
        (await firewall.TrySpendAsync(Call(5m))).IsAllowed.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 10m);
    }

    [Fact]
    public async Task Holds_of_others_are_no_overrun()
    {
        var firewall = Firewall(AliceLimit(1m));
        await firewall.ReserveAsync(Call(0.9m));

        (await firewall.ChargeAsync(Call(0.8m))).Overrun.Should().Be(0m);
        (await firewall.StateAsync(AliceScope)).Remaining.Should().Be(0m);
    }

    [Fact]
    public async Task A_commit_reports_the_overrun_of_its_own_period_and_limit()
    {
        var firewall = Firewall(AliceLimit(1m));
        await firewall.ChargeAsync(Call(0.5m));
        var reservation = await firewall.ReserveAsync(Call(0.5m));
        await firewall.Budgets.SetAsync(AliceLimit(100m));

        (await reservation.CommitAsync(0.75m)).Overrun.Should().Be(0.25m);
    }

    [Fact]
    public async Task Observers_hear_of_overruns_once()
    {
        var observer = new RecordingObserver();
        var firewall = Harness.CreateFirewall(options => options.Budgets.Add(AliceLimit(1m)), observer);
        await firewall.ChargeAsync(Call(1m, id: "within"));
        await firewall.ChargeAsync(Call(1m, id: "above"));
        await firewall.ChargeAsync(Call(1m, id: "above"));
        var reservation = await firewall.ReserveAsync(Call(0m, id: "commit"));
        await reservation.CommitAsync(0.5m);

        (await Eventually.HoldsAsync(() => observer.Overruns.Any(receipt => receipt.OperationId == "commit"))).Should().BeTrue();
        observer.Overruns.Select(receipt => receipt.OperationId).Should().Equal("above", "commit");
    }
}
