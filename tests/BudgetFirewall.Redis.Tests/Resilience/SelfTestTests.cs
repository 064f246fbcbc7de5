using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Redis.Tests;

public sealed class SelfTestTests : OwnServerTests
{
    [Fact]
    public async Task A_server_that_is_not_there_is_said_not_to_be_reachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var failure = await FailureAsync($"127.0.0.1:{port}", TimeSpan.FromSeconds(1));

        failure.Message.Should().Contain("cannot be reached");
        (failure.MayHaveHappened || failure.IsNeverAllowed).Should().BeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData(",password=wrong")]
    public async Task A_wrong_or_missing_password_is_said_to_be_that_and_is_never_let_through(string password)
    {
        var server = await StartServerAsync();
        await server.CommandAsync("CONFIG", "SET", "requirepass", "secret");
        var failure = await FailureAsync(server.Address + password);

        failure.Message.Should().Contain("password");
        failure.IsNeverAllowed.Should().BeTrue();
    }

    // Of the errors of a connection the client keeps the last, which is not the refusal each time: it takes many connections to see that.
    [Fact]
    public async Task A_refused_login_is_never_taken_for_a_server_that_is_away()
    {
        var server = await StartServerAsync();
        await server.CommandAsync("CONFIG", "SET", "requirepass", "secret");
        for (var round = 0; round < 10; round++)
        {
            var failures = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => FailureAsync(server.Address)));
            failures.Should().AllSatisfy(failure => failure.IsNeverAllowed.Should().BeTrue(failure.Message));
        }
    }

    [Fact]
    public async Task A_login_that_is_put_right_is_found()
    {
        var server = await StartServerAsync();
        await server.CommandAsync("CONFIG", "SET", "requirepass", "secret");
        var store = Store(server.Address + ",password=other");
        for (var call = 0; call < 3; call++)
            (await IsRefusedAsync(store)).Should().BeTrue();

        await server.CommandAsync("CONFIG", "SET", "requirepass", "other");

        (await Eventually.HoldsAsync(async () => !await IsRefusedAsync(store))).Should().BeTrue();
        (await store.ReadCatalogAsync(null, "")).Set.Should().BeEmpty();
    }

    [Fact]
    public async Task A_server_before_7_is_said_to_be_too_old_and_is_never_let_through()
    {
        using var server = new OldServer();
        var failure = await FailureAsync(server.Address);

        failure.Message.Should().Contain("too old: Redis 7.0 or later");
        failure.IsNeverAllowed.Should().BeTrue();
        Log.Entries.Where(entry => entry is { Level: LogLevel.Error, Event: 304 }).Should().NotBeEmpty();
    }

    [Theory]
    [InlineData("eval")]
    [InlineData("evalsha")]
    [InlineData("time")]
    [InlineData("mget")]
    [InlineData("get")]
    [InlineData("exists")]
    [InlineData("set")]
    [InlineData("setrange")]
    [InlineData("rpush")]
    [InlineData("sadd")]
    [InlineData("sismember")]
    [InlineData("pexpire")]
    [InlineData("hget")]
    [InlineData("hmget")]
    [InlineData("hscan")]
    [InlineData("hlen")]
    [InlineData("hset")]
    [InlineData("hdel")]
    [InlineData("zadd")]
    [InlineData("zrange")]
    [InlineData("zcard")]
    [InlineData("zpopmin")]
    [InlineData("del")]
    public async Task A_missing_permission_names_the_command(string command)
    {
        var server = await StartServerAsync();
        await server.CommandAsync("ACL", "SETUSER", "default", "-" + command);
        var failure = await FailureAsync(server.Address);

        failure.Message.Should().ContainEquivalentOf(command);
        failure.IsNeverAllowed.Should().BeTrue();
    }

    [Theory]
    [InlineData("xadd")]
    [InlineData("xreadgroup")]
    [InlineData("xautoclaim")]
    [InlineData("xack")]
    [InlineData("xdel")]
    [InlineData("xgroup")]
    [InlineData("zscan")]
    public async Task A_missing_permission_that_only_a_ledger_needs_is_named_where_there_is_one(string command)
    {
        var server = await StartServerAsync();
        await server.CommandAsync("ACL", "SETUSER", "default", "-" + command);
        var recorded = Store(server.Address);
        var entries = recorded.StreamTo(new EntryTexts());
        foreach (var call in new Func<Task>[] { () => recorded.ReadCatalogAsync(null, "").AsTask(), () => entries.ReadAsync(null, "one", 1, isAgain: false).AsTask() })
        {
            var failure = (await FluentActions.Awaiting(call).Should().ThrowExactlyAsync<BudgetStoreException>()).Which;
            failure.Message.Should().ContainEquivalentOf(command);
            failure.IsNeverAllowed.Should().BeTrue();
        }
        (await Store(server.Address).ReadCatalogAsync(null, "")).Set.Should().BeEmpty();
    }

    [Fact]
    public async Task A_missing_permission_to_wait_for_replicas_is_named_where_they_are_waited_for()
    {
        var server = await StartServerAsync();
        await server.CommandAsync("ACL", "SETUSER", "default", "-wait");
        var failure = (await FluentActions.Awaiting(async () => await Store(server.Address, new() { WaitForReplicas = 1 }).ReadCatalogAsync(null, "")).Should().ThrowExactlyAsync<BudgetStoreException>()).Which;

        failure.Message.Should().Contain("WAIT");
        failure.IsNeverAllowed.Should().BeTrue();
        (await Store(server.Address).ReadCatalogAsync(null, "")).Set.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task An_evicting_server_is_reported_as_an_error_unless_that_is_allowed(bool isAllowed, int errors)
    {
        var server = await StartServerAsync("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
        var firewall = Firewall(server.Address, options => options.Budgets.Add(Limit(10m)), redis => redis.AllowEviction = isAllowed);

        (await firewall.SpendAsync(Call(1m))).IsAllowed.Should().BeTrue();
        (await firewall.SpendAsync(Call(1m))).IsAllowed.Should().BeTrue();

        Log.Entries.Count(entry => entry is { Level: LogLevel.Error, Event: 302 } && entry.Text.Contains("allkeys-lru", StringComparison.Ordinal)).Should().Be(errors);
    }

    [Fact]
    public void The_test_asks_for_every_command_that_a_script_runs()
    {
        string[] scripts = [.. typeof(RedisBudgetStore).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".lua", StringComparison.Ordinal))];
        var asked = ScriptText.Of("selftest");

        var run = scripts.SelectMany(name => Regex.Matches(ScriptText.Of(name[..^4]), @"call\('([A-Z]+)'")).Select(match => match.Groups[1].Value).Where(command => command != "INFO").ToHashSet();

        run.Should().Contain(["MGET", "SET", "SETRANGE", "TIME"]);
        run.Should().AllSatisfy(command => asked.Should().Contain($"{{'{command}'"));
    }

    [Fact]
    public async Task A_user_who_may_not_look_at_the_policy_is_asked_to_see_to_it()
    {
        var server = await StartServerAsync();
        await server.CommandAsync("ACL", "SETUSER", "default", "-info");
        var firewall = Firewall(server.Address, options => options.Budgets.Add(Limit(10m)));

        (await firewall.SpendAsync(Call(1m))).IsAllowed.Should().BeTrue();

        Log.Entries.Where(entry => entry is { Level: LogLevel.Warning, Event: 303 }).Should().ContainSingle();
    }

    [Fact]
    public async Task The_permissions_that_the_documentation_names_are_enough()
    {
        var server = await StartServerAsync();
        await server.CommandAsync("ACL", "SETUSER", "default", "resetkeys", "~{bf:*", "nocommands",
            "+eval", "+evalsha", "+info", "+time", "+mget", "+get", "+exists", "+set", "+setrange", "+pexpire", "+hget", "+hmget", "+hscan", "+hlen", "+hset", "+hdel",
            "+zadd", "+zrange", "+zcard", "+zpopmin", "+zrem", "+zcount", "+zremrangebyscore", "+del", "+lrange", "+lindex", "+lset", "+lpop", "+rpush", "+sadd", "+sismember", "+pexpireat", "+wait",
            "+ping", "+echo", "+client", "+cluster", "+config|get", "+subscribe");
        var firewall = Firewall(server.Address, options =>
        {
            options.Budgets.Add(Limit(10m));
            options.RateLimits.Add(new RateLimit { Scope = BudgetScope.User("alice"), Capacity = 10m, RefillPerSecond = 1m });
            options.RateLimits.Add(RateLimit.FixedWindow(BudgetScope.User("alice"), 10, TimeSpan.FromMinutes(1)) with { Id = "fixed" });
            options.RateLimits.Add(RateLimit.SlidingWindow(BudgetScope.User("alice"), 10, TimeSpan.FromMinutes(1)) with { Id = "sliding" });
            options.RateLimits.Add(RateLimit.LeakyBucket(BudgetScope.User("alice"), ratePerSecond: 20) with { Id = "queue" });
        });

        await firewall.CheckAsync(Call(1m));
        var reservation = await firewall.ReserveAsync(Call(1m));
        await reservation.ExtendAsync(TimeSpan.FromMinutes(10));
        await firewall.CommitAsync(reservation.Id, 1m);
        await (await firewall.ReserveAsync(Call(1m))).ReleaseAsync();
        await firewall.SpendAsync(Call(1m));
        await firewall.ChargeAsync(Call(1m));
        await firewall.Budgets.SetAsync(Limit(20m));
        await firewall.Budgets.ResetAsync(Limit(20m).Id, BudgetScope.User("alice"));
        (await firewall.Budgets.RemoveAsync(Limit(20m).Id)).Should().BeTrue();

        (await SpentAsync(firewall)).Should().Be(0m);
    }

    [Fact]
    public async Task A_failed_test_is_repeated_and_passes_once_the_cause_is_gone()
    {
        var server = await StartServerAsync();
        var firewall = Firewall(server.Address, options => options.Budgets.Add(Limit(10m)));
        await server.CommandAsync("ACL", "SETUSER", "default", "-setrange");
        (await firewall.TrySpendAsync(Call(1m))).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);

        await server.CommandAsync("ACL", "SETUSER", "default", "+setrange");

        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task Keys_that_the_user_may_not_touch_are_named()
    {
        var server = await StartServerAsync();
        await server.CommandAsync("ACL", "SETUSER", "default", "resetkeys", "~{other:*");
        var failure = await FailureAsync(server.Address);

        failure.Message.Should().Contain("permission");
        failure.IsNeverAllowed.Should().BeTrue();
    }

    private static async Task<bool> IsRefusedAsync(RedisBudgetStore store)
    {
        try
        {
            _ = await store.ReadCatalogAsync(null, "");
            return false;
        }
        catch (BudgetStoreException e) when (e.IsNeverAllowed)
        {
            return true;
        }
    }

    private async Task<BudgetStoreException> FailureAsync(string address, TimeSpan? timeout = null)
    {
        var store = Store(address, timeout: timeout);
        return (await FluentActions.Awaiting(async () => await store.ReadCatalogAsync(null, "")).Should().ThrowExactlyAsync<BudgetStoreException>()).Which;
    }
}
