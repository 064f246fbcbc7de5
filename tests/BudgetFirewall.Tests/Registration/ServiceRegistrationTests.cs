using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BudgetFirewall.Tests.Registration;

public sealed class ServiceRegistrationTests
{
    private static readonly BudgetRequest Request = new() { Provider = "finnhub", UserId = "alice", Cost = 1 };

    private readonly ServiceCollection _services = [];

    [Fact]
    public async Task One_call_registers_a_firewall_that_keeps_its_budgets_in_memory()
    {
        _services.AddBudgetFirewall(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 1 }));
        await using var services = _services.BuildServiceProvider(validateScopes: true);

        var firewall = services.GetRequiredService<IBudgetFirewall>();

        Assert.Same(firewall, services.GetRequiredService<IBudgetFirewall>());
        Assert.True((await firewall.TrySpendAsync(Request)).IsAllowed);
        Assert.False((await firewall.TrySpendAsync(Request)).IsAllowed);
    }

    [Fact]
    public void A_container_with_a_firewall_can_be_disposed_synchronously_and_twice()
    {
        ScriptedStore? store = null;
        _services.AddBudgetFirewall().UseStore(context => store = new ScriptedStore(context));
        var services = _services.BuildServiceProvider();
        _ = services.GetRequiredService<IBudgetFirewall>();

        services.Dispose();
        services.Dispose();

        Assert.Equal(1, store?.Disposals);
    }

    [Fact]
    public async Task An_observer_may_depend_on_the_firewall_that_it_observes()
    {
        _services.AddBudgetFirewall(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 0 })).AddObserver<SelfObserver>();
        var services = _services.BuildServiceProvider();
        var firewall = services.GetRequiredService<IBudgetFirewall>();

        await firewall.TrySpendAsync(Request);
        var observer = services.GetServices<IBudgetObserver>().OfType<SelfObserver>().Single();
        await services.DisposeAsync();

        Assert.Same(firewall, observer.Firewall);
        Assert.Equal(1, observer.Denials);
    }

    [Fact]
    public async Task A_firewall_without_options_allows_everything()
    {
        _services.AddBudgetFirewall();
        await using var services = _services.BuildServiceProvider();

        Assert.True((await services.GetRequiredService<IBudgetFirewall>().TrySpendAsync(Request)).IsAllowed);
    }

    [Fact]
    public async Task Named_firewalls_are_keyed_services_and_share_nothing()
    {
        _services.AddBudgetFirewall(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 1 }));
        _services.AddBudgetFirewall(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 1 }), "eu");
        _services.AddBudgetFirewall(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 3 }), "us");
        await using var services = _services.BuildServiceProvider();
        IBudgetFirewall[] firewalls =
        [
            services.GetRequiredService<IBudgetFirewall>(),
            services.GetRequiredKeyedService<IBudgetFirewall>("eu"),
            services.GetRequiredKeyedService<IBudgetFirewall>("us"),
        ];

        foreach (var firewall in firewalls)
            await firewall.SpendAsync(Request);

        var again = await Task.WhenAll(firewalls.Select(firewall => firewall.TrySpendAsync(Request).AsTask()));
        Assert.Equal([false, false, true], again.Select(decision => decision.IsAllowed));
        Assert.Null(services.GetKeyedService<IBudgetFirewall>("EU"));
    }

    [Fact]
    public async Task Only_a_named_firewall_leaves_no_unnamed_one()
    {
        _services.AddBudgetFirewall("eu");
        await using var services = _services.BuildServiceProvider();

        Assert.Null(services.GetService<IBudgetFirewall>());
        Assert.Equal("eu", _services.AddBudgetFirewall("eu").Name);
        Assert.Null(_services.AddBudgetFirewall("").Name);
    }

    [Fact]
    public async Task Registering_twice_adds_up()
    {
        var section = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("Budgets:0:Scope", (string?)"global"), KeyValuePair.Create("Budgets:0:Limit", (string?)"1")]).Build();
        _services.AddBudgetFirewall(section, options => options.Currency = "EUR");
        _services.AddBudgetFirewall(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 2 }));
        _services.Configure<BudgetFirewallOptions>(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Each("project"), Limit = 3 }));
        await using var services = _services.BuildServiceProvider();

        var budgets = await Assert.Single(services.GetServices<IBudgetFirewall>()).Budgets.ListAsync();

        Assert.Equal([3m, 2m, 1m], budgets.Select(budget => budget.Limit));
    }

    [Fact]
    public async Task The_last_store_counts_and_is_made_with_what_the_container_has()
    {
        var clock = new FixedClock(new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));
        ScriptedStore? store = null;
        _services.AddSingleton<TimeProvider>(clock).AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        _services.AddBudgetFirewall(
            options =>
            {
                options.KeyPrefix = "shop";
                options.StoreTimeout = TimeSpan.FromSeconds(3);
            },
            "eu").UseStore(_ => throw new InvalidOperationException("replaced"));
        _services.AddBudgetFirewall("eu").UseStore(context => store = new(context));
        _services.AddBudgetFirewall().UseStore(_ => throw new InvalidOperationException("of another firewall"));
        await using var services = _services.BuildServiceProvider();

        await services.GetRequiredKeyedService<IBudgetFirewall>("eu").SpendAsync(Request);

        Assert.NotNull(store);
        Assert.Equal(("shop", TimeSpan.FromSeconds(3), "eu"), (store.Context.KeyPrefix, store.Context.StoreTimeout, store.Context.Name));
        Assert.Same(clock, store.Context.TimeProvider);
        Assert.Same(NullLoggerFactory.Instance, store.Context.LoggerFactory);
        Assert.NotNull(store.Context.Services);
        Assert.Equal(1, store.Calls);
    }

    [Fact]
    public async Task A_store_factory_that_gives_nothing_is_an_error()
    {
        _services.AddBudgetFirewall().UseStore(_ => null!);
        await using var services = _services.BuildServiceProvider();

        Assert.Throws<InvalidOperationException>(services.GetRequiredService<IBudgetFirewall>);
    }

    [Fact]
    public async Task A_firewall_whose_store_could_be_made_only_at_the_second_try_follows_its_configuration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Currency", (string?)"USD")]).Build();
        var tries = 0;
        _services.AddBudgetFirewall(configuration).UseStore(context => ++tries == 1 ? throw new InvalidOperationException("Not yet.") : new ScriptedStore(context));
        await using var services = _services.BuildServiceProvider();
        Assert.Throws<InvalidOperationException>(services.GetRequiredService<IBudgetFirewall>);
        var firewall = services.GetRequiredService<IBudgetFirewall>();

        configuration["Currency"] = "EUR";
        configuration.Reload();

        Assert.Equal("EUR", firewall.Estimate(Request).Currency);
    }

    [Fact]
    public async Task The_time_provider_of_the_container_is_the_clock()
    {
        var clock = new FixedClock(new(2026, 7, 1, 23, 59, 59, TimeSpan.Zero));
        _services.AddSingleton<TimeProvider>(clock);
        _services.AddBudgetFirewall(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 1 }));
        await using var services = _services.BuildServiceProvider();
        var firewall = services.GetRequiredService<IBudgetFirewall>();
        await firewall.SpendAsync(Request);
        Assert.False((await firewall.TrySpendAsync(Request)).IsAllowed);

        clock.Now = clock.Now.AddSeconds(1);

        Assert.True((await firewall.TrySpendAsync(Request)).IsAllowed);
    }

    [Fact]
    public async Task Observers_of_the_container_and_of_the_builder_are_heard_by_their_own_firewall()
    {
        ChargeCounter plain = new(), added = new(), keyed = new(), addedByName = new();
        _services.AddSingleton<IBudgetObserver>(plain).AddKeyedSingleton<IBudgetObserver>("eu", keyed);
        _services.AddBudgetFirewall().AddObserver(added).AddObserver<InjectedObserver>();
        _services.AddSingleton<Journal>().AddBudgetFirewall("eu").AddObserver(addedByName);
        var services = _services.BuildServiceProvider();
        var journal = services.GetRequiredService<Journal>();

        await services.GetRequiredService<IBudgetFirewall>().ChargeAsync(Request);
        await services.GetRequiredKeyedService<IBudgetFirewall>("eu").ChargeAsync(Request with { Cost = 2 });
        await services.DisposeAsync();

        Assert.Equal([1m], plain.Costs);
        Assert.Equal([1m], added.Costs);
        Assert.Equal([1m], journal.Costs);
        Assert.Equal([2m], keyed.Costs);
        Assert.Equal([2m], addedByName.Costs);
    }

    [Fact]
    public async Task Price_modifiers_of_the_container_and_of_the_builder_price_their_own_firewall_in_order()
    {
        var unpriced = Request with { Cost = null };
        _services.AddSingleton<IPriceModifier>(new Surcharge(1)).AddKeyedSingleton<IPriceModifier>("eu", new Surcharge(10));
        _services.AddBudgetFirewall(options => options.Pricing.DefaultCostPerRequest = 0).AddPriceModifier(new Surcharge(2)).AddPriceModifier<Handling>();
        _services.AddBudgetFirewall(options => options.Pricing.DefaultCostPerRequest = 0, "eu").AddPriceModifier(new Surcharge(20));
        await using var services = _services.BuildServiceProvider();

        var mine = services.GetRequiredService<IBudgetFirewall>().Estimate(unpriced);
        var eu = services.GetRequiredKeyedService<IBudgetFirewall>("eu").Estimate(unpriced);

        Assert.Equal([1m, 2m, 4m], mine.Lines.Where(line => line.Name == "surcharge").Select(line => line.Amount));
        Assert.Equal(30m, eu.Total);
    }

    [Fact]
    public async Task The_meter_factory_of_the_container_makes_the_meter()
    {
        _services.AddMetrics().AddBudgetFirewall();
        await using var services = _services.BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, listener) => Enable(instrument, listener, meters) };
        var measured = 0;
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => Interlocked.Increment(ref measured));
        listener.Start();

        await services.GetRequiredService<IBudgetFirewall>().SpendAsync(Request);

        Assert.NotEqual(0, measured);

        static void Enable(Instrument instrument, MeterListener listener, IMeterFactory meters)
        {
            if (instrument.Meter.Name == BudgetFirewallDiagnostics.MeterName && ReferenceEquals(instrument.Meter.Scope, meters))
                listener.EnableMeasurementEvents(instrument);
        }
    }

    [Fact]
    public async Task Disposing_the_container_disposes_the_store_once()
    {
        ScriptedStore? store = null;
        _services.AddBudgetFirewall().UseStore(context => store = new(context));
        var services = _services.BuildServiceProvider();
        await services.GetRequiredService<IBudgetFirewall>().SpendAsync(Request);

        await services.DisposeAsync();

        Assert.Equal(1, store!.Disposals);
    }

    [Fact]
    public async Task Options_that_are_not_valid_are_told_when_the_firewall_is_first_needed_without_a_host()
    {
        _services.AddBudgetFirewall(options => options.StoreTimeout = TimeSpan.Zero, "eu");
        await using var services = _services.BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredKeyedService<IBudgetFirewall>("eu"));

        Assert.Equal(("eu", typeof(BudgetFirewallOptions)), (error.OptionsName, error.OptionsType));
        Assert.Equal("StoreTimeout must be from 10 milliseconds to 1 minute but is '00:00:00'", error.Message);
    }

    [Fact]
    public async Task A_firewall_registered_before_stays()
    {
        var mine = new BudgetFirewallBuilder().Build();
        _services.AddSingleton(mine).AddBudgetFirewall();
        await using var services = _services.BuildServiceProvider();

        Assert.Same(mine, services.GetRequiredService<IBudgetFirewall>());
        await mine.DisposeAsync();
    }

    [Fact]
    public void Nulls_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => ((IServiceCollection)null!).AddBudgetFirewall());
        Assert.Throws<ArgumentNullException>(() => _services.AddBudgetFirewall((Action<BudgetFirewallOptions>)null!));
        Assert.Throws<ArgumentNullException>(() => _services.AddBudgetFirewall((IConfiguration)null!));
        Assert.Throws<ArgumentNullException>(() => _services.AddBudgetFirewall(new ConfigurationBuilder().Build(), (Action<BudgetFirewallOptions>)null!));
        var builder = _services.AddBudgetFirewall();
        Assert.Throws<ArgumentNullException>(() => builder.UseStore(null!));
        Assert.Throws<ArgumentNullException>(() => builder.AddObserver(null!));
        Assert.Throws<ArgumentNullException>(() => builder.AddPriceModifier(null!));
    }

    private sealed class Journal
    {
        public List<decimal> Costs { get; } = [];
    }

    private sealed class InjectedObserver(Journal journal) : IBudgetObserver
    {
        public void OnCharged(ChargeReceipt receipt) => journal.Costs.Add(receipt.Cost);
    }

    private sealed class Handling() : Surcharge(4);
}
