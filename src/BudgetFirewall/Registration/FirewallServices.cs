using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace BudgetFirewall;

/// <summary>The services of one firewall: plain ones for the unnamed, keyed by its name for a named one.</summary>
internal static class FirewallServices
{
    /// <summary>Registers them, once for each name.</summary>
    public static void Add(IServiceCollection services, string? name)
    {
        var options = services.AddOptions<BudgetFirewallOptions>(name ?? Options.DefaultName);
        if (services.Any(service => service.ServiceType == typeof(SettingsSource) && Equals(service.ServiceKey, name)))
            return;
        if (name is null)
        {
            services.AddSingleton(provider => MakeSettings(provider, name));
            services.TryAddSingleton(provider => MakeFirewall(provider, name));
        }
        else
        {
            services.AddKeyedSingleton(name, (provider, _) => MakeSettings(provider, name));
            services.TryAddKeyedSingleton(name, (provider, _) => MakeFirewall(provider, name));
        }
        services.AddSingleton<IValidateOptions<FirewallStart>>(provider => new FirewallStartCheck(name, provider));
        services.AddOptions<FirewallStart>(options.Name).ValidateOnStart();
    }

    public static T Get<T>(IServiceProvider provider, string? name) where T : notnull =>
        name is null ? provider.GetRequiredService<T>() : provider.GetRequiredKeyedService<T>(name);

    private static T[] GetAll<T>(IServiceProvider provider, string? name) =>
        [.. name is null ? provider.GetServices<T>() : provider.GetKeyedServices<T>(name)];

    // A container that cannot tell whether a service is registered is asked at the first event.
    private static bool Has<T>(IServiceProvider provider, string? name) => provider.GetService<IServiceProviderIsService>() switch
    {
        IServiceProviderIsKeyedService keyed => keyed.IsKeyedService(typeof(T), name),
        { } plain when name is null => plain.IsService(typeof(T)),
        _ => true,
    };

    private static SettingsSource MakeSettings(IServiceProvider provider, string? name)
    {
        var optionsName = name ?? Options.DefaultName;
        var factory = provider.GetRequiredService<IOptionsFactory<BudgetFirewallOptions>>();
        var changes = provider.GetServices<IOptionsChangeTokenSource<BudgetFirewallOptions>>()
            .Where(source => (source.Name ?? Options.DefaultName) == optionsName)
            .Select(source => new Func<IChangeToken?>(source.GetChangeToken));
        return new(() => factory.Create(optionsName), changes, GetAll<IPriceModifier>(provider, name), Loggers(provider), name);
    }

    private static IBudgetFirewall MakeFirewall(IServiceProvider provider, string? name) => new FirewallAssembly
    {
        Settings = Get<SettingsSource>(provider, name),
        MakeStore = provider.GetServices<StoreRegistration>().LastOrDefault(store => store.Name == name)?.MakeStore,
        WrapStore = [.. provider.GetServices<StoreWrapRegistration>().Where(wrap => wrap.Name == name).Select(wrap => wrap.WrapStore)],
        TimeProvider = provider.GetService<TimeProvider>() ?? TimeProvider.System,
        Loggers = Loggers(provider),
        Meters = provider.GetService<IMeterFactory>(),
        Observers = Has<IBudgetObserver>(provider, name) ? () => GetAll<IBudgetObserver>(provider, name) : null,
        Channels = Has<IEventChannel>(provider, name) ? () => GetAll<IEventChannel>(provider, name) : null,
        Name = name,
        Services = provider,
    }.Build();

    private static ILoggerFactory Loggers(IServiceProvider provider) => provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
}
