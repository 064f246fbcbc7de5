using FsCheck;
using FsCheck.Fluent;
using static BudgetFirewall.Tests.PricedFirewall;

namespace BudgetFirewall.Tests;

/// <summary>For any prices and any usage.</summary>
public sealed class ExactCostTests
{
    private const decimal Max = 9_000_000_000m;

    [Fact]
    public void A_total_is_the_exact_cost_rounded_up_once_to_a_whole_nano() => ForAll(PricedCall.Any, call =>
    {
        if (EstimateOf(call) is not { } breakdown)
            return;

        var given = Exactly.Of(breakdown.Total) - call.Unrounded;

        (breakdown.Total * 1_000_000_000m % 1).Should().Be(0);
        (given >= 0 && given < Exactly.Nano).Should().BeTrue($"{given} is given away");
        breakdown.IsUnknown.Should().BeFalse();
    });

    [Fact]
    public void The_lines_add_up_to_the_total_exactly() => ForAll(PricedCall.Any, call =>
    {
        if (EstimateOf(call) is not { } breakdown)
            return;

        breakdown.Lines.Select(line => Exactly.Of(line.Amount)).Sum().Should().Be(Exactly.Of(breakdown.Total));
        breakdown.Lines.Reverse().Sum(line => line.Amount).Should().Be(breakdown.Total);
        breakdown.Lines.Where(line => line.Amount is < 0 or > Max).Should().BeEmpty();
    });

    [Fact]
    public void Only_a_cost_above_the_range_is_refused() => ForAll(PricedCall.Any, call =>
        (EstimateOf(call) is null).Should().Be(call.Unrounded > Exactly.Of(Max)));

    [Fact]
    public void More_usage_never_costs_less() => ForAll(
        from call in PricedCall.Any from which in Gen.Choose(0, 7) from more in Gen.Choose(1, 1_000_000) select (call, which, more),
        given =>
        {
            long[] counts = [.. given.call.Counts];
            counts[given.which] += given.more;

            AssertNotLess(given.call with { Counts = counts, Records = given.call.Records + given.more }, given.call);
        });

    [Fact]
    public void Higher_prices_never_cost_less() => ForAll(
        from call in PricedCall.Any from more in Gen.Elements(Exactly.Smallest, 0.000000001m, 0.01m) select (call, more),
        given => AssertNotLess(
            given.call with
            {
                Base = Math.Min(Max, given.call.Base + given.more),
                UnitPrices = [.. given.call.UnitPrices.Select(unit => (unit.Name, Math.Min(Max, unit.Price + given.more)))],
                ModelPrices = given.call.ModelPrices?.Select(price => Math.Min(Max, price + given.more)).ToArray(),
            },
            given.call));

    [Fact]
    public void Ten_and_the_smallest_price_there_is_do_not_lose_the_nano()
    {
        var breakdown = Estimate(prices => { prices.DefaultCostPerRequest = 10; prices.Units["request"] = Exactly.Smallest; }, Call());

        breakdown.Total.Should().Be(10.000000001m);
        breakdown.Amounts().Should().Equal(("base", 10m), ("request", 0m), ("rounding", 0.000000001m));
    }

    [Fact]
    public void Lines_that_had_to_be_cut_leave_the_rest_to_the_rounding()
    {
        var breakdown = Estimate(
            prices =>
            {
                prices.DefaultCostPerRequest = 8_000_000_000m;
                (prices.Units["a"], prices.Units["b"], prices.Units["c"]) = (0.0000000003333333336m, 0.0000000003333333336m, 0.0000000003333333328m);
            },
            Call(Units(("a", 1), ("b", 1), ("c", 1))));

        breakdown.Amounts().Should().Equal(("base", 8_000_000_000m), ("a", 0.000000000333333333m), ("b", 0.000000000333333333m), ("c", 0.000000000333333332m), ("rounding", 0.000000000000000002m));
        breakdown.Total.Should().Be(8_000_000_000.000000001m);
    }

    [Fact]
    public void A_line_is_cut_and_never_rounded_up()
    {
        var breakdown = Estimate(
            prices => { prices.DefaultCostPerRequest = 0.9999999999999999999999999999m; prices.Operations["request"] = 1.0000000000000000000000000001m; }, Call());

        breakdown.Amounts().Should().Equal(("base", 0.999999999999999999m), ("rounding", 0.000000000000000001m));
        breakdown.Total.Should().Be(1);
    }

    [Fact]
    public void The_largest_cost_is_charged_and_anything_above_it_refused()
    {
        Estimate(prices => prices.DefaultCostPerRequest = Max, Call()).Total.Should().Be(Max);
        FluentActions.Invoking(() => Estimate(
            prices => { prices.DefaultCostPerRequest = Max; prices.Units["request"] = Exactly.Smallest; }, Call())).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Cost");
    }

    [Fact]
    public void The_largest_usage_at_the_largest_prices_is_refused_and_does_not_overflow()
    {
        const long most = 9_000_000_000_000;
        var usage = BudgetUsage.Tokens(most, most) with { RequestBytes = most, ResponseBytes = most, Units = new Dictionary<string, decimal> { ["record"] = most } };

        var refused = FluentActions.Invoking(() => Estimate(
            prices =>
            {
                prices.Models["m"] = new ModelPrice { Input = Max, Output = Max };
                foreach (var unit in new[] { "kb", "mb", "record", "request" })
                    prices.Units[unit] = Max - Exactly.Parse("0.000000000000000001");
            },
            Prompt("m", usage))).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Cost").Which;

        refused.Message.Should().Contain("9,000,000,000");
    }

    [Fact]
    public void A_million_tokens_at_two_hundredths_of_a_microunit_cost_two_cents() =>
        Estimate(prices => prices.Models["m"] = new ModelPrice { Input = 0.00000002m }, Prompt("m", BudgetUsage.Tokens(1_000_000, 0))).Total.Should().Be(0.02m);

    private static void AssertNotLess(PricedCall more, PricedCall less)
    {
        if (EstimateOf(more) is { } larger)
            (larger.Total >= EstimateOf(less)!.Total).Should().BeTrue($"{larger}\nis less than\n{EstimateOf(less)}");
    }

    /// <summary>Null when it is refused as too much.</summary>
    private static CostBreakdown? EstimateOf(PricedCall call)
    {
        try
        {
            return Estimate(call.Fill, call.Request);
        }
        catch (ArgumentOutOfRangeException refused) when (refused.ParamName == "Cost")
        {
            return null;
        }
    }

    private static void ForAll<T>(Gen<T> cases, Action<T> holds) =>
        Prop.ForAll(cases.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
}
