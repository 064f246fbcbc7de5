using BudgetFirewall.Redis.Servers;
using StackExchange.Redis;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>One Redis server for all tests, each of which has a prefix of its own.</summary>
internal static class RedisForLedgers
{
    // A busy machine is slow, not away.
    private const string Patient = ",syncTimeout=60000,connectTimeout=30000";

    private static readonly Lazy<Task<ConnectionMultiplexer>> Shared = new(StartAsync);

    public static Task<ConnectionMultiplexer> ConnectAsync() => Shared.Value;

    private static async Task<ConnectionMultiplexer> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("BUDGETFIREWALL_TEST_REDIS") is { Length: > 0 } given)
            return await ConnectionMultiplexer.ConnectAsync(given + Patient);
        var server = await RedisServer.StartAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Abandon();
        return await ConnectionMultiplexer.ConnectAsync(server.Address + Patient);
    }
}
