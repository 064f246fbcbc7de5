using System.Diagnostics.Metrics;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace BudgetFirewall;

/// <summary>Makes firewalls without a container. Not thread-safe; the firewalls are.</summary>
/// <example><code>
/// await using var firewall = new BudgetFirewallBuilder()
///     .Configure(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 10m }))
///     .Build();
/// await firewall.SpendAsync(new BudgetRequest { Provider = "finnhub", Cost = 0.01m });
/// </code></example>
public sealed class BudgetFirewallBuilder
{
    private readonly List<Action<BudgetFirewallOptions>> _configure = [];
    private readonly List<Func<IChangeToken?>> _changes = [];
    private readonly List<IBudgetObserver> _observers = [];
    private readonly List<IPriceModifier> _modifiers = [];
    private readonly List<IEventChannel> _channels = [];
    private TimeProvider _timeProvider = TimeProvider.System;
    private ILoggerFactory _loggers = NullLoggerFactory.Instance;
    private IMeterFactory? _meters;
    private readonly List<Func<IBudgetStore, BudgetStoreContext, IBudgetStore>> _wrapStore = [];
    private Func<BudgetStoreContext, IBudgetStore>? _makeStore;

    /// <summary>Configures the firewall by a delegate, which runs at <see cref="Build"/> and again whenever a configuration given changes.</summary>
    /// <param name="configure">Changes the options.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="configure"/> is null.</exception>
    public BudgetFirewallBuilder Configure(Action<BudgetFirewallOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _configure.Add(configure);
        return this;
    }

    /// <summary>Configures the firewall by a section, whose changes are taken up while running. Unknown keys are errors, and so is an empty section.</summary>
    /// <param name="configuration">The section, usually <c>BudgetFirewall</c>, or a configuration of nothing else.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="configuration"/> is null.</exception>
    public BudgetFirewallBuilder Configure(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _changes.Add(configuration.GetReloadToken);
        return Configure(options => OptionsReader.Read(configuration, options));
    }

    /// <summary>Takes the time from a provider. Default: <see cref="TimeProvider.System"/>.</summary>
    /// <param name="timeProvider">The clock.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="timeProvider"/> is null.</exception>
    public BudgetFirewallBuilder UseTimeProvider(TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        _timeProvider = timeProvider;
        return this;
    }

    /// <summary>Logs with the loggers of a factory. By default nothing is logged, so a changed configuration that is not valid goes unnoticed.</summary>
    /// <param name="loggerFactory">The factory of the loggers; it is not disposed.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="loggerFactory"/> is null.</exception>
    public BudgetFirewallBuilder UseLoggerFactory(ILoggerFactory loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(loggerFactory);
        _loggers = loggerFactory;
        return this;
    }

    /// <summary>Makes the meter with a factory. Default: the firewall makes its own.</summary>
    /// <param name="meterFactory">The factory of the meters; it is not disposed.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="meterFactory"/> is null.</exception>
    public BudgetFirewallBuilder UseMeterFactory(IMeterFactory meterFactory)
    {
        ArgumentNullException.ThrowIfNull(meterFactory);
        _meters = meterFactory;
        return this;
    }

    /// <summary>Keeps the firewall's state in a store. The last one given counts; without any it is kept in memory.</summary>
    /// <param name="makeStore">Makes the store of each firewall that is built, which disposes it.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="makeStore"/> is null.</exception>
    public BudgetFirewallBuilder UseStore(Func<BudgetStoreContext, IBudgetStore> makeStore)
    {
        ArgumentNullException.ThrowIfNull(makeStore);
        _makeStore = makeStore;
        return this;
    }

    /// <summary>
    /// Puts a store around the firewall's store, whichever that is, to see or change its calls: to keep records of charges, say. Several are put around one another
    /// in the order in which they are added, so that the last one is outermost.
    /// </summary>
    /// <param name="wrapStore">Makes the outer store, which disposes the inner one; see <see cref="DelegatingBudgetStore"/>.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="wrapStore"/> is null.</exception>
    public BudgetFirewallBuilder WrapStore(Func<IBudgetStore, BudgetStoreContext, IBudgetStore> wrapStore)
    {
        ArgumentNullException.ThrowIfNull(wrapStore);
        _wrapStore.Add(wrapStore);
        return this;
    }

    /// <summary>Adds an observer.</summary>
    /// <param name="observer">The observer; it is not disposed.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="observer"/> is null.</exception>
    public BudgetFirewallBuilder AddObserver(IBudgetObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        _observers.Add(observer);
        return this;
    }

    /// <summary>Adds a channel that events are told to, best effort: see <see cref="IEventChannel"/>.</summary>
    /// <param name="channel">The channel; it is not disposed.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="channel"/> is null.</exception>
    public BudgetFirewallBuilder AddEventChannel(IEventChannel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        _channels.Add(channel);
        return this;
    }

    /// <summary>Tells events to a delegate, best effort: see <see cref="IEventChannel"/>.</summary>
    /// <param name="send">Takes an event; what it throws is logged.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="send"/> is null.</exception>
    public BudgetFirewallBuilder AddEventChannel(Func<BudgetEvent, CancellationToken, ValueTask> send)
    {
        ArgumentNullException.ThrowIfNull(send);
        return AddEventChannel(new DelegateChannel(send));
    }

    /// <summary>Adds a price modifier. Modifiers are asked in the order in which they are added.</summary>
    /// <param name="modifier">The modifier; it is not disposed.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="modifier"/> is null.</exception>
    public BudgetFirewallBuilder AddPriceModifier(IPriceModifier modifier)
    {
        ArgumentNullException.ThrowIfNull(modifier);
        _modifiers.Add(modifier);
        return this;
    }

    /// <summary>
    /// Makes a firewall. Each call makes another, which shares with the others only the objects given to the builder. Never waits for a store.
    /// </summary>
    /// <returns>The firewall; dispose it to end what it does in the background.</returns>
    /// <exception cref="OptionsValidationException">The options are not valid; the message has every error, with its path and the value found.</exception>
    public IBudgetFirewall Build()
    {
        Action<BudgetFirewallOptions>[] configure = [.. _configure];
        var settings = new SettingsSource(() => Options(configure), [.. _changes], [.. _modifiers], _loggers, name: null);
        try
        {
            return Assemble(settings).Build();
        }
        catch
        {
            settings.Dispose();
            throw;
        }
    }

    private FirewallAssembly Assemble(SettingsSource settings) => new()
    {
        Settings = settings,
        MakeStore = _makeStore,
        WrapStore = [.. _wrapStore],
        TimeProvider = _timeProvider,
        Loggers = _loggers,
        Meters = _meters,
        Observers = _observers.Count == 0 ? null : Copy(_observers),
        Channels = _channels.Count == 0 ? null : Copy(_channels),
    };

    private static Func<IReadOnlyList<T>> Copy<T>(List<T> list)
    {
        T[] copy = [.. list];
        return () => copy;
    }

    private static BudgetFirewallOptions Options(Action<BudgetFirewallOptions>[] configure)
    {
        var options = new BudgetFirewallOptions();
        foreach (var change in configure)
            change(options);
        return options;
    }
}
