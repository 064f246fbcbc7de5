namespace BudgetFirewall.Conformance;

/// <summary>A usage that nothing prices is not committed as 0 to a hard budget of money.</summary>
public abstract class UnpricedCommits<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_usage_that_nothing_prices_is_not_committed_to_a_hard_budget_and_the_hold_stays()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.Pricing.Units[Record] = 0.5m;
        });
        var usage = new BudgetUsage { Units = new Dictionary<string, decimal> { ["page"] = 3 } };
        await using var reservation = await firewall.ReserveAsync(Call(id: "one") with { Usage = Records(4) });

        var e = (await FluentActions.Awaiting(async () => await reservation.CommitAsync(usage)).Should().ThrowExactlyAsync<UnknownPriceException>()).Which;
        await FluentActions.Awaiting(async () => await firewall.CommitAsync(reservation.Id, usage)).Should().ThrowExactlyAsync<UnknownPriceException>();

        (e.Provider, e.OperationId).Should().Be((Provider, "one"));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 2m);
        (await reservation.CommitAsync(Records(3))).Cost.Should().Be(1.5m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1.5m);
    }

    [Fact]
    public async Task A_usage_that_nothing_prices_is_committed_at_the_cost_that_the_request_gave()
    {
        var firewall = Firewall(AliceLimit(10m));
        await using var reservation = await firewall.ReserveAsync(Call(2m));

        var receipt = await reservation.CommitAsync(BudgetUsage.Tokens(1, 1));

        (receipt.Cost, receipt.IsCostUnknown).Should().Be((2m, false));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 2m);
    }

    [Fact]
    public async Task A_usage_that_nothing_prices_is_committed_as_0_and_flagged_where_only_soft_budgets_count_money()
    {
        var firewall = Firewall(AliceLimit(10m) with { Enforcement = Enforcement.Soft }, Limit(AliceScope, 10m, unit: "input_tokens"));
        await using var reservation = await firewall.ReserveAsync(Call() with { Usage = BudgetUsage.Tokens(3, 0) });

        var receipt = await reservation.CommitAsync(BudgetUsage.Tokens(2, 0));

        (receipt.Cost, receipt.IsCostUnknown).Should().Be((0m, true));
        receipt.Budgets.Single(budget => budget.Unit is not null).Spent.Should().Be(2m);
    }

    [Fact]
    public async Task The_reserved_amounts_can_be_committed_by_id_and_say_that_they_were_unknown()
    {
        var firewall = Firewall(AliceLimit(10m) with { Enforcement = Enforcement.Soft });
        var reservation = await firewall.ReserveAsync(Call(id: "one"));

        var again = await firewall.ReserveAsync(Call(id: "one"));
        var receipt = await again.CommitAsync();

        (again.Decision is { IsReplay: true, IsCostUnknown: true }).Should().BeTrue();
        (receipt.Cost, receipt.IsCostUnknown).Should().Be((0m, true));
        (await reservation.CommitAsync(0m)).IsCostUnknown.Should().BeFalse();
    }
}
