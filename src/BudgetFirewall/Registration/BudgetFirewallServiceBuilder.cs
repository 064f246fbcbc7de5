using System.Diagnostics.CodeAnalysis;
using BudgetFirewall.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall;

/// <summary>Completes the registration of a firewall: its store, its observers, its channels for events, its price modifiers.</summary>
/// <remarks>
/// Observers, channels and price modifiers are singletons. Those registered in the container directly count as well:
/// plain ones for the unnamed firewall, ones keyed by its name for a named firewall.
/// </remarks>
public sealed class BudgetFirewallServiceBuilder
{
    internal BudgetFirewallServiceBuilder(IServiceCollection services, string? name) => (Services, Name) = (services, name);

    /// <summary>The services that the firewall is registered in.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The firewall's name, the key of its services; null for the unnamed one.</summary>
    public string? Name { get; }

    /// <summary>Keeps the firewall's state in a store. The last one given counts; without any it is kept in memory.</summary>
    /// <param name="makeStore">Makes the store when the firewall is first needed; it must not wait for a server. The firewall disposes it.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="makeStore"/> is null.</exception>
    public BudgetFirewallServiceBuilder UseStore(Func<BudgetStoreContext, IBudgetStore> makeStore)
    {
        ArgumentNullException.ThrowIfNull(makeStore);
        Services.AddSingleton(new StoreRegistration(Name, makeStore));
        return this;
    }

    /// <summary>
    /// Puts a store around the firewall's store, whichever that is, to see or change its calls: to keep records of charges, say. Several are put around one another
    /// in the order in which they are added, so that the last one is outermost.
    /// </summary>
    /// <param name="wrapStore">
    /// Makes the outer store when the firewall is first needed; it must not wait for a server. The outer store disposes the inner one; see <see cref="DelegatingBudgetStore"/>.
    /// </param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="wrapStore"/> is null.</exception>
    public BudgetFirewallServiceBuilder WrapStore(Func<IBudgetStore, BudgetStoreContext, IBudgetStore> wrapStore)
    {
        ArgumentNullException.ThrowIfNull(wrapStore);
        Services.AddSingleton(new StoreWrapRegistration(Name, wrapStore));
        return this;
    }

    /// <summary>Adds an observer that the container makes.</summary>
    /// <typeparam name="T">The observer's type.</typeparam>
    /// <returns>This builder.</returns>
    public BudgetFirewallServiceBuilder AddObserver<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, IBudgetObserver => Add<IBudgetObserver, T>();

    /// <summary>Adds an observer, which the container does not dispose.</summary>
    /// <param name="observer">The observer.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="observer"/> is null.</exception>
    public BudgetFirewallServiceBuilder AddObserver(IBudgetObserver observer) => Add(observer);

    /// <summary>Adds a channel that events are told to, which the container makes. Best effort: see <see cref="IEventChannel"/>.</summary>
    /// <typeparam name="T">The channel's type: <see cref="LogChannel"/>, say.</typeparam>
    /// <returns>This builder.</returns>
    public BudgetFirewallServiceBuilder AddEventChannel<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, IEventChannel => Add<IEventChannel, T>();

    /// <summary>Adds a channel that events are told to, which the container does not dispose. Best effort: see <see cref="IEventChannel"/>.</summary>
    /// <param name="channel">The channel.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="channel"/> is null.</exception>
    public BudgetFirewallServiceBuilder AddEventChannel(IEventChannel channel) => Add(channel);

    /// <summary>Tells events to a delegate, best effort: see <see cref="IEventChannel"/>.</summary>
    /// <param name="send">Takes an event; what it throws is logged.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="send"/> is null.</exception>
    public BudgetFirewallServiceBuilder AddEventChannel(Func<BudgetEvent, CancellationToken, ValueTask> send)
    {
        ArgumentNullException.ThrowIfNull(send);
        return AddEventChannel(new DelegateChannel(send));
    }

    /// <summary>Adds a price modifier that the container makes. Modifiers are asked in the order of their registration.</summary>
    /// <typeparam name="T">The modifier's type.</typeparam>
    /// <returns>This builder.</returns>
    public BudgetFirewallServiceBuilder AddPriceModifier<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, IPriceModifier => Add<IPriceModifier, T>();

    /// <summary>Adds a price modifier, which the container does not dispose. Modifiers are asked in the order of their registration.</summary>
    /// <param name="modifier">The modifier.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="modifier"/> is null.</exception>
    public BudgetFirewallServiceBuilder AddPriceModifier(IPriceModifier modifier) => Add(modifier);

    private BudgetFirewallServiceBuilder Add<TService, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where TService : class where T : class, TService
    {
        _ = Name is null ? Services.AddSingleton<TService, T>() : Services.AddKeyedSingleton<TService, T>(Name);
        return this;
    }

    private BudgetFirewallServiceBuilder Add<TService>(TService instance) where TService : class
    {
        ArgumentNullException.ThrowIfNull(instance);
        _ = Name is null ? Services.AddSingleton(instance) : Services.AddKeyedSingleton(Name, instance);
        return this;
    }
}
