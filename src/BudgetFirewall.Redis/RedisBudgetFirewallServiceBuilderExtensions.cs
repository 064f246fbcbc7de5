using BudgetFirewall.Storage;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>
/// Keeps a firewall's state in Redis, where many processes share it. Registers the <see cref="RedisBudgetStore"/> too,
/// plain for the unnamed firewall and keyed by its name for a named one.
/// </summary>
/// <example><code>
/// services.AddBudgetFirewall(configuration.GetSection("BudgetFirewall")).UseRedis("localhost:6379");
/// </code></example>
public static class RedisBudgetFirewallServiceBuilderExtensions
{
    /// <summary>Keeps the state in Redis, over a connection of the firewall's own, which is made at the first call.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configuration">
    /// The configuration of the connection, as <c>host:6379,password=…,ssl=true</c>, or a URL: <c>redis://user:password@host:6379/0</c>, with <c>rediss://</c> over TLS. In a URL user, port and
    /// database may be absent, and special characters of user and password are percent-encoded.
    /// </param>
    /// <param name="configure">Changes the options of the store; null: the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The configuration cannot be read.</exception>
    public static BudgetFirewallServiceBuilder UseRedis(this BudgetFirewallServiceBuilder builder, string configuration, Action<RedisBudgetStoreOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(configuration);
        return builder.UseRedis(RedisUrl.ParseConfiguration(configuration), configure);
    }

    /// <summary>Keeps the state in Redis, over a connection of the firewall's own, which is made at the first call.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configuration">The configuration of the connection; copied.</param>
    /// <param name="configure">Changes the options of the store; null: the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static BudgetFirewallServiceBuilder UseRedis(
        this BudgetFirewallServiceBuilder builder, ConfigurationOptions configuration, Action<RedisBudgetStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return builder.UseRedis((context, options) => new(context, configuration, options), configure);
    }

    /// <summary>Keeps the state in Redis, over a connection that the application has made and closes itself.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="configure">Changes the options of the store; null: the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static BudgetFirewallServiceBuilder UseRedis(
        this BudgetFirewallServiceBuilder builder, IConnectionMultiplexer connection, Action<RedisBudgetStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return builder.UseRedis((context, options) => new(context, connection, options), configure);
    }

    /// <summary>Keeps the state in Redis, over a connection that the application's services give and close.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connection">Gives the connection; called at the firewall's first call, and again after it has thrown.</param>
    /// <param name="configure">Changes the options of the store; null: the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static BudgetFirewallServiceBuilder UseRedis(
        this BudgetFirewallServiceBuilder builder, Func<IServiceProvider, IConnectionMultiplexer> connection, Action<RedisBudgetStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return builder.UseRedis((context, options) => new(context, _ => Task.FromResult(connection(context.Services!)), isOwned: false, options), configure);
    }

    private static BudgetFirewallServiceBuilder UseRedis(
        this BudgetFirewallServiceBuilder builder, Func<BudgetStoreContext, RedisBudgetStoreOptions, RedisBudgetStore> make, Action<RedisBudgetStoreOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = RedisBudgetStoreOptions.From(configure);
        var made = new MadeStore();
        _ = builder.Name is null
            ? builder.Services.AddSingleton(provider => made.Of(provider.GetRequiredService<IBudgetFirewall>()))
            : builder.Services.AddKeyedSingleton(builder.Name, (provider, name) => made.Of(provider.GetRequiredKeyedService<IBudgetFirewall>(name)));
        return builder.UseStore(context => made.Store = make(context, options));
    }

    /// <summary>Remembers the store that a firewall was made with.</summary>
    private sealed class MadeStore
    {
        public RedisBudgetStore? Store { get; set; }

        public RedisBudgetStore Of(IBudgetFirewall firewall) =>
            Store ?? throw new InvalidOperationException($"The firewall {firewall} was not made with this store: a later UseStore counts.");
    }
}
