using System.Diagnostics.Metrics;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BudgetFirewall;

/// <summary>Puts a firewall together from its settings, store, clock, loggers and meters, with or without a container.</summary>
internal sealed class FirewallAssembly
{
    public required SettingsSource Settings { get; init; }

    public Func<BudgetStoreContext, IBudgetStore>? MakeStore { get; init; }

    /// <summary>The functions that put stores around the store, from the inside out.</summary>
    public IReadOnlyList<Func<IBudgetStore, BudgetStoreContext, IBudgetStore>> WrapStore { get; init; } = [];

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    public IMeterFactory? Meters { get; init; }

    /// <summary>The function that makes the observers at the first event; null when there are none.</summary>
    public Func<IReadOnlyList<IBudgetObserver>>? Observers { get; init; }

    /// <summary>The function that makes the channels for events at the first one; null when there are none.</summary>
    public Func<IReadOnlyList<IEventChannel>>? Channels { get; init; }

    public string? Name { get; init; }

    public IServiceProvider? Services { get; init; }

    /// <summary>Makes the store and the firewall, which from then on owns store and settings.</summary>
    public IBudgetFirewall Build()
    {
        var events = new FirewallEvents(Channels, TimeProvider, EscapingLoggerFactory.Of(Loggers).CreateLogger("BudgetFirewall.Events"), Name);
        return new BudgetFirewall(Settings, Store(events), TimeProvider, Observers, events, Meters, Loggers, Name);
    }

    private IBudgetStore Store(FirewallEvents events)
    {
        var settings = Settings.Current;
        if (MakeStore is null && WrapStore.Count == 0)
            return new MemoryBudgetStore(TimeProvider, settings.MaxOpenReservations);
        var context = new BudgetStoreContext
        {
            TimeProvider = TimeProvider,
            LoggerFactory = Loggers,
            KeyPrefix = settings.KeyPrefix,
            StoreTimeout = settings.StoreTimeout,
            OperationIdRetention = settings.OperationIdRetention,
            Currency = settings.Currency,
            PriceLines = (request, usage) => Settings.Current.Prices.TryEstimate(request, usage, TimeProvider),
            RaiseEvent = events.Raise,
            Name = Name,
            Services = Services,
        };
        var store = MakeStore is null
            ? new MemoryBudgetStore(TimeProvider, settings.MaxOpenReservations)
            : MakeStore(context) ?? throw new InvalidOperationException("The function given to UseStore returned null.");
        foreach (var wrap in WrapStore)
            store = wrap(store, context) ?? throw new InvalidOperationException("The function given to WrapStore returned null.");
        return store;
    }
}
