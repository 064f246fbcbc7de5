using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Keeps a firewall's state in Redis, where many processes share it. For firewalls made without a container.</summary>
/// <example><code>
/// await using var firewall = new BudgetFirewallBuilder()
///     .Configure(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 10m }))
///     .UseRedis("localhost:6379")
///     .Build();
/// </code></example>
public static class RedisBudgetFirewallBuilderExtensions
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
    public static BudgetFirewallBuilder UseRedis(this BudgetFirewallBuilder builder, string configuration, Action<RedisBudgetStoreOptions>? configure = null)
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
    public static BudgetFirewallBuilder UseRedis(this BudgetFirewallBuilder builder, ConfigurationOptions configuration, Action<RedisBudgetStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configuration);
        var options = RedisBudgetStoreOptions.From(configure);
        return builder.UseStore(context => new RedisBudgetStore(context, configuration, options));
    }

    /// <summary>Keeps the state in Redis, over a connection that the application has made and closes itself.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="configure">Changes the options of the store; null: the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static BudgetFirewallBuilder UseRedis(this BudgetFirewallBuilder builder, IConnectionMultiplexer connection, Action<RedisBudgetStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(connection);
        var options = RedisBudgetStoreOptions.From(configure);
        return builder.UseStore(context => new RedisBudgetStore(context, connection, options));
    }
}
