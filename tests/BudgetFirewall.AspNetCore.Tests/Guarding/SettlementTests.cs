using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Long calls, stores that are away when a call ends, and reports that cannot be priced.</summary>
public sealed class SettlementTests
{
    private static readonly BudgetScope Scope = BudgetScope.Provider("openai");

    private readonly ManualTimeProvider _clock = new(new(2030, 1, 2, 10, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_hold_lasts_as_long_as_its_handler_runs()
    {
        await using var app = await StartAsync(async (IBudgetContext budget) =>
        {
            for (var i = 0; i < 20; i++)
            {
                var end = budget.ExpiresAt;
                _clock.Advance(TimeSpan.FromSeconds(30));
                await Eventually.HoldsAsync(() => budget.ExpiresAt > end);
            }
        });
        (await app.Client.PostAsync("/call", null)).EnsureSuccessStatusCode();
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(0.5m);
        app.Log.Lines.Should().NotContain(line => line.Id.Id == 230);
    }

    [Fact]
    public async Task A_hold_can_be_extended_by_a_handler_that_runs_long()
    {
        await using var app = await StartAsync(
            async (IBudgetContext budget) =>
            {
                budget.ExpiresAt.Should().Be(_clock.GetUtcNow() + TimeSpan.FromSeconds(10));
                await budget.ExtendAsync(TimeSpan.FromMinutes(1));
                _clock.Advance(TimeSpan.FromSeconds(50));
                return budget.ExpiresAt - _clock.GetUtcNow();
            },
            o => (o.Lease, o.MaxHold) = (TimeSpan.FromSeconds(10), TimeSpan.Zero));
        var left = await app.Client.PostAsync("/call", null);
        (await left.Content.ReadAsStringAsync()).Should().Be("\"00:00:10\"");
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(0.5m);
    }

    [Fact]
    public async Task A_call_that_outlives_even_its_record_is_charged_all_the_same()
    {
        await using var app = await StartAsync((IBudgetContext budget) =>
        {
            _clock.Advance(TimeSpan.FromHours(8));
            budget.ReportCost(0.7m);
        });
        await app.Client.PostAsync("/call", null);
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(0.7m);
    }

    [Fact]
    public async Task A_charge_that_the_store_does_not_confirm_is_repeated_until_it_is()
    {
        await using var store = new SwitchableStore(_clock);
        await using var app = await StartAsync(
            (IBudgetContext budget) =>
            {
                budget.ReportCost(0.2m);
                store.IsAway = true;
                return "answered";
            },
            store: store);
        (await (await app.Client.PostAsync("/call", null)).Content.ReadAsStringAsync()).Should().Be("answered");
        await Eventually.HoldsAsync(() => app.Log.Lines.Any(line => line.Id.Id == 232));

        var calls = store.Calls;
        await Eventually.HoldsAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(250));
            return store.Calls > calls;
        });
        store.IsAway = false;
        await Eventually.HoldsAsync(async () =>
        {
            await _clock.PassAsync(TimeSpan.FromSeconds(1));
            return (await app.StateAsync(Scope)).Spent == 0.2m;
        });
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(0.2m);
        app.Log.Lines.Should().NotContain(line => line.Id.Id == 233);
    }

    [Fact]
    public async Task A_charge_that_is_never_confirmed_is_given_up_with_a_log_line_that_names_the_reservation()
    {
        await using var store = new SwitchableStore(_clock);
        var reservation = "";
        await using var app = await StartAsync(
            (IBudgetContext budget) =>
            {
                reservation = budget.ReservationId;
                store.IsAway = true;
            },
            store: store);
        await app.Client.PostAsync("/call", null);
        await Eventually.HoldsAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(70));
            return app.Log.Lines.Any(line => line.Id.Id == 233);
        });
        app.Log.Lines.Single(line => line.Id.Id == 233).Text.Should().Contain(reservation);
    }

    [Fact]
    public async Task A_reported_usage_without_a_price_charges_the_estimate_and_is_logged()
    {
        await using var app = await TestApp.StartAsync(
            options =>
            {
                Configure(options);
                options.Pricing.Models["m"] = ModelPrice.PerMillion(1m, 2m);
            },
            app =>
            {
                app.UseBudgetFirewall();
                app.MapPost("/call", (IBudgetContext budget) => budget.ReportUsage(new() { ResponseBytes = 5 }))
                    .RequireBudget("openai", o =>
                    {
                        o.Model = _ => "m";
                        o.EstimateUsage = _ => new(BudgetUsage.Tokens(1_000, 1_000));
                    });
            });
        await app.Client.PostAsync("/call", null);
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(0.003m);
        app.Log.Lines.Should().Contain(line => line.Id.Id == 234);
    }

    private Task<TestApp> StartAsync(Delegate handler, Action<BudgetEndpointOptions>? configure = null, SwitchableStore? store = null) => TestApp.StartAsync(
        Configure,
        app =>
        {
            app.UseBudgetFirewall();
            app.MapPost("/call", handler).RequireBudget("openai", o =>
            {
                o.Cost = 0.5m;
                configure?.Invoke(o);
            });
        },
        build => build.Services.AddSingleton<TimeProvider>(_clock),
        store);

    private static void Configure(BudgetFirewallOptions options)
    {
        options.Budgets.Add(new() { Scope = Scope, Limit = 100m });
        options.Pricing.Providers["openai"] = 0.25m;
        options.Pricing.Units["record"] = 0.01m;
    }
}
