using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Reliability;

/// <summary>Rows 17 to 19: the server is full, evicts, lacks replicas or permissions, or cannot write to its disk.</summary>
public sealed class LimitScenarios : Scenario
{
    private static readonly BudgetRequest Call = new() { Provider = "load", Cost = 1m };

    [Fact]
    public Task A_full_server_denies_reservations_unchanged_and_records_every_commit() => RunAsync(17, async () =>
    {
        var (open, denied) = (Soak.Times(50, 1_000), Soak.Times(50, 1_000));
        var server = await StartServerAsync();
        var firewall = Firewall(server.Address, Configure);
        var reservations = new List<BudgetReservation>();
        for (var i = 0; i < open; i++)
            reservations.Add(await firewall.ReserveAsync(Call));
        await server.CommandAsync("CONFIG", "SET", "maxmemory", "1mb");
        var before = await Snapshot.TakeAsync(server);
        for (var i = 0; i < denied; i++)
            (await firewall.TryReserveAsync(Call)).Decision.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);

        await Snapshot.AssertUnchangedAsync(server, before);
        foreach (var reservation in reservations)
            await reservation.CommitAsync(0.25m);
        await firewall.ChargeAsync(Call);
        await server.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        (await TotalsAsync(firewall)).Should().Be(((open * 0.25m) + 1m, 0m));
        return Text($"{denied:N0} reservations denied, all {before.Count:N0} keys the same; {open:N0} of {open:N0} commits recorded");
    });

    [Theory]
    [InlineData("allkeys-lru")]
    [InlineData("volatile-ttl")]
    public Task A_server_that_evicts_is_reported_as_an_error_on_the_first_connection(string policy) => RunAsync(18, async () =>
    {
        var server = await StartServerAsync("--maxmemory", "100mb", "--maxmemory-policy", policy);
        var firewall = Firewall(server.Address, Configure);
        await firewall.SpendAsync(Call);

        Log.Entries.Where(entry => entry is { Level: LogLevel.Error, Event: 302 } && entry.Text.Contains(policy, StringComparison.Ordinal)).Should().ContainSingle();
        return Text($"`{policy}`: one error at the first call");
    });

    [Theory]
    [InlineData("too few replicas", false)]
    [InlineData("a disk that fails", false)]
    [InlineData("a missing permission", true)]
    [InlineData("a missing password", true)]
    public Task A_server_that_refuses_to_write_is_told_apart_and_wrong_set_up_never_fails_open(string fault, bool isSetUp) => RunAsync(19, async () =>
    {
        var server = await StartServerAsync();
        var firewall = Firewall(server.Address, Configure);
        await firewall.SpendAsync(Call);
        var before = await Snapshot.TakeAsync(server);
        await BreakAsync(server, fault);
        var open = Firewall(server.Address, options =>
        {
            Configure(options);
            options.FailureMode = FailureMode.Allow;
        });

        (await firewall.TryReserveAsync(Call)).Decision.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (await firewall.TrySpendAsync(Call)).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        var unconfirmed = (await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;
        var degraded = await open.TrySpendAsync(Call);

        (degraded.IsAllowed && degraded.IsDegraded).Should().Be(!isSetUp);
        unconfirmed.MayHaveHappened.Should().BeFalse();
        await Snapshot.AssertUnchangedAsync(server, before);
        return Text($"{fault}: nothing written; with `FailureMode.Allow` {(isSetUp ? "still denied" : "let through and flagged")}");
    });

    private static void Configure(BudgetFirewallOptions options)
    {
        options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 1_000_000m, Period = BudgetPeriod.Year });
        options.ReservationLease = TimeSpan.FromHours(1);
        // A busy machine is slow, not away; and until the client has tried to log in, a wrong password looks like a server that is.
        options.StoreTimeout = TimeSpan.FromSeconds(15);
    }

    // The admin's own connections have logged in before and keep what they may do.
    private static async Task BreakAsync(RedisServer server, string fault)
    {
        switch (fault)
        {
            case "too few replicas":
                await server.CommandAsync("CONFIG", "SET", "min-replicas-to-write", "1");
                break;
            case "a disk that fails":
                await server.CommandAsync("CONFIG", "SET", "save", "3600 1000000");
                server.LoseFolder();
                await server.CommandAsync("BGSAVE");
                await Until.TrueAsync(async () => ((string)(await server.CommandAsync("INFO", "persistence"))!).Contains("rdb_last_bgsave_status:err", StringComparison.Ordinal), TimeSpan.FromMinutes(1));
                break;
            case "a missing permission":
                await server.CommandAsync("ACL", "SETUSER", "default", "-mget");
                break;
            default:
                await server.CommandAsync("CONFIG", "SET", "requirepass", "secret");
                await server.CommandAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                break;
        }
    }
}
