using System.Reflection;

namespace BudgetFirewall.Redis.Tests;

/// <summary>The store runs on any version of its client: it uses nothing but what 1.2.6, 2.x and 3.x share.</summary>
public sealed class ClientMembersTests
{
    private const string Client = "StackExchange.Redis";

    // Grows only after a look at what all three do with it.
    private static readonly string[] Shared =
    [
        "ConfigurationOptions.Clone", "ConfigurationOptions.Parse", "ConfigurationOptions.set_AbortOnConnectFail",
        "ConnectionMultiplexer.ConnectAsync",
        "IConnectionMultiplexer.CloseAsync", "IConnectionMultiplexer.ConfigureAsync", "IConnectionMultiplexer.GetDatabase", "IConnectionMultiplexer.GetServer",
        "IConnectionMultiplexer.get_IsConnected",
        "IDatabaseAsync.ExecuteAsync", "IDatabaseAsync.IdentifyEndpointAsync", "IDatabaseAsync.ScriptEvaluateAsync",
        "IServer.get_ServerType",
        "RedisConnectionException.get_FailureType",
        "RedisKey.op_Implicit",
        "RedisResult.op_Explicit",
        "RedisValue.get_EmptyString", "RedisValue.get_IsNullOrEmpty", "RedisValue.op_Implicit",
    ];

    // The assemblies of later versions, which are downloaded and never loaded.
    private static readonly string[] LaterPaths = typeof(ClientMembersTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "LaterClients").Value!.Split('|');

    public static TheoryData<string> LaterClients => [.. LaterPaths];

    [Fact]
    public void The_store_uses_no_member_that_nobody_has_looked_at()
    {
        using var store = new AssemblyMembers(typeof(RedisBudgetStore).Assembly.Location);

        store.Used(Client).Select(member => $"{member.Type}.{member.Name}").Distinct().Order(StringComparer.Ordinal).Should().Equal(Shared);
    }

    [Theory]
    [MemberData(nameof(LaterClients))]
    public void Every_member_that_the_store_uses_is_in_later_versions_with_the_same_signature(string path)
    {
        using var store = new AssemblyMembers(typeof(RedisBudgetStore).Assembly.Location);
        using var client = new AssemblyMembers(path);

        store.Used(Client).Except(client.Defined(Client)).Should().BeEmpty();
    }

    [Fact]
    public void A_version_of_2_and_a_version_of_3_are_looked_at()
    {
        LaterPaths.Should().Contain(path => path.Contains("/2.", StringComparison.Ordinal));
        LaterPaths.Should().Contain(path => path.Contains("/3.", StringComparison.Ordinal));
    }
}
