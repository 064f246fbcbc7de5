using System.Net;
using Microsoft.AspNetCore.Builder;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Requests to guarded endpoints that are larger than the options allow.</summary>
public sealed class OversizedRequestTests
{
    public static TheoryData<string, string> Caps => new()
    {
        { "dimensions", "Dimensions has 17 entries; MaxDimensions allows 16." },
        { "units", "Units has 33 entries; MaxUnits allows 32." },
        { "ids", "MaxIdBytes allows 4,096." },
    };

    [Theory]
    [MemberData(nameof(Caps))]
    public async Task A_request_beyond_a_cap_is_400_and_names_it(string what, string detail)
    {
        var runs = 0;
        await using var app = await StartAsync(() => runs++, o =>
        {
            o.Dimensions = context => context.Request.Query["of"].ToString() switch
            {
                "dimensions" => Names(17).ToDictionary(name => name, _ => "x"),
                "ids" => Names(16).ToDictionary(name => name, _ => new string('\u20ac', 100)),
                _ => null,
            };
            o.EstimateUsage = context => new(context.Request.Query["of"] == "units" ? new BudgetUsage { Units = Names(33).ToDictionary(name => name, _ => 1m) } : null);
        });

        var problem = await Problem.OfAsync(await app.Client.PostAsync($"/call?of={what}", null), 400);

        ((string)problem["type"]!).Should().Be("urn:budgetfirewall:bad-request");
        ((string)problem["detail"]!).Should().EndWith(detail);
        runs.Should().Be(0);
        (await app.StateAsync(BudgetScope.Global)).Held.Should().Be(0m);
        (await app.Client.PostAsync("/call", null)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_argument_error_of_the_applications_own_delegate_is_not_blamed_on_the_caller()
    {
        await using var app = await StartAsync(() => { }, o => o.EstimateCost = _ => throw new ArgumentException("The application's own mistake.", nameof(BudgetRequest.Dimensions)));

        (await app.Client.PostAsync("/call", null)).StatusCode.Should().Be(HttpStatusCode.InternalServerError);
    }

    private static IEnumerable<string> Names(int count) => Enumerable.Range(0, count).Select(i => $"name-{i}");

    private static Task<TestApp> StartAsync(Delegate handler, Action<BudgetEndpointOptions> configure) => TestApp.StartAsync(
        options => options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 10m }),
        app =>
        {
            app.UseBudgetFirewall();
            app.MapPost("/call", handler).RequireBudget("openai", o =>
            {
                o.Cost = 0.01m;
                configure(o);
            });
        });
}
