using System.Diagnostics;
using System.Globalization;
using BudgetFirewall.Conformance;
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
        await ConnectedAsync(firewall);
        await firewall.SpendAsync(Call(3m));
        await server.KillAsync();

        var away = await firewall.TrySpendAsync(Call(1m));
        var charge = (await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(1m, "c"))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;
        await server.RunAsync();
        var back = await EventuallyAsync(async () => (await firewall.TrySpendAsync(Call(2m, "back"))).IsAllowed, TimeSpan.FromMinutes(1));

        away.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        charge.OperationId.Should().Be("c");
        back.Should().BeTrue();
        (await EventuallyAsync(() => IsChargedAsync(firewall, "c"), TimeSpan.FromMinutes(1))).Should().BeTrue();
        (await SpentAsync(firewall)).Should().Be(6m);
        Log.Entries.Should().NotContain(entry => entry.Event == 300);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_with_its_address_and_the_cause_in_the_exception()
    {
        var server = await StartServerAsync();
        var address = server.Address;
        await server.KillAsync();
        var firewall = Firewall(address, options => options.Budgets.Add(Limit(10m)));

        var denied = (await FluentActions.Awaiting(async () => await firewall.SpendAsync(Call(1m))).Should().ThrowExactlyAsync<StoreUnavailableException>()).Which;

        denied.InnerException.Should().BeOfType<BudgetStoreException>().And.BeSameAs(denied.Decision.StoreFailure);
        denied.Message.Should().Contain("Redis cannot be reached: check that the server runs and that address and port are right.").And.Contain("UnableToConnect").And.Contain(address);
    }

    [Fact]
    public async Task Lost_data_is_reported_and_decisions_go_on_from_zero()
    {
        var server = await StartServerAsync();
        var firewall = Firewall(server.Address, options => options.Budgets.Add(Limit(10m)));
        await firewall.SpendAsync(Call(10m));
        await server.CommandAsync("FLUSHALL");

        (await firewall.TrySpendAsync(Call(4m))).IsAllowed.Should().BeTrue();
        (await firewall.TrySpendAsync(Call(4m))).IsAllowed.Should().BeTrue();

        Log.Entries.Where(entry => entry is { Level: LogLevel.Error, Event: 300 }).Should().ContainSingle();
    }

    [Fact]
    public async Task Lost_data_is_an_event()
    {
        var server = await StartServerAsync();
        var events = new System.Collections.Concurrent.ConcurrentQueue<BudgetEvent>();
        await using var firewall = new BudgetFirewallBuilder()
            .Configure(options => options.Budgets.Add(Limit(10m)))
            .UseRedis(server.Address)
            .AddEventChannel((e, _) =>
            {
                events.Enqueue(e);
                return default;
            })
            .Build();
        (await EventuallyAsync(async () => (await firewall.TrySpendAsync(Call(1m))).IsAllowed, TimeSpan.FromMinutes(1))).Should().BeTrue();

        await server.CommandAsync("FLUSHALL");

        (await EventuallyAsync(async () =>
        {
            await firewall.TrySpendAsync(Call(1m));
            return events.Any(e => e.Type == BudgetEventTypes.DataLost && e.Severity == BudgetEventSeverity.Error && e.Data.Cause!.Contains("bf", StringComparison.Ordinal));
        }, TimeSpan.FromMinutes(1))).Should().BeTrue();
    }

    [Fact]
    public async Task Lost_data_denies_until_it_is_acknowledged_while_charges_are_still_recorded()
    {
        var server = await StartServerAsync();
        var store = Store(server.Address, new() { OnDataLoss = DataLossReaction.Deny });
        var rule = new CounterRule(Limit(10m));
        DecisionCall Of(DecisionKind kind) => new()
        {
            Kind = kind, OperationId = Guid.NewGuid().ToString("N"), CatalogVersion = "", Limits = [LimitDemand.OfBudget(rule, "alice", 1_000_000_000, isUnknown: false)],
        };
        _ = await store.DecideAsync(Of(DecisionKind.Spend));
        await server.CommandAsync("FLUSHALL");

        foreach (var kind in new[] { DecisionKind.Spend, DecisionKind.Check, DecisionKind.Spend })
            ((await FluentActions.Awaiting(async () => await store.DecideAsync(Of(kind))).Should().ThrowExactlyAsync<BudgetStoreException>()).Which).IsNeverAllowed.Should().BeTrue();
        store.IsDataLost.Should().BeTrue();
        (await store.DecideAsync(Of(DecisionKind.Charge))).Status.Should().Be(DecisionStatus.Done);
        await store.AcknowledgeDataLossAsync();

        store.IsDataLost.Should().BeFalse();
        (await store.DecideAsync(Of(DecisionKind.Spend))).Readings[0].Spent.Should().Be(2_000_000_000);
    }

    [Fact]
    public async Task Lost_data_denies_partitions_too_that_are_met_only_afterwards()
    {
        var server = await StartServerAsync();
        var store = Store(server.Address, new() { OnDataLoss = DataLossReaction.Deny });
        var rule = new CounterRule(Limit(10m));
        Task<DecisionAnswer> SpendAsync(string partition) => store.DecideAsync(new()
        {
            Kind = DecisionKind.Spend, Partition = partition, OperationId = Guid.NewGuid().ToString("N"), CatalogVersion = "", Limits = [LimitDemand.OfBudget(rule, "alice", 1_000_000_000, isUnknown: false)],
        }).AsTask();
        _ = await SpendAsync("a");
        await server.CommandAsync("FLUSHALL");

        foreach (var partition in new[] { "a", "new" })
            ((await FluentActions.Awaiting(() => SpendAsync(partition)).Should().ThrowExactlyAsync<BudgetStoreException>()).Which).IsNeverAllowed.Should().BeTrue();
        await store.AcknowledgeDataLossAsync();

        foreach (var partition in new[] { "a", "new", "newer" })
            (await SpendAsync(partition)).Readings[0].Spent.Should().Be(1_000_000_000);
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
        var charge = (await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(1m, "c"))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;

        reservation.Decision.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        charge.MayHaveHappened.Should().BeTrue();
        var state = (await firewall.GetStatusAsync(BudgetScope.User("alice"))).Budgets.Should().ContainSingle().Which;
        (state.Spent, state.Held).Should().Be((1m, 0m));
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
        (await strict.TryReserveAsync(Call(6m, "r"))).IsGranted.Should().BeFalse();
        await lenient.ReserveAsync(Call(5m));

        (await lenient.TryReserveAsync(Call(6m, "r"))).Decision.Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        var reservation = await lenient.ReserveAsync(Call(5m, "r"));
        await reservation.CommitAsync(5m);

        (await SpentAsync(lenient)).Should().Be(5m);
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
        await ConnectedAsync(strict);

        var denied = await strict.TryReserveAsync(Call(5m, "r"));
        var reservation = await lenient.ReserveAsync(Call(5m, "r"));
        (await EventuallyAsync(
            async () => ((string)(await server.CommandAsync("INFO", "clients"))!).Contains("blocked_clients:0", StringComparison.Ordinal), TimeSpan.FromMinutes(1))).Should().BeTrue();
        // What would undo it comes over the connection on which this call stands behind it.
        _ = await strict.GetStatusAsync(BudgetScope.User("alice"));
        await reservation.CommitAsync(5m);

        denied.Decision.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (await SpentAsync(lenient)).Should().Be(5m);
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
            (await EventuallyAsync(() => IsChargedAsync(firewall, "before"), TimeSpan.FromMinutes(1))).Should().BeTrue();
        await replica.PauseAsync();

        (await IsChargedAsync(first, "c")).Should().BeFalse();
        (await IsChargedAsync(second, "c")).Should().BeFalse();
        await replica.ResumeAsync();

        (await EventuallyAsync(() => IsChargedAsync(second, "c"), TimeSpan.FromMinutes(1))).Should().BeTrue();
        (await SpentAsync(first)).Should().Be(2m);
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

        (await SpentAsync(onReplica)).Should().Be(20m);
    }

    [Fact]
    public async Task A_failover_by_a_Sentinel_is_followed_and_back()
    {
        var (first, second) = await StartReplicatedAsync();
        await using var sentinel = await StartSentinelAsync(first, second);

        await FailOverAndBackAsync(first, second, $"{first.Address},{second.Address}");
    }

    [Fact]
    public async Task A_failover_by_a_Sentinel_is_followed_and_back_where_only_Sentinel_and_the_service_name_are_given()
    {
        var (first, second) = await StartReplicatedAsync();
        await using var sentinel = await StartSentinelAsync(first, second);

        await FailOverAndBackAsync(first, second, $"{sentinel.Address},serviceName={RedisSentinel.ServiceName}");
    }

    private static async Task<RedisSentinel> StartSentinelAsync(RedisServer primary, RedisServer replica)
    {
        var sentinel = await RedisSentinel.StartAsync(primary);
        (await EventuallyAsync(() => sentinel.KnowsAsync(replica), TimeSpan.FromSeconds(60))).Should().BeTrue();
        return sentinel;
    }

    private async Task FailOverAndBackAsync(RedisServer first, RedisServer second, string address)
    {
        var firewall = Impatient(address, redis => redis.WaitForReplicas = 1);
        (await EventuallyAsync(() => IsChargedAsync(firewall, "before"), TimeSpan.FromSeconds(60))).Should().BeTrue();

        await FailOverAsync(first, second, firewall, "first");
        await FailOverAsync(second, first, firewall, "second");

        (await SpentAsync(firewall)).Should().Be(5m);
    }

    // Charges one while there is one server, and one when the other is back as its replica.
    private static async Task FailOverAsync(RedisServer primary, RedisServer replica, IBudgetFirewall firewall, string name)
    {
        await primary.KillAsync();
        (await EventuallyAsync(() => HasRoleAsync(replica, "master"), TimeSpan.FromSeconds(60))).Should().BeTrue();
        // Nothing can confirm a write yet, but it may have been written.
        (await EventuallyAsync(async () => await ChargeAsync(firewall, name) is { MayHaveHappened: true }, TimeSpan.FromSeconds(60))).Should().BeTrue();
        await primary.RunAsync();
        (await EventuallyAsync(() => HasRoleAsync(primary, "slave"), TimeSpan.FromSeconds(60))).Should().BeTrue();
        (await EventuallyAsync(() => IsChargedAsync(firewall, name), TimeSpan.FromSeconds(60))).Should().BeTrue();
        (await EventuallyAsync(() => IsChargedAsync(firewall, name + " again"), TimeSpan.FromSeconds(60))).Should().BeTrue();
    }

    [Fact]
    public async Task A_server_that_is_slow_to_say_that_it_has_forgotten_its_scripts_is_sent_them_for_as_long_as_the_caller_waits()
    {
        var server = await StartServerAsync();
        var clock = new ManualTimeProvider(DateTimeOffset.UtcNow);
        var store = Store(server.Address, timeout: TimeSpan.FromSeconds(10), clock: clock);
        await store.FindReservationAsync(null, null, "first");
        await server.CommandAsync("SCRIPT", "FLUSH");
        await server.PauseAsync();

        var slow = store.FindReservationAsync(null, null, "second").AsTask();
        clock.Advance(TimeSpan.FromSeconds(9));
        await server.ResumeAsync();

        (await slow).Should().BeNull();
    }

    private static async Task<bool> HasRoleAsync(RedisServer server, string role)
    {
        try
        {
            return ((string)(await server.CommandAsync("INFO", "replication"))!).Contains("role:" + role, StringComparison.Ordinal);
        }
        // A server that is given another role ends its connections.
        catch (RedisConnectionException)
        {
            return false;
        }
    }

    private async Task<(RedisServer Primary, RedisServer Replica)> StartReplicatedAsync()
    {
        var primary = await StartServerAsync("--repl-diskless-sync-delay", "0");
        var replica = await StartServerAsync("--replicaof", "127.0.0.1", primary.Port.ToString(CultureInfo.InvariantCulture), "--repl-diskless-sync-delay", "0");
        (await EventuallyAsync(
            async () => ((string)(await primary.CommandAsync("INFO", "replication"))!).Contains("state=online", StringComparison.Ordinal), TimeSpan.FromMinutes(1))).Should().BeTrue();
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

    /// <summary>Waits until a firewall has reached its server, which takes longer than an impatient one waits where the machine is busy.</summary>
    private static async Task ConnectedAsync(IBudgetFirewall firewall) => (await EventuallyAsync(
        async () =>
        {
            try
            {
                await firewall.GetStatusAsync(BudgetScope.User("alice"));
                return true;
            }
            catch (BudgetStoreException)
            {
                return false;
            }
        },
        TimeSpan.FromMinutes(1))).Should().BeTrue();

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
