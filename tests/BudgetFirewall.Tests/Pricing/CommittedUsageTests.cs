using FsCheck;
using FsCheck.Fluent;
using static BudgetFirewall.Tests.PricedFirewall;

namespace BudgetFirewall.Tests;

/// <summary>What the decisions and receipts say a request costs, and above all what a commit with usage charges.</summary>
public sealed class CommittedUsageTests
{
    [Fact]
    public async Task A_commit_charges_the_price_of_the_usage_and_not_what_was_expected() =>
        (await Committed(
            prices => prices.Units["record"] = 0.01m, Call() with { Cost = 5 }, Units(("record", 3)))).Should().Be(0.03m);

    [Fact]
    public async Task The_given_cost_counts_where_nothing_else_prices_the_usage() =>
        (await Committed(
            prices => { prices.Units["record"] = 0.01m; prices.Units["kb"] = 0.01m; prices.Units["free"] = 0; prices.Providers["another"] = 1; },
            Call() with { Cost = 5 },
            Units(("image", 3), ("free", 3)))).Should().Be(5);

    [Fact]
    public async Task A_listed_provider_prices_the_usage() =>
        (await Committed(prices => prices.Providers["finnhub"] = 0.5m, Call() with { Cost = 5 }, new BudgetUsage())).Should().Be(0.5m);

    [Fact]
    public async Task A_default_cost_prices_the_usage() =>
        (await Committed(prices => prices.DefaultCostPerRequest = 0.25m, Call() with { Cost = 5 }, new BudgetUsage())).Should().Be(0.25m);

    [Fact]
    public async Task The_price_of_a_request_prices_the_usage() =>
        (await Committed(prices => prices.Units["request"] = 0.125m, Call() with { Cost = 5 }, new BudgetUsage())).Should().Be(0.125m);

    [Fact]
    public async Task Bytes_price_the_usage_where_it_has_any() =>
        (await Committed(prices => prices.Units["kb"] = 0.01m, Call() with { Cost = 5 }, new BudgetUsage { ResponseBytes = 2_048 })).Should().Be(0.02m);

    [Fact]
    public async Task A_priced_model_prices_the_usage() =>
        (await Committed(
            prices => prices.Models["m"] = new ModelPrice { Input = 1 }, Prompt("m") with { Cost = 5 }, new BudgetUsage { InputTokens = 3 })).Should().Be(3);

    [Fact]
    public async Task The_given_cost_counts_for_a_model_without_a_price() =>
        (await Committed(prices => prices.Providers["openai"] = 1, Prompt("new") with { Cost = 5 }, BudgetUsage.Tokens(1, 1))).Should().Be(5);

    [Fact]
    public async Task A_priced_unit_that_goes_unsaid_is_no_hindrance_where_no_budget_counts_money_and_the_tokens_of_a_model_are_where_one_does()
    {
        await using var firewall = With(prices => { prices.Units["record"] = 0.01m; prices.Models["m"] = new ModelPrice { Input = 1 }; });
        await using var budgeted = WithBudget(prices => { prices.Units["record"] = 0.01m; prices.Models["m"] = new ModelPrice { Input = 1 }; });
        await using var reservation = await firewall.ReserveAsync(Call());

        (reservation.Cost, (await firewall.SpendAsync(Call())).Cost).Should().Be((0m, 0m));
        await FluentActions.Awaiting(() => budgeted.ReserveAsync(Prompt("m")).AsTask()).Should().ThrowExactlyAsync<ArgumentException>().WithParameterName("Usage");
        await FluentActions.Awaiting(() => budgeted.SpendAsync(Prompt("m")).AsTask()).Should().ThrowExactlyAsync<ArgumentException>().WithParameterName("Usage");
    }

    [Fact]
    public async Task A_modifier_gets_the_usage_that_is_committed_and_no_cost()
    {
        var modifier = new Recorder();

        await Committed(prices => prices.Units["record"] = 0.01m, Call(Units(("record", 1))) with { Cost = 5 }, Units(("record", 3)), modifier);

        modifier.Requests.Should().ContainSingle().Which.Should().Be(Call(Units(("record", 3))));
    }

    [Fact]
    public async Task A_committed_part_beyond_its_whole_is_refused() =>
        await FluentActions.Awaiting(() => Committed(
            prices => prices.Models["m"] = new ModelPrice { Input = 1 },
            Prompt("m") with { Cost = 5 },
            new BudgetUsage { InputTokens = 3, CachedInputTokens = 4 })).Should().ThrowExactlyAsync<ArgumentException>();

    [Fact]
    public void A_decision_costs_what_the_estimate_says() =>
        Prop.ForAll(PricedCall.Any.ToArbitrary(), call =>
        {
            if (call.Unrounded > Exactly.Of(9_000_000_000m))
                FluentActions.Invoking(() => Spent(call)).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Cost");
            else
                Spent(call).Should().Be(Estimate(call.Fill, call.Request).Total);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static decimal Spent(PricedCall call) =>
        Using(With(call.Fill), firewall => firewall.SpendAsync(call.Request).AsTask().GetAwaiter().GetResult().Cost);

    private static async Task<decimal> Committed(Action<PricingOptions> prices, BudgetRequest request, BudgetUsage usage, params IPriceModifier[] modifiers)
    {
        await using var firewall = With(prices, modifiers);
        await using var reservation = await firewall.ReserveAsync(request);
        return (await reservation.CommitAsync(usage)).Cost;
    }

    private sealed class Recorder : IPriceModifier
    {
        public List<BudgetRequest> Requests { get; } = [];

        public CostLine? Modify(BudgetRequest request, CostBreakdown breakdown, DateTimeOffset now)
        {
            Requests.Add(request);
            return null;
        }
    }
}
