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

        Assert.Equal(0m, within.Overrun);
        Assert.Empty(within.Overruns);
        Assert.Equal(Nano, above.Overrun);
    }

    [Fact]
    public async Task Only_the_part_of_this_charge_counts_not_what_was_overrun_before()
    {
        var firewall = Firewall(AliceLimit(1m));

        Assert.Equal(0.5m, (await firewall.ChargeAsync(Call(1.5m))).Overrun);
        Assert.Equal(0.25m, (await firewall.ChargeAsync(Call(0.25m))).Overrun);
    }

    [Fact]
    public async Task The_receipts_overrun_is_the_largest_in_money_and_every_hard_budgets_is_listed()
    {
        var firewall = Firewall(AliceLimit(1m), Limit(SearchScope, 3m), Limit(BudgetScope.Global, 100m), Limit(AliceScope, 10m, unit: Record));

        var receipt = await firewall.ChargeAsync(Call(5m, project: Search) with { Usage = Records(60) });

        Assert.Equal(4m, receipt.Overrun);
        Assert.Equal(3, receipt.Overruns.Count);
        Assert.Equal(4m, receipt.Overruns.Single(overrun => overrun.Scope == AliceScope && overrun.Unit is null).Amount);
        Assert.Equal(2m, receipt.Overruns.Single(overrun => overrun.Scope == SearchScope).Amount);
        Assert.Equal(50m, receipt.Overruns.Single(overrun => overrun.Unit == Record).Amount);
        Assert.Equal(AliceLimit(1m).Id, receipt.Overruns.Single(overrun => overrun.Scope == AliceScope && overrun.Unit is null).BudgetId);
    }

    [Fact]
    public async Task Units_above_their_limit_are_no_overrun_of_money()
    {
        var firewall = Firewall(Limit(AliceScope, 10m, unit: Record));

        var receipt = await firewall.ChargeAsync(Call(5m) with { Usage = Records(60) });

        Assert.Equal(0m, receipt.Overrun);
        Assert.Single(receipt.Overruns);
    }

    [Fact]
    public async Task A_soft_budget_is_never_overrun()
    {
        var firewall = Firewall(AliceLimit(1m) with { Enforcement = Enforcement.Soft });

        var receipt = await firewall.ChargeAsync(Call(5m));

        Assert.Equal(0m, receipt.Overrun);
        Assert.Empty(receipt.Overruns);
        Assert.True((await firewall.TrySpendAsync(Call(5m))).IsAllowed);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 10m);
    }

    [Fact]
    public async Task Holds_of_others_are_no_overrun()
    {
        var firewall = Firewall(AliceLimit(1m));
        await firewall.ReserveAsync(Call(0.9m));

        Assert.Equal(0m, (await firewall.ChargeAsync(Call(0.8m))).Overrun);
        Assert.Equal(0m, (await firewall.StateAsync(AliceScope)).Remaining);
    }

    [Fact]
    public async Task A_commit_reports_the_overrun_of_its_own_period_and_limit()
    {
        var firewall = Firewall(AliceLimit(1m));
        await firewall.ChargeAsync(Call(0.5m));
        var reservation = await firewall.ReserveAsync(Call(0.5m));
        await firewall.Budgets.SetAsync(AliceLimit(100m));

        Assert.Equal(0.25m, (await reservation.CommitAsync(0.75m)).Overrun);
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

        Assert.True(await Eventually.HoldsAsync(() => observer.Overruns.Any(receipt => receipt.OperationId == "commit")));
        Assert.Equal(["above", "commit"], observer.Overruns.Select(receipt => receipt.OperationId));
    }
}
