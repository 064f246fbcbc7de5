using System.Collections.Immutable;
using System.Globalization;
using BudgetFirewall.Benchmarks.Redis;
using BudgetFirewall.Redis.Servers;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace BudgetFirewall.Benchmarks.Ledger;

/// <summary>The server's time of commits over four budgets with an entry of a ledger, as a ratio to those without one. Rounds of both take turns.</summary>
internal static class StreamFigures
{
    private const int Rounds = 21;
    private const int Commits = 2_000;

    // About what an entry of four counters and three lines of a cost takes.
    private static readonly byte[] Entry = new byte[900];

    private static readonly CounterRule[] Rules =
    [
        new(new() { Scope = BudgetScope.Each("user"), Limit = 1_000_000m }),
        new(new() { Scope = BudgetScope.Each("project"), Limit = 1_000_000m }),
        new(new() { Scope = BudgetScope.Each("provider"), Limit = 1_000_000m, Period = BudgetPeriod.Month }),
        new(new() { Scope = BudgetScope.Global, Limit = 1_000_000m, Period = BudgetPeriod.Month }),
    ];

    public static async Task PrintAsync()
    {
        await using var server = await RedisServer.StartAsync();
        await using var plain = StoreOf(server, "plain");
        await using var recorded = StoreOf(server, "recorded");
        var entries = recorded.StreamTo(new FixedEntries());
        var ratios = new List<double>();
        var (without, with) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            without.Add(await MeasureAsync(server, plain, round));
            with.Add(await MeasureAsync(server, recorded, round));
            ratios.Add(with[^1] / without[^1]);
            while (await entries.ReadAsync(null, "benchmark", 1_000, isAgain: false) is { IsEmpty: false } read)
                await entries.RemoveAsync(null, [.. read.Select(entry => entry.Id)]);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"commit over 4 budgets, server's time: {Median(without):0.0} µs without a ledger, {Median(with):0.0} µs with one; median ratio of {Rounds} rounds {Median(ratios):0.00} ({ratios.Min():0.00} to {ratios.Max():0.00})"));
    }

    private static RedisBudgetStore StoreOf(RedisServer server, string prefix) => new(
        new() { LoggerFactory = NullLoggerFactory.Instance, KeyPrefix = prefix, StoreTimeout = TimeSpan.FromSeconds(30) }, server.Admin);

    private static async Task<double> MeasureAsync(RedisServer server, RedisBudgetStore store, int round)
    {
        var reservations = await Task.WhenAll(Enumerable.Range(0, Commits).Select(async i => (await store.DecideAsync(ReservationOf(round, i))).Reservation!));
        var before = await ServerUse.OfAsync(server);
        await Task.WhenAll(reservations.Select(async reservation => await store.SettleAsync(new()
        {
            Reservation = reservation,
            IsCommit = true,
            CostNanos = 900,
            Amounts = [.. Rules.Select(_ => 900L)],
        })));
        var used = await ServerUse.OfAsync(server) - before;
        return used.ScriptMicroseconds / used.Scripts;
    }

    private static DecisionCall ReservationOf(int round, int number) => new()
    {
        Kind = DecisionKind.Reserve,
        OperationId = string.Create(CultureInfo.InvariantCulture, $"{round}-{number}"),
        Retention = TimeSpan.FromHours(1),
        CatalogVersion = "",
        CostNanos = 1_000,
        Limits = Rules.Select(rule => LimitDemand.OfBudget(rule, rule.ScopeKind == "global" ? "global" : string.Create(CultureInfo.InvariantCulture, $"{rule.ScopeKind}-{number % 1_000}"), 1_000, false)).ToImmutableArray(),
        Lease = TimeSpan.FromMinutes(5),
        RecordRetention = TimeSpan.FromHours(1),
        Request = new() { Provider = "openai", Cost = 0.000001m },
    };

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed class FixedEntries : IEntryMaker
    {
        public ReadOnlyMemory<byte> OfCharge(DecisionCall call, DateTimeOffset now) => Entry;

        public ReadOnlyMemory<byte> OfCommit(SettleCall call, DateTimeOffset now) => Entry;

        public ReadOnlyMemory<byte> OfAllowance(AllowanceCall call, DateTimeOffset now) => Entry;

        public ReadOnlyMemory<byte> OfCorrection(CorrectionCall call, DateTimeOffset now) => Entry;

        public ReadOnlyMemory<byte> OfApproval(DecideApprovalCall call, DateTimeOffset now) => Entry;

        public ReadOnlyMemory<byte> OfChange(LimitChange change, DateTimeOffset now) => Entry;

        public ReadOnlyMemory<byte> OfReset(string? partition, CounterFamily family, string scopeId, DateTimeOffset now) => Entry;
    }
}
