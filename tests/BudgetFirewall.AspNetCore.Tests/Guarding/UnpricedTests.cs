using System.Net;
using Microsoft.AspNetCore.Builder;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Guarded endpoints whose calls nothing prices are not free.</summary>
public sealed class UnpricedTests
{
    [Fact]
    public async Task An_endpoint_that_nothing_prices_is_not_run_and_the_log_says_how_to_price_it()
    {
        var runs = 0;
        await using var app = await StartAsync((IBudgetContext budget) =>
        {
            runs++;
            budget.ReportCost(0.5m);
        });

        for (var i = 0; i < 5; i++)
        {
            var problem = await Problem.OfAsync(await app.Client.PostAsync("/call", null), 500);
            ((string)problem["type"]!).Should().Be("urn:budgetfirewall:unpriced");
            ((string)problem["detail"]!).Should().Contain("EstimateCost");
        }

        runs.Should().Be(0);
        (await AmountsAsync(app)).Should().Be((0m, 0m));
        app.Log.Lines.Should().Contain(line => line.Text.Contains("EstimateCost", StringComparison.Ordinal) && line.Text.Contains("/call", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_endpoint_whose_priced_model_has_no_estimate_is_not_run_and_the_log_says_how_to_price_it()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(
            options =>
            {
                options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 1m });
                options.Pricing.Models["m"] = ModelPrice.PerMillion(1m, 2m);
            },
            app =>
            {
                app.UseBudgetFirewall();
                app.MapPost("/call", () => runs++).RequireBudget("openai", o => o.Model = _ => "m");
            });

        var problem = await Problem.OfAsync(await app.Client.PostAsync("/call", null), 500);

        ((string)problem["type"]!).Should().Be("urn:budgetfirewall:unpriced");
        runs.Should().Be(0);
        (await AmountsAsync(app)).Should().Be((0m, 0m));
        var line = app.Log.Lines.Should().ContainSingle(line => line.Id.Id == 405).Which;
        line.Text.Should().Contain("/call").And.Contain("EstimateUsage").And.Contain("'m'");
    }

    [Fact]
    public async Task With_an_estimated_cost_the_reported_one_is_charged_until_the_budget_is_used_up()
    {
        await using var app = await StartAsync((IBudgetContext budget) => budget.ReportCost(0.5m), o => o.Cost = 0.5m);
        var statuses = new List<HttpStatusCode>();

        for (var i = 0; i < 5; i++)
        {
            statuses.Add((await app.Client.PostAsync("/call", null)).StatusCode);
            await app.SpentOnceSettledAsync(BudgetScope.Global);
        }

        statuses.Should().Equal(HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests);
        (await AmountsAsync(app)).Should().Be((1m, 0m));
    }

    [Fact]
    public async Task An_endpoint_that_only_budgets_of_units_count_needs_no_price()
    {
        await using var app = await StartAsync((IBudgetContext budget) => budget.ReportCost(0.5m), budget: new() { Scope = BudgetScope.Global, Limit = 2m, Unit = "request" });

        (await app.Client.PostAsync("/call", null)).StatusCode.Should().Be(HttpStatusCode.OK);

        (await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be(1m);
    }

    [Fact]
    public async Task An_estimate_above_the_highest_cost_allowed_is_400_and_a_report_above_it_charges_the_highest_cost()
    {
        await using var app = await StartAsync(
            (IBudgetContext budget) => budget.ReportCost(100_001m),
            o => o.EstimateCost = context => new(context.Request.Query.ContainsKey("dear") ? 100_001m : 0.75m));

        var problem = await Problem.OfAsync(await app.Client.PostAsync("/call?dear", null), 400);
        ((string)problem["detail"]!).Should().Contain("100,000");
        (await AmountsAsync(app)).Should().Be((0m, 0m));

        (await app.Client.PostAsync("/call", null)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be(100_000m);
    }

    private static async Task<(decimal Spent, decimal Held)> AmountsAsync(TestApp app)
    {
        var state = await app.StateAsync(BudgetScope.Global);
        return (state.Spent, state.Held);
    }

    private static Task<TestApp> StartAsync(Delegate handler, Action<BudgetEndpointOptions>? configure = null, Budget? budget = null) => TestApp.StartAsync(
        options => options.Budgets.Add(budget ?? new Budget { Scope = BudgetScope.Global, Limit = 1m }),
        app =>
        {
            app.UseBudgetFirewall();
            app.MapPost("/call", handler).RequireBudget("openai", configure ?? (_ => { }));
        });
}
