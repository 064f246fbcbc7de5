using System.Globalization;

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

        var given = (await FluentActions.Awaiting(async () => await firewall.DoAsync(kind, Call(100_000m + Nano))).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>()).Which;
        var priced = (await FluentActions.Awaiting(async () => await firewall.DoAsync(kind, Call() with { Usage = Records(3) })).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>()).Which;

        (given.ParamName, given.ActualValue).Should().Be(((string?, object?))("Cost", 100_000m + Nano));
        (priced.ParamName, priced.ActualValue).Should().Be(((string?, object?))("Cost", 150_000m));
        given.Message.Should().Contain("MaxCost");
        priced.Message.Should().Contain("MaxCost");
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
        (await firewall.LevelAsync(AliceScope)).Should().Be(5m);
        (await firewall.DoAsync(kind, Call() with { Usage = Records(2) })).Cost.Should().Be(100_000m);
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

        var e = (await FluentActions.Awaiting(async () => await reservation.CommitAsync(5m + Nano)).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>()).Which;
        await FluentActions.Awaiting(async () => await firewall.CommitAsync(reservation.Id, 6m)).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>();
        await FluentActions.Awaiting(async () => await firewall.CommitAsync(reservation.Id, 18_446_744_074m)).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>("nanos are counted in 63 bits");
        await FluentActions.Awaiting(async () => await reservation.CommitAsync(Records(6))).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>();

        (e.ParamName, e.ActualValue).Should().Be(((string?, object?))("cost", 5m + Nano));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 2m);
        await reservation.CommitAsync(5m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 5m);
    }

    [Theory]
    [InlineData("5.0000000004", "5", "5")]
    [InlineData("5.0000000004", "5.0000000004", "5.000000001")]
    [InlineData("5.0000000004", "5.00000000039999999999999", "5.000000001")]
    [InlineData("5.0000000004", "5.0000000004000000000000001", null)]
    [InlineData("5.0000000004", "5.000000001", null)]
    [InlineData("5", "5.00000", "5")]
    [InlineData("5", "5.0000000000000000001", null)]
    [InlineData("5", "0.0000000000000000000000000001", "0.000000001")]
    [InlineData("5", "-0.00", "0")]
    [InlineData("5", "9000000000", null)]
    [InlineData("9000000000", "9000000000.0000000000000000", "9000000000")]
    public async Task The_highest_cost_allowed_is_compared_exactly_and_a_cost_is_rounded_up_to_a_nano(string highest, string cost, string? charged)
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(9_000_000_000m));
            options.MaxCost = decimal.Parse(highest, CultureInfo.InvariantCulture);
        });
        var call = Call(decimal.Parse(cost, CultureInfo.InvariantCulture));

        if (charged is null)
            await FluentActions.Awaiting(async () => await firewall.ChargeAsync(call)).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>();
        else
            await firewall.ChargeAsync(call);

        await firewall.AssertStandsAtAsync(AliceScope, spent: charged is null ? 0 : decimal.Parse(charged, CultureInfo.InvariantCulture));
    }
}
