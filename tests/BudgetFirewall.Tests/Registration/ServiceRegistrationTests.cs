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

        services.GetRequiredService<IBudgetFirewall>().Should().BeSameAs(firewall);
        (await firewall.TrySpendAsync(Request)).IsAllowed.Should().BeTrue();
        (await firewall.TrySpendAsync(Request)).IsAllowed.Should().BeFalse();
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

        (store?.Disposals).Should().Be(1);
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

        observer.Firewall.Should().BeSameAs(firewall);
        observer.Denials.Should().Be(1);
    }

    [Fact]
    public async Task A_firewall_without_options_allows_everything()
    {
        _services.AddBudgetFirewall();
        await using var services = _services.BuildServiceProvider();

        (await services.GetRequiredService<IBudgetFirewall>().TrySpendAsync(Request)).IsAllowed.Should().BeTrue();
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
        again.Select(decision => decision.IsAllowed).Should().Equal(false, false, true);
        services.GetKeyedService<IBudgetFirewall>("EU").Should().BeNull();
    }

    [Fact]
    public async Task Only_a_named_firewall_leaves_no_unnamed_one()
    {
        _services.AddBudgetFirewall("eu");
        await using var services = _services.BuildServiceProvider();

        services.GetService<IBudgetFirewall>().Should().BeNull();
        _services.AddBudgetFirewall("eu").Name.Should().Be("eu");
        _services.AddBudgetFirewall("").Name.Should().BeNull();
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

        var budgets = await services.GetServices<IBudgetFirewall>().Should().ContainSingle().Which.Budgets.ListAsync();

        budgets.Select(budget => budget.Limit).Should().Equal(3m, 2m, 1m);
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

        store.Should().NotBeNull();
        (store.Context.KeyPrefix, store.Context.StoreTimeout, store.Context.Name).Should().Be(("shop", TimeSpan.FromSeconds(3), "eu"));
        store.Context.TimeProvider.Should().BeSameAs(clock);
        store.Context.LoggerFactory.Should().BeSameAs(NullLoggerFactory.Instance);
        store.Context.Services.Should().NotBeNull();
        store.Calls.Should().Be(1);
    }

    [Fact]
    public async Task A_store_factory_that_gives_nothing_is_an_error()
    {
        _services.AddBudgetFirewall().UseStore(_ => null!);
        await using var services = _services.BuildServiceProvider();

        FluentActions.Invoking(services.GetRequiredService<IBudgetFirewall>).Should().ThrowExactly<InvalidOperationException>();
    }

    [Fact]
    public async Task A_firewall_whose_store_could_be_made_only_at_the_second_try_follows_its_configuration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Currency", (string?)"USD")]).Build();
        var tries = 0;
        _services.AddBudgetFirewall(configuration).UseStore(context => ++tries == 1 ? throw new InvalidOperationException("Not yet.") : new ScriptedStore(context));
        await using var services = _services.BuildServiceProvider();
        FluentActions.Invoking(services.GetRequiredService<IBudgetFirewall>).Should().ThrowExactly<InvalidOperationException>();
        var firewall = services.GetRequiredService<IBudgetFirewall>();

        configuration["Currency"] = "EUR";
        configuration.Reload();

        firewall.Estimate(Request).Currency.Should().Be("EUR");
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
        (await firewall.TrySpendAsync(Request)).IsAllowed.Should().BeFalse();

        clock.Now = clock.Now.AddSeconds(1);

        (await firewall.TrySpendAsync(Request)).IsAllowed.Should().BeTrue();
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

        plain.Costs.Should().Equal(1m);
        added.Costs.Should().Equal(1m);
        journal.Costs.Should().Equal(1m);
        keyed.Costs.Should().Equal(2m);
        addedByName.Costs.Should().Equal(2m);
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

        mine.Lines.Where(line => line.Name == "surcharge").Select(line => line.Amount).Should().Equal(1m, 2m, 4m);
        eu.Total.Should().Be(30m);
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

        measured.Should().NotBe(0);

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

        store!.Disposals.Should().Be(1);
    }

    [Fact]
    public async Task Options_that_are_not_valid_are_reported_when_the_firewall_is_first_needed_without_a_host()
    {
        _services.AddBudgetFirewall(options => options.StoreTimeout = TimeSpan.Zero, "eu");
        await using var services = _services.BuildServiceProvider();

        var error = FluentActions.Invoking(() => services.GetRequiredKeyedService<IBudgetFirewall>("eu")).Should().ThrowExactly<OptionsValidationException>().Which;

        (error.OptionsName, error.OptionsType).Should().Be(("eu", typeof(BudgetFirewallOptions)));
        error.Message.Should().Be("StoreTimeout must be from 10 milliseconds to 1 minute but is '00:00:00'");
    }

    [Fact]
    public async Task A_firewall_registered_before_stays()
    {
        var mine = new BudgetFirewallBuilder().Build();
        _services.AddSingleton(mine).AddBudgetFirewall();
        await using var services = _services.BuildServiceProvider();

        services.GetRequiredService<IBudgetFirewall>().Should().BeSameAs(mine);
        await mine.DisposeAsync();
    }

    [Fact]
    public void Nulls_are_refused()
    {
        FluentActions.Invoking(() => ((IServiceCollection)null!).AddBudgetFirewall()).Should().ThrowExactly<ArgumentNullException>();
        FluentActions.Invoking(() => _services.AddBudgetFirewall((Action<BudgetFirewallOptions>)null!)).Should().ThrowExactly<ArgumentNullException>();
        FluentActions.Invoking(() => _services.AddBudgetFirewall((IConfiguration)null!)).Should().ThrowExactly<ArgumentNullException>();
        FluentActions.Invoking(() => _services.AddBudgetFirewall(new ConfigurationBuilder().Build(), (Action<BudgetFirewallOptions>)null!)).Should().ThrowExactly<ArgumentNullException>();
        var builder = _services.AddBudgetFirewall();
        FluentActions.Invoking(() => builder.UseStore(null!)).Should().ThrowExactly<ArgumentNullException>();
        FluentActions.Invoking(() => builder.AddObserver(null!)).Should().ThrowExactly<ArgumentNullException>();
        FluentActions.Invoking(() => builder.AddPriceModifier(null!)).Should().ThrowExactly<ArgumentNullException>();
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
