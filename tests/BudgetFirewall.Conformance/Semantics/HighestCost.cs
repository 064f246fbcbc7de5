namespace BudgetFirewall.Conformance;

/// <summary>A call that costs more than one may is refused, be its cost given, priced or committed.</summary>
public abstract class HighestCost<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Theory]
    [InlineData(OperationKind.Check)]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    [InlineData(OperationKind.Charge)]
    public async Task A_cost_above_the_highest_one_allowed_is_refused_before_anything_is_touched(OperationKind kind)
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Limit(AliceScope, 1_000_000m));
            options.RateLimits.Add(Rate(AliceScope, capacity: 5));
            options.Pricing.Units[Record] = 50_000m;
        });

        var given = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await firewall.DoAsync(kind, Call(100_000m + Nano)));
        var priced = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await firewall.DoAsync(kind, Call() with { Usage = Records(3) }));

        Assert.Equal(("Cost", 100_000m + Nano), (given.ParamName, given.ActualValue));
        Assert.Equal(("Cost", 150_000m), (priced.ParamName, priced.ActualValue));
        Assert.Contains("MaxCost", given.Message, StringComparison.Ordinal);
        Assert.Contains("MaxCost", priced.Message, StringComparison.Ordinal);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
        Assert.Equal(5m, await firewall.LevelAsync(AliceScope));
        Assert.Equal(100_000m, (await firewall.DoAsync(kind, Call() with { Usage = Records(2) })).Cost);
    }

    [Fact]
    public async Task A_commit_above_the_highest_cost_allowed_is_refused_and_the_hold_stays()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.MaxCost = 5m;
            options.Pricing.Units[Record] = 1m;
        });
        await using var reservation = await firewall.ReserveAsync(Call(2m));

        var e = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await reservation.CommitAsync(5m + Nano));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await firewall.CommitAsync(reservation.Id, 6m));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await reservation.CommitAsync(Records(6)));

        Assert.Equal(("cost", 5m + Nano), (e.ParamName, e.ActualValue));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 2m);
        await reservation.CommitAsync(5m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 5m);
    }
}
