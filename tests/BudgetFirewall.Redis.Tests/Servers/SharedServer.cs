using StackExchange.Redis;

namespace BudgetFirewall.Redis.Tests;

/// <summary>One server for all tests that only need a prefix of their own: BUDGETFIREWALL_TEST_REDIS, or one that is started.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private RedisServer? _server;
    private ConnectionMultiplexer? _connection;

    public string Address { get; private set; } = "";

    public ConnectionMultiplexer Connection => _connection!;

    public async Task InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("BUDGETFIREWALL_TEST_REDIS") is { Length: > 0 } given)
        {
            Address = given;
        }
        else
        {
            _server = await RedisServer.StartAsync();
            Address = _server.Address;
        }
        _connection = await ConnectionMultiplexer.ConnectAsync(Address + ",allowAdmin=true,syncTimeout=60000,connectTimeout=30000");
    }

    public async Task DisposeAsync()
    {
        if (_connection is not null)
            await _connection.CloseAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
