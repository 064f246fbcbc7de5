using System.Globalization;
using static BudgetFirewall.Tests.PricedFirewall;

namespace BudgetFirewall.Tests;

public sealed class CostBreakdownTests
{
    [Fact]
    public void A_breakdown_reads_as_a_table_aligned_at_the_points()
    {
        var usage = BudgetUsage.Tokens(2_006, 300, 1_920) with { ResponseBytes = 2_000 };

        var breakdown = Estimate(
            prices => { prices.Models["m"] = ModelPrice.PerMillion(0.15m, 0.6m, 0.075m); prices.Units["kb"] = 0.0001m; }, Prompt("m", usage));

        breakdown.ToString().Should().Be("""
            input_tokens            86        × 0.00000015   = 0.0000129
            cached_input_tokens  1,920        × 0.000000075  = 0.000144
            output_tokens          300        × 0.0000006    = 0.00018
            kb                       1.953125 × 0.0001       = 0.0001953125
            rounding                 1        × 0.0000000005 = 0.0000000005
            total                                            = 0.000532213 USD
            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void An_unknown_cost_is_at_least_its_total() =>
        Estimate(
            prices => { prices.DefaultCostPerRequest = 0.5m; prices.Units["record"] = 1; }, Call()).ToString().Should().Be("base             1 × 0.5 = 0.5\ntotal, at least          = 0.5 USD");

    [Fact]
    public void A_breakdown_without_lines_is_its_total() => new CostBreakdown([], "EUR").ToString().Should().Be("total = 0 EUR");

    [Fact]
    public void The_table_does_not_depend_on_the_culture_of_the_thread()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("", useUserOverride: false) { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };
            new CostBreakdown([new CostLine("a", 1_000, 0.50m, 500.00m)]).ToString().Should().Be("a      1,000 × 0.5 = 500\ntotal              = 500 USD");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_breakdown_keeps_a_copy_of_its_lines_and_sums_them()
    {
        var lines = new List<CostLine> { new("a", 1, 3, 3), new("b", 1, -1, -1) };

        var breakdown = new CostBreakdown(lines, isUnknown: true);
        lines.Clear();

        breakdown.Total.Should().Be(2);
        breakdown.Lines.Count.Should().Be(2);
        breakdown.IsUnknown.Should().BeTrue();
    }

    [Fact]
    public void A_breakdown_needs_lines_and_a_currency()
    {
        FluentActions.Invoking(() => new CostBreakdown(null!)).Should().ThrowExactly<ArgumentNullException>().WithParameterName("lines");
        FluentActions.Invoking(() => new CostBreakdown([], null!)).Should().ThrowExactly<ArgumentNullException>().WithParameterName("currency");
    }
}
