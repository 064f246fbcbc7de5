using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BudgetFirewall.Tests.Registration;

public sealed class BuilderTests
{
    private static readonly BudgetRequest Request = new() { Provider = "finnhub", Cost = 1 };

    [Fact]
    public async Task Each_build_makes_a_firewall_of_its_own()
    {
        var builder = new BudgetFirewallBuilder().Configure(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 1 }));
        await using var one = builder.Build();
        await using var two = builder.Configure(options => options.Currency = "EUR").Build();

        await one.SpendAsync(Request);

        (await one.TrySpendAsync(Request)).IsAllowed.Should().BeFalse();
        (await two.TrySpendAsync(Request)).IsAllowed.Should().BeTrue();
        (one.Estimate(Request).Currency, two.Estimate(Request).Currency).Should().Be(("USD", "EUR"));
    }

    [Fact]
    public async Task What_the_builder_is_given_is_used()
    {
        var clock = new FixedClock(new(2026, 7, 1, 23, 59, 59, TimeSpan.Zero));
        var charges = new ChargeCounter();
        using var log = new RecordingLoggerFactory();
        ScriptedStore? store = null;
        var firewall = new BudgetFirewallBuilder()
            .Configure(options =>
            {
                options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 3 });
                options.Pricing.DefaultCostPerRequest = 0;
            })
            .UseTimeProvider(clock)
            .UseLoggerFactory(log)
            .UseStore(_ => throw new InvalidOperationException("replaced"))
            .UseStore(context => store = new(context))
            .AddObserver(charges)
            .AddPriceModifier(new Surcharge(2))
            .Build();

        await firewall.ChargeAsync(Request with { Cost = null });
        await firewall.ChargeAsync(Request);
        (await firewall.TrySpendAsync(Request)).IsAllowed.Should().BeFalse();
        clock.Now = clock.Now.AddSeconds(1);
        (await firewall.TrySpendAsync(Request)).IsAllowed.Should().BeTrue();
        await firewall.DisposeAsync();

        store!.Context.TimeProvider.Should().BeSameAs(clock);
        store.Context.LoggerFactory.CreateLogger("store").LogWarning("An id {Id}", "a\nb");
        log.Entries.Should().Contain(entry => entry.Message == @"An id a\u000Ab");
        (store.Context.Name, store.Context.Services).Should().Be(((string?, IServiceProvider?))(null, null));
        store.Disposals.Should().Be(1);
        charges.Costs.Take(2).Should().Equal(2m, 1m);
        log.Entries.Should().NotBeEmpty();
    }

    [Fact]
    public void Options_that_are_not_valid_are_reported_by_build()
    {
        var builder = new BudgetFirewallBuilder().Configure(options => options.StoreTimeout = TimeSpan.Zero);

        FluentActions.Invoking(() => builder.Build()).Should().ThrowExactly<OptionsValidationException>();
    }

    [Fact]
    public void A_delegate_that_throws_is_heard()
    {
        var builder = new BudgetFirewallBuilder().Configure(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = -1 }));

        FluentActions.Invoking(() => builder.Build()).Should().ThrowExactly<ArgumentOutOfRangeException>();
    }

    [Fact]
    public async Task Building_does_not_wait_for_a_store_even_if_a_host_would()
    {
        ScriptedStore? store = null;
        await using var firewall = new BudgetFirewallBuilder().Configure(options => options.RequireStoreAtStart = true).UseStore(context => store = new(context)).Build();

        store!.Calls.Should().Be(0);
    }

    [Fact]
    public async Task Changing_the_options_afterwards_changes_nothing()
    {
        BudgetFirewallOptions? kept = null;
        await using var firewall = new BudgetFirewallBuilder().Configure(options => (kept = options).Pricing.Providers["finnhub"] = 2).Build();

        kept!.Pricing.Providers["finnhub"] = 3;
        kept.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 0 });

        firewall.Estimate(Request with { Cost = null }).Total.Should().Be(2m);
        (await firewall.Budgets.ListAsync()).Should().BeEmpty();
    }

    [Fact]
    public void Nulls_are_refused()
    {
        var builder = new BudgetFirewallBuilder();
        FluentActions.Invoking(() => builder.Configure((Action<BudgetFirewallOptions>)null!)).Should().ThrowExactly<ArgumentNullException>();
        FluentActions.Invoking(() => builder.Configure((IConfiguration)null!)).Should().ThrowExactly<ArgumentNullException>();
        FluentActions.Invoking(() => builder.UseTimeProvider(null!)).Should().ThrowExactly<ArgumentNullException>();
        FluentActions.Invoking(() => builder.UseLoggerFactory(null!)).Should().ThrowExactly<ArgumentNullException>();
        FluentActions.Invoking(() => builder.UseMeterFactory(null!)).Should().ThrowExactly<ArgumentNullException>();
        FluentActions.Invoking(() => builder.UseStore(null!)).Should().ThrowExactly<ArgumentNullException>();
        FluentActions.Invoking(() => builder.AddObserver(null!)).Should().ThrowExactly<ArgumentNullException>();
        FluentActions.Invoking(() => builder.AddPriceModifier(null!)).Should().ThrowExactly<ArgumentNullException>();
    }
}
