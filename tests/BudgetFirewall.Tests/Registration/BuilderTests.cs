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

        Assert.False((await one.TrySpendAsync(Request)).IsAllowed);
        Assert.True((await two.TrySpendAsync(Request)).IsAllowed);
        Assert.Equal(("USD", "EUR"), (one.Estimate(Request).Currency, two.Estimate(Request).Currency));
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
        Assert.False((await firewall.TrySpendAsync(Request)).IsAllowed);
        clock.Now = clock.Now.AddSeconds(1);
        Assert.True((await firewall.TrySpendAsync(Request)).IsAllowed);
        await firewall.DisposeAsync();

        Assert.Same(clock, store!.Context.TimeProvider);
        store.Context.LoggerFactory.CreateLogger("store").LogWarning("An id {Id}", "a\nb");
        Assert.Contains(log.Entries, entry => entry.Message == @"An id a\u000Ab");
        Assert.Equal((null, null), (store.Context.Name, store.Context.Services));
        Assert.Equal(1, store.Disposals);
        Assert.Equal([2m, 1m], charges.Costs.Take(2));
        Assert.NotEmpty(log.Entries);
    }

    [Fact]
    public void Options_that_are_not_valid_are_told_by_build()
    {
        var builder = new BudgetFirewallBuilder().Configure(options => options.StoreTimeout = TimeSpan.Zero);

        Assert.Throws<OptionsValidationException>(() => builder.Build());
    }

    [Fact]
    public void A_delegate_that_throws_is_heard()
    {
        var builder = new BudgetFirewallBuilder().Configure(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = -1 }));

        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Build());
    }

    [Fact]
    public async Task Building_does_not_wait_for_a_store_even_if_a_host_would()
    {
        ScriptedStore? store = null;
        await using var firewall = new BudgetFirewallBuilder().Configure(options => options.RequireStoreAtStart = true).UseStore(context => store = new(context)).Build();

        Assert.Equal(0, store!.Calls);
    }

    [Fact]
    public async Task Changing_the_options_afterwards_changes_nothing()
    {
        BudgetFirewallOptions? kept = null;
        await using var firewall = new BudgetFirewallBuilder().Configure(options => (kept = options).Pricing.Providers["finnhub"] = 2).Build();

        kept!.Pricing.Providers["finnhub"] = 3;
        kept.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 0 });

        Assert.Equal(2m, firewall.Estimate(Request with { Cost = null }).Total);
        Assert.Empty(await firewall.Budgets.ListAsync());
    }

    [Fact]
    public void Nulls_are_refused()
    {
        var builder = new BudgetFirewallBuilder();
        Assert.Throws<ArgumentNullException>(() => builder.Configure((Action<BudgetFirewallOptions>)null!));
        Assert.Throws<ArgumentNullException>(() => builder.Configure((IConfiguration)null!));
        Assert.Throws<ArgumentNullException>(() => builder.UseTimeProvider(null!));
        Assert.Throws<ArgumentNullException>(() => builder.UseLoggerFactory(null!));
        Assert.Throws<ArgumentNullException>(() => builder.UseMeterFactory(null!));
        Assert.Throws<ArgumentNullException>(() => builder.UseStore(null!));
        Assert.Throws<ArgumentNullException>(() => builder.AddObserver(null!));
        Assert.Throws<ArgumentNullException>(() => builder.AddPriceModifier(null!));
    }
}
