using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Makes the functions that give a store its connection.</summary>
internal static class ConnectionFactory
{
    /// <summary>Gives a connection that the application has made.</summary>
    public static Func<TextWriter, Task<IConnectionMultiplexer>> Existing(IConnectionMultiplexer connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return _ => Task.FromResult(connection);
    }

    /// <summary>Makes a connection of the store's own.</summary>
    public static Func<TextWriter, Task<IConnectionMultiplexer>> Connecting(BudgetStoreContext context, ConfigurationOptions configuration)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(configuration);
        var adapted = ConnectionConfiguration.Adapted(configuration, context.StoreTimeout);
        return async log => await ConnectionMultiplexer.ConnectAsync(adapted, log).ConfigureAwait(false);
    }
}
