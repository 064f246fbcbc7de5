using BudgetFirewall.Conformance;

namespace BudgetFirewall.Redis.Tests;

public sealed class ManyProcessesTests : OwnServerTests
{
    private const int Processes = 8;
    private const int Callers = 16;

    [Fact]
    public async Task Of_far_more_reservations_by_eight_processes_exactly_the_limit_is_granted()
    {
        var server = await StartServerAsync();
        for (var round = 0; round < Soak.Times(1, soak: 10); round++)
        {
            var results = await RunAsync(server, $"r{round}", calls: Soak.Times(100, soak: 782), limit: 10_000m, "reserve");

            results.Sum(result => result.Granted).Should().Be(10_000);
            (await ReadAsync(server, $"r{round}", 10_000m)).Should().Be((0m, 10_000m));
        }
    }

    [Fact]
    public async Task What_eight_processes_have_spent_is_the_sum_of_their_commits_to_the_nano()
    {
        var server = await StartServerAsync();
        var results = await RunAsync(server, "c", calls: Soak.Times(20, soak: 400), limit: 1_000m, "commit");

        (await ReadAsync(server, "c", 1_000m)).Should().Be((results.Sum(result => result.CommittedNanos) / 1_000_000_000m, 0m));
        results.Sum(result => result.Granted).Should().BeInRange(1_000, int.MaxValue);
    }

    [Fact]
    public async Task What_killed_processes_held_comes_back_with_the_lease_and_what_they_committed_stays()
    {
        using var clock = new ServerClock();
        await using var server = await RedisServer.StartAsync(clock);
        var workers = await StartAsync(server, "k", calls: 1_000_000, limit: 1_000_000m, "abandon");
        var firewall = Reader(server, "k", 1_000_000m);
        foreach (var worker in workers)
            worker.Go();
        (await Eventually.HoldsAsync(async () => (await ReadAsync(firewall)).Spent >= 100)).Should().BeTrue();
        var printed = 0L;
        foreach (var worker in workers)
            printed += await worker.KillAsync();

        // A lease of 5 s, and P4's bound.
        clock.MoveTo(clock.Now.AddSeconds((5 * 1.125) + 1));
        var (spent, held) = await ReadAsync(firewall);
        foreach (var worker in workers)
            worker.Dispose();

        held.Should().Be(0m);
        // Each of the callers may have had one commit on its way that it could not print any more.
        spent.Should().BeInRange(printed / 1_000_000_000m, (printed / 1_000_000_000m) + (Processes * Callers));
    }

    private static async Task<(int Granted, long CommittedNanos)[]> RunAsync(RedisServer server, string prefix, int calls, decimal limit, string mode)
    {
        var workers = await StartAsync(server, prefix, calls, limit, mode);
        foreach (var worker in workers)
            worker.Go();
        var results = await Task.WhenAll(workers.Select(worker => worker.FinishAsync()));
        foreach (var worker in workers)
            worker.Dispose();
        return results;
    }

    private static Task<WorkerProcess[]> StartAsync(RedisServer server, string prefix, int calls, decimal limit, string mode) =>
        Task.WhenAll(Enumerable.Range(0, Processes).Select(_ => WorkerProcess.StartAsync(server.Address, prefix, Callers, calls, limit, mode)));

    private Task<(decimal Spent, decimal Held)> ReadAsync(RedisServer server, string prefix, decimal limit) => ReadAsync(Reader(server, prefix, limit));

    private static async Task<(decimal Spent, decimal Held)> ReadAsync(IBudgetFirewall firewall)
    {
        var state = (await firewall.GetStatusAsync(BudgetScope.Global)).Budgets.Should().ContainSingle().Which;
        return (state.Spent, state.Held);
    }

    private IBudgetFirewall Reader(RedisServer server, string prefix, decimal limit) => Firewall(server.Address, options =>
    {
        options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = limit, Period = BudgetPeriod.Month });
        options.KeyPrefix = prefix;
    });
}
