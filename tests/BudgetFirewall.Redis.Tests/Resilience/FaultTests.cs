using System.Diagnostics;
using System.Globalization;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace BudgetFirewall.Redis.Tests;

/// <summary>The server misbehaves; the promises hold.</summary>
public sealed class FaultTests : OwnServerTests
{
    [Fact]
    public async Task A_killed_server_fails_closed_and_the_firewall_recovers_by_itself_when_it_is_back()
    {
        var server = await StartServerAsync("--appendonly", "yes", "--appendfsync", "always");
        var firewall = Impatient(server.Address);
        await firewall.SpendAsync(Call(3m));
        await server.KillAsync();

        var away = await firewall.TrySpendAsync(Call(1m));
        var charge = await Assert.ThrowsAsync<ChargeUnconfirmedException>(async () => await firewall.ChargeAsync(Call(1m, "c")));
        await server.RunAsync();
        var back = await EventuallyAsync(async () => (await firewall.TrySpendAsync(Call(2m, "back"))).IsAllowed, TimeSpan.FromSeconds(30));

        Assert.Equal(DecisionOutcome.StoreUnavailable, away.Outcome);
        Assert.Equal("c", charge.OperationId);
        Assert.True(back);
        Assert.True(await EventuallyAsync(() => IsChargedAsync(firewall, "c"), TimeSpan.FromSeconds(30)));
        Assert.Equal(6m, await SpentAsync(firewall));
        Assert.DoesNotContain(Log.Entries, entry => entry.Event == 300);
    }

    [Fact]
    public async Task Lost_data_is_reported_and_decisions_go_on_from_zero()
    {
        var server = await StartServerAsync();
        var firewall = Firewall(server.Address, options => options.Budgets.Add(Limit(10m)));
        await firewall.SpendAsync(Call(10m));
        await server.CommandAsync("FLUSHALL");

        Assert.True((await firewall.TrySpendAsync(Call(4m))).IsAllowed);
        Assert.True((await firewall.TrySpendAsync(Call(4m))).IsAllowed);

        Assert.Single(Log.Entries, entry => entry is { Level: LogLevel.Error, Event: 300 });
    }

    [Fact]
    public async Task Lost_data_denies_until_it_is_acknowledged_while_charges_are_still_recorded()
    {
        var server = await StartServerAsync();
        var store = Store(server.Address, new() { OnDataLoss = DataLossReaction.Deny });
        var rule = new CounterRule(Limit(10m));
        DecisionCall Of(DecisionKind kind) => new()
        {
            Kind = kind, OperationId = Guid.NewGuid().ToString("N"), CatalogVersion = "", Counters = [new(rule, "alice", 1_000_000_000, false)],
        };
        _ = await store.DecideAsync(Of(DecisionKind.Spend));
        await server.CommandAsync("FLUSHALL");

        foreach (var kind in new[] { DecisionKind.Spend, DecisionKind.Check, DecisionKind.Spend })
            Assert.True((await Assert.ThrowsAsync<BudgetStoreException>(async () => await store.DecideAsync(Of(kind)))).IsNeverAllowed);
        Assert.True(store.IsDataLost);
        Assert.Equal(DecisionStatus.Done, (await store.DecideAsync(Of(DecisionKind.Charge))).Status);
        await store.AcknowledgeDataLossAsync();

        Assert.False(store.IsDataLost);
        Assert.Equal(2_000_000_000, (await store.DecideAsync(Of(DecisionKind.Spend))).Counters[0].Spent);
    }

    [Fact]
    public async Task Lost_data_denies_partitions_too_that_are_met_only_afterwards()
    {
        var server = await StartServerAsync();
        var store = Store(server.Address, new() { OnDataLoss = DataLossReaction.Deny });
        var rule = new CounterRule(Limit(10m));
        Task<DecisionAnswer> SpendAsync(string partition) => store.DecideAsync(new()
        {
            Kind = DecisionKind.Spend, Partition = partition, OperationId = Guid.NewGuid().ToString("N"), CatalogVersion = "", Counters = [new(rule, "alice", 1_000_000_000, false)],
        }).AsTask();
        _ = await SpendAsync("a");
        await server.CommandAsync("FLUSHALL");

        foreach (var partition in new[] { "a", "new" })
            Assert.True((await Assert.ThrowsAsync<BudgetStoreException>(() => SpendAsync(partition))).IsNeverAllowed);
        await store.AcknowledgeDataLossAsync();

        foreach (var partition in new[] { "a", "new", "newer" })
            Assert.Equal(1_000_000_000, (await SpendAsync(partition)).Counters[0].Spent);
    }

    [Fact]
    public async Task Too_few_replicas_undo_a_reservation_and_leave_a_charge_unconfirmed()
    {
        var server = await StartServerAsync();
        var firewall = Firewall(server.Address, options => options.Budgets.Add(Limit(100m)), redis =>
        {
            redis.WaitForReplicas = 1;
            redis.ReplicaTimeout = TimeSpan.FromMilliseconds(50);
        });

        var reservation = await firewall.TryReserveAsync(Call(5m));
        var charge = await Assert.ThrowsAsync<ChargeUnconfirmedException>(async () => await firewall.ChargeAsync(Call(1m, "c")));

        Assert.Equal(DecisionOutcome.StoreUnavailable, reservation.Decision.Outcome);
        Assert.True(charge.MayHaveHappened);
        var state = Assert.Single((await firewall.GetStatusAsync(BudgetScope.User("alice"))).Budgets);
        Assert.Equal((1m, 0m), (state.Spent, state.Held));
    }

    [Fact]
    public async Task A_reservation_that_was_undone_for_lack_of_replicas_is_taken_anew_when_it_is_asked_for_again()
    {
        var server = await StartServerAsync();
        var strict = Firewall(server.Address, options => options.Budgets.Add(Limit(10m)), redis =>
        {
            redis.WaitForReplicas = 1;
            redis.ReplicaTimeout = TimeSpan.FromMilliseconds(50);
        });
        var lenient = Firewall(server.Address, options => options.Budgets.Add(Limit(10m)));
        Assert.False((await strict.TryReserveAsync(Call(6m, "r"))).IsGranted);
        await lenient.ReserveAsync(Call(5m));

        Assert.Equal(DecisionOutcome.BudgetExceeded, (await lenient.TryReserveAsync(Call(6m, "r"))).Decision.Outcome);
        var reservation = await lenient.ReserveAsync(Call(5m, "r"));
        await reservation.CommitAsync(5m);

        Assert.Equal(5m, await SpentAsync(lenient));
    }

    [Fact]
    public async Task A_reservation_that_was_asked_for_again_meanwhile_is_not_undone_for_lack_of_replicas()
    {
        var server = await StartServerAsync();
        var strict = Impatient(server.Address, redis =>
        {
            redis.WaitForReplicas = 1;
            redis.ReplicaTimeout = TimeSpan.FromSeconds(2);
        });
        var lenient = Firewall(server.Address, options => options.Budgets.Add(Limit(1_000m)));

        var denied = await strict.TryReserveAsync(Call(5m, "r"));
        var reservation = await lenient.ReserveAsync(Call(5m, "r"));
        Assert.True(await EventuallyAsync(
            async () => ((string)(await server.CommandAsync("INFO", "clients"))!).Contains("blocked_clients:0", StringComparison.Ordinal), TimeSpan.FromSeconds(30)));
        // What would undo it comes over the connection on which this call stands behind it.
        _ = await strict.GetStatusAsync(BudgetScope.User("alice"));
        await reservation.CommitAsync(5m);

        Assert.Equal(DecisionOutcome.StoreUnavailable, denied.Decision.Outcome);
        Assert.Equal(5m, await SpentAsync(lenient));
    }

    [Fact]
    public async Task A_charge_that_is_repeated_from_elsewhere_is_confirmed_only_when_replicas_have_it()
    {
        var (primary, replica) = await StartReplicatedAsync();
        var address = $"{primary.Address},{replica.Address}";
        IBudgetFirewall Strict() => Firewall(address, options => options.Budgets.Add(Limit(100m)), redis =>
        {
            redis.WaitForReplicas = 1;
            redis.ReplicaTimeout = TimeSpan.FromMilliseconds(500);
        });
        var (first, second) = (Strict(), Strict());
        foreach (var firewall in new[] { first, second })
            Assert.True(await EventuallyAsync(() => IsChargedAsync(firewall, "before"), TimeSpan.FromSeconds(30)));
        await replica.PauseAsync();

        Assert.False(await IsChargedAsync(first, "c"));
        Assert.False(await IsChargedAsync(second, "c"));
        await replica.ResumeAsync();

        Assert.True(await EventuallyAsync(() => IsChargedAsync(second, "c"), TimeSpan.FromSeconds(30)));
        Assert.Equal(2m, await SpentAsync(first));
    }

    [Fact]
    public async Task A_write_that_a_replica_has_confirmed_survives_the_primary_and_the_replica_takes_over()
    {
        var (primary, replica) = await StartReplicatedAsync();
        var firewall = Firewall($"{primary.Address},{replica.Address}", options => options.Budgets.Add(Limit(100m)), redis =>
        {
            redis.WaitForReplicas = 1;
            // A busy machine must not look like a replica that is missing.
            redis.ReplicaTimeout = TimeSpan.FromSeconds(20);
        });
        for (var i = 0; i < 20; i++)
            await firewall.SpendAsync(Call(1m));

        await primary.KillAsync();
        await replica.CommandAsync("REPLICAOF", "NO", "ONE");
        var onReplica = Firewall(replica.Address, options => options.Budgets.Add(Limit(100m)));

        Assert.Equal(20m, await SpentAsync(onReplica));
    }

    [Fact]
    public async Task A_failover_by_a_Sentinel_is_followed_and_back()
    {
        var (first, second) = await StartReplicatedAsync();
        await using var sentinel = await RedisSentinel.StartAsync(first);
        Assert.True(await EventuallyAsync(() => sentinel.KnowsAsync(second), TimeSpan.FromSeconds(60)));
        var firewall = Impatient($"{first.Address},{second.Address}", redis => redis.WaitForReplicas = 1);
        Assert.True(await EventuallyAsync(() => IsChargedAsync(firewall, "before"), TimeSpan.FromSeconds(60)));

        await FailOverAsync(first, second, firewall, "first");
        await FailOverAsync(second, first, firewall, "second");

        Assert.Equal(5m, await SpentAsync(firewall));
    }

    // Charges one while there is one server, and one when the other is back as its replica.
    private static async Task FailOverAsync(RedisServer primary, RedisServer replica, IBudgetFirewall firewall, string name)
    {
        await primary.KillAsync();
        Assert.True(await EventuallyAsync(() => HasRoleAsync(replica, "master"), TimeSpan.FromSeconds(60)));
        // Nothing can confirm a write yet, but it may have been written.
        Assert.True(await EventuallyAsync(async () => await ChargeAsync(firewall, name) is { MayHaveHappened: true }, TimeSpan.FromSeconds(60)));
        await primary.RunAsync();
        Assert.True(await EventuallyAsync(() => HasRoleAsync(primary, "slave"), TimeSpan.FromSeconds(60)));
        Assert.True(await EventuallyAsync(() => IsChargedAsync(firewall, name), TimeSpan.FromSeconds(60)));
        Assert.True(await EventuallyAsync(() => IsChargedAsync(firewall, name + " again"), TimeSpan.FromSeconds(60)));
    }

    private static async Task<bool> HasRoleAsync(RedisServer server, string role)
    {
        try
        {
            // A server that is given another role ends its connections, and the client (1.2.6) may never try again: so a new one each time.
            using var connection = await ConnectionMultiplexer.ConnectAsync(server.Address);
            return ((string)(await connection.GetDatabase().ExecuteAsync("INFO", "replication"))!).Contains("role:" + role, StringComparison.Ordinal);
        }
        catch (RedisConnectionException)
        {
            return false;
        }
    }

    private async Task<(RedisServer Primary, RedisServer Replica)> StartReplicatedAsync()
    {
        var primary = await StartServerAsync("--repl-diskless-sync-delay", "0");
        var replica = await StartServerAsync("--replicaof", "127.0.0.1", primary.Port.ToString(CultureInfo.InvariantCulture), "--repl-diskless-sync-delay", "0");
        Assert.True(await EventuallyAsync(
            async () => ((string)(await primary.CommandAsync("INFO", "replication"))!).Contains("state=online", StringComparison.Ordinal), TimeSpan.FromSeconds(30)));
        return (primary, replica);
    }

    private IBudgetFirewall Impatient(string address, Action<RedisBudgetStoreOptions>? redis = null) => Firewall(
        address,
        options =>
        {
            options.Budgets.Add(Limit(1_000m));
            options.StoreTimeout = TimeSpan.FromSeconds(1);
        },
        redis);

    private static async Task<bool> IsChargedAsync(IBudgetFirewall firewall, string id) => await ChargeAsync(firewall, id) is null;

    private static async Task<ChargeUnconfirmedException?> ChargeAsync(IBudgetFirewall firewall, string id)
    {
        try
        {
            await firewall.ChargeAsync(Call(1m, id));
            return null;
        }
        catch (ChargeUnconfirmedException e)
        {
            return e;
        }
    }

    private static async Task<bool> EventuallyAsync(Func<Task<bool>> condition, TimeSpan patience)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < patience; await Task.Delay(25))
        {
            if (await condition())
                return true;
        }
        return false;
    }
}
