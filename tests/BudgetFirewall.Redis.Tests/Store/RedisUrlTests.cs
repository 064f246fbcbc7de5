using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace BudgetFirewall.Redis.Tests.Store;

/// <summary>The URLs that hosting services give for Redis.</summary>
public sealed class RedisUrlTests
{
    private static readonly BudgetRequest Request = new() { Provider = "openai", Cost = 1m };

    [Fact]
    public async Task A_URL_names_user_password_port_and_database()
    {
        await using var server = await RedisServer.StartAsync();
        await server.CommandAsync("ACL", "SETUSER", "app", "on", ">p@ss:w/rd", "~*", "&*", "+@all");
        await using var firewall = Firewall($"redis://app:p%40ss%3Aw%2Frd@{server.Address}/3");

        await firewall.ChargeAsync(Request);

        ((string)(await server.CommandAsync("INFO", "keyspace"))!).Should().Contain("db3:").And.NotContain("db0:");
    }

    [Fact]
    public async Task A_URL_may_name_a_password_only_or_nothing_at_all()
    {
        await using var server = await RedisServer.StartAsync();
        await using var open = Firewall($"REDIS://{server.Address}/");
        await open.ChargeAsync(Request);
        await server.CommandAsync("CONFIG", "SET", "requirepass", "secret");
        await using var closed = Firewall($" redis://:secret@localhost:{server.Port.ToString(CultureInfo.InvariantCulture)} ");

        (await closed.ChargeAsync(Request)).Budgets[0].Spent.Should().Be(2m);
    }

    [Fact]
    public async Task Rediss_speaks_TLS()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var firewall = Firewall($"rediss://:secret@{listener.LocalEndpoint}");
        var charge = firewall.TryCheckAsync(Request).AsTask();
        using var connection = await listener.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(30));
        var first = new byte[1];

        await connection.GetStream().ReadExactlyAsync(first).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        first[0].Should().Be(0x16, "a handshake of TLS begins so");
        connection.Close();
        (await charge).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
    }

    [Theory]
    [InlineData("http://:secret@host:6379", "must begin with redis:// or, for TLS, rediss://")]
    [InlineData("redis+sentinel://:secret@host:6379", "must begin with redis://")]
    [InlineData("redis://:secret@", "must name one host")]
    [InlineData("redis://:secret@a:1,b:2", "must name one host")]
    [InlineData("redis://:secret@host:0", "must have a port from 1 to 65535, or none")]
    [InlineData("redis://:secret@host:70000/1", "must have a port from 1 to 65535, or none")]
    [InlineData("redis://secret@host", "must have user:password@ or :password@ before the host")]
    [InlineData("redis://:/secret@host", "must have special characters of user and password percent-encoded")]
    [InlineData("redis://:a/secret@host", "must have special characters of user and password percent-encoded")]
    [InlineData("redis://:a?secret@host", "must have special characters of user and password percent-encoded")]
    [InlineData("redis://:a#secret@host/1", "must have special characters of user and password percent-encoded")]
    [InlineData("redis://user:a@b/secret@host", "must end with the number of a database")]
    [InlineData("redis://host/0?password=secret", "must have nothing behind the database")]
    [InlineData("redis://:secret@host/first", "must end with the number of a database, as /0, or with nothing")]
    [InlineData("redis://:secret@host/0?ssl_cert_reqs=none", "must have nothing behind the database")]
    public void A_URL_that_cannot_be_read_is_refused_without_showing_its_password(string url, string problem)
    {
        var e = FluentActions.Invoking(() => new BudgetFirewallBuilder().UseRedis(url)).Should().Throw<ArgumentException>().Which;

        e.Message.Should().Contain(problem).And.NotContain("secret");
        e.ParamName.Should().Be("configuration");
    }

    [Fact]
    public void The_clients_own_form_may_have_anything_in_its_password() =>
        FluentActions.Invoking(() => new BudgetFirewallBuilder().UseRedis("localhost:6379,password=redis://x")).Should().NotThrow();

    private static IBudgetFirewall Firewall(string configuration) => new BudgetFirewallBuilder()
        .Configure(options =>
        {
            options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 10m });
            options.StoreTimeout = TimeSpan.FromSeconds(10);
        })
        .UseRedis(configuration)
        .Build();
}
