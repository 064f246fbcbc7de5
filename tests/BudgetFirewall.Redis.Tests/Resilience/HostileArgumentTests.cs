using System.Globalization;
using System.Text;
using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall.Redis.Tests;

/// <summary>
/// Scripts called directly, with arguments that no client of ours would send: everything is checked before the first write, so that a call that fails has changed nothing,
/// and what a call has left behind can be read.
/// </summary>
public sealed class HostileArgumentTests : OwnServerTests
{
    // Answers with all there is: keys, expiries and values.
    private const string EverythingScript = """
        local keys, all = redis.call('KEYS', '*'), {}
        table.sort(keys)
        for i, key in ipairs(keys) do
          all[i * 3 - 2], all[i * 3 - 1], all[i * 3] = key, tostring(redis.call('PEXPIRETIME', key)), redis.call('DUMP', key)
        end
        return all
        """;

    private static readonly byte[][] Hostile =
    [
        .. new[] { "", "0", "-1", "1", "33", "0x10", " 1", "1.5", "1e400", "nan", "9007199254740993", "9223372036854775807", "99999999999999999999", "abc" }.Select(Encoding.ASCII.GetBytes),
        [.. Enumerable.Repeat((byte)0xFF, 500)], [.. Enumerable.Repeat((byte)'9', 20_000)],
    ];

    [Fact]
    public async Task A_script_that_fails_has_changed_nothing_and_none_leaves_what_cannot_be_read()
    {
        using var clock = new ServerClock();
        await using var server = await RedisServer.StartAsync(clock);
        clock.MoveTo(new DateTimeOffset(2026, 3, 4, 9, 30, 15, TimeSpan.Zero));
        var calls = await RecordAsync(server);
        calls.Select(call => call.Script).Distinct().Count().Should().Be(23);

        var failures = new List<string>();
        var readStatus = calls.First(call => call.Script == "status").Command;
        foreach (var call in calls)
        {
            // A hash whose fields share a bucket is dumped in another order once it was restored.
            await RestoreAsync(server, call.Before);
            var restored = await EverythingAsync(server);
            for (var i = 3 + call.Keys; i < call.Command.Length; i++)
            {
                foreach (var value in Hostile)
                {
                    var error = await ErrorAsync(server, [.. call.Command[..i], value, .. call.Command[(i + 1)..]]);
                    if (await EverythingAsync(server) is var after && restored.SequenceEqual(after, StringComparer.Ordinal))
                        continue;
                    var what = $"{call.Script} ARGV[{i - 2 - call.Keys}] = {Text(value)}";
                    if (error is not null)
                        failures.Add($"{what} failed half-way: {error}");
                    else if (await ErrorAsync(server, readStatus) is { } unreadable && unreadable.StartsWith("BFCORRUPT", StringComparison.Ordinal))
                        failures.Add($"{what} left behind: {unreadable}");
                    await RestoreAsync(server, call.Before);
                }
            }
            (await ErrorAsync(server, call.Command)).Should().BeNull();
        }

        failures.Should().BeEmpty();
    }

    private sealed record Recorded(string Script, byte[][] Command, int Keys, string[] Before);

    /// <summary>Every script as a firewall calls it, with what was there before.</summary>
    private async Task<IReadOnlyList<Recorded>> RecordAsync(RedisServer server)
    {
        var firewall = Firewall(server.Address, options =>
        {
            options.Budgets.Add(Limit(100m));
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 100m, Period = BudgetPeriod.None });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("team"), Limit = 100m, LimitFromUsage = new() { Periods = 2, Floor = 1m, Ceiling = 50m } });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("project"), Limit = 1m, Enforcement = Enforcement.Escalate, Period = BudgetPeriod.Hour, Operations = ["escalated"] });
            options.RateLimits.Add(new RateLimit { Scope = BudgetScope.User("alice"), Capacity = 1_000m, RefillPerSecond = 1m, Adaptive = new() { Floor = 0.5m, GrowthPerSecond = 0.1m } });
            options.RateLimits.Add(RateLimit.FixedWindow(BudgetScope.User("alice"), 1_000, TimeSpan.FromMinutes(1)) with { Id = "fixed" });
            options.RateLimits.Add(RateLimit.SlidingWindow(BudgetScope.User("alice"), 1_000, TimeSpan.FromMinutes(1)) with { Id = "sliding", Unit = UsageUnits.Request });
            options.RateLimits.Add(RateLimit.LeakyBucket(BudgetScope.Project("queued"), ratePerSecond: 0.05m));
            options.RateLimits.Add(RateLimit.LeakyBucket(BudgetScope.Project("checked"), ratePerSecond: 0.05m));
        }, configure => configure.KeyPrefix = "h");
        BudgetReservation reservation = null!;
        BudgetReservation other = null!;
        using var cancelling = new CancellationTokenSource();
        Task waiting = null!;
        Func<Task>[] steps =
        [
            async () => await firewall.Budgets.SetAsync(new Budget { Scope = BudgetScope.Project("search"), Limit = 1m }),
            async () => await firewall.RateLimits.ReportAsync(Call(5m, "adapt"), new() { IsOverloaded = true }),
            async () => reservation = await firewall.ReserveAsync(Call(5m, "r1")),
            async () => other = await firewall.ReserveAsync(Call(5m, "r2")),
            async () => await firewall.CheckAsync(Call(1m, "k")),
            async () => await firewall.SpendAsync(Call(1m, "s")),
            async () => await firewall.ChargeAsync(Call(1m, "c")),
            async () => await firewall.CheckAsync(Call(1m) with { ProjectId = "checked" }),
            async () => await GiveUpWaitingAsync(firewall, "checked"),
            async () => await firewall.ReserveAsync(Call(1m, "at once") with { ProjectId = "queued" }),
            async () =>
            {
                waiting = firewall.ReserveAsync(Call(1m, "waits") with { ProjectId = "queued" }, cancelling.Token).AsTask();
                await Eventually.HoldsAsync(async () => (await firewall.GetStatusAsync(BudgetScope.Project("queued"))).RateLimits[0].QueueLength > 1);
            },
            async () =>
            {
                await cancelling.CancelAsync();
                await waiting.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
            },
            async () => await firewall.GetStatusAsync(BudgetScope.User("alice")),
            async () => await reservation.ExtendAsync(TimeSpan.FromMinutes(20)),
            async () => await firewall.CommitAsync(reservation.Id, 3m),
            async () => await other.ReleaseAsync(),
            .. AmountSteps(firewall, Store(server.Address, new() { KeyPrefix = "h" })),
            .. ApprovalSteps(firewall),
            async () => await firewall.Budgets.ResetAsync(Limit(100m).Id, BudgetScope.User("alice")),
            async () => await firewall.Budgets.RemoveAsync("project=search/day"),
            async () => await firewall.ChargeAsync(Call(1m, "team") with { Dimensions = new Dictionary<string, string> { ["team"] = "one" } }),
            async () => await server.CommandAsync("COPY", "{h:default}:v1:c:team/day:one:20260304", "{h:default}:v1:c:team/day:two:20260303"),
            async () => await firewall.CheckAsync(Call(1m) with { Dimensions = new Dictionary<string, string> { ["team"] = "two" } }),
        ];
        var recorded = new List<Recorded>();
        foreach (var step in steps)
        {
            var before = await EverythingAsync(server);
            await server.CommandAsync("SCRIPT", "FLUSH");
            using var recorder = await CommandRecorder.StartAsync(server);
            await Eventually.HoldsAsync(async () => ((string)(await server.CommandAsync("CLIENT", "LIST"))!).Contains("flags=O", StringComparison.Ordinal));
            await step();
            await server.CommandAsync("ECHO", "that-was-it");
            foreach (var command in await recorder.UntilAsync("that-was-it"))
            {
                if (Is(command[0], "EVAL"))
                    recorded.Add(new(NameOf(command[1]), command, int.Parse(Encoding.ASCII.GetString(command[2]), CultureInfo.InvariantCulture), before));
            }
        }
        return recorded;
    }

    private static BudgetAllowance Allowance(decimal amount, string id) => new() { BudgetId = Limit(100m).Id, Scope = BudgetScope.User("alice"), Amount = amount, Reason = "a test", OperationId = id };

    private static CorrectionCall Correction() => new()
    {
        CorrectionId = "x",
        Counters = [new("user/day", BudgetScope.User("alice"), Unit: null, new(2026, 3, 4, 0, 0, 0, DateTimeKind.Utc), 500_000_000), new("global/none", BudgetScope.Global, Unit: null, DateTime.MinValue, 500_000_000)],
        Retention = TimeSpan.FromHours(1),
        NotAfter = DateTimeOffset.MaxValue,
        Fingerprint = 1,
    };

    /// <summary>Checks a request that has to wait for its turn, and cancels it meanwhile.</summary>
    private static async Task GiveUpWaitingAsync(IBudgetFirewall firewall, string project)
    {
        using var cancelling = new CancellationTokenSource();
        var check = firewall.CheckAsync(Call(1m) with { ProjectId = project }, cancelling.Token).AsTask();
        await Eventually.HoldsAsync(async () => (await firewall.GetStatusAsync(BudgetScope.Project(project))).RateLimits[0].QueueLength > 1);
        await cancelling.CancelAsync();
        await check.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
    }

    private static bool Is(byte[] argument, string text) => string.Equals(Encoding.Latin1.GetString(argument), text, StringComparison.OrdinalIgnoreCase);

    // A script's second line begins with its name.
    private static string NameOf(byte[] script) => Encoding.UTF8.GetString(script).Split('\n')[1].Split(':')[0][3..];

    private static async Task<string?> ErrorAsync(RedisServer server, byte[][] command)
    {
        try
        {
            await server.CommandAsync(Encoding.ASCII.GetString(command[0]), [.. command[1..]]);
            return null;
        }
        catch (RedisServerException e)
        {
            return e.Message;
        }
    }

    /// <summary>Key, expiry and value of each key in turn, bytes as characters.</summary>
    private static async Task<string[]> EverythingAsync(RedisServer server) =>
        [.. ((RedisResult[])(await server.CommandAsync("EVAL", EverythingScript, "0"))!).Select(part => Encoding.Latin1.GetString((byte[])part!))];

    private static async Task RestoreAsync(RedisServer server, string[] everything)
    {
        await server.CommandAsync("FLUSHALL");
        foreach (var part in everything.Chunk(3))
        {
            var (expiry, value) = (part[1] == "-1" ? "0" : part[1], Encoding.Latin1.GetBytes(part[2]));
            await server.CommandAsync("RESTORE", [Encoding.Latin1.GetBytes(part[0]), expiry, value, .. part[1] == "-1" ? Array.Empty<object>() : ["ABSTTL"]]);
        }
    }

    private static string Text(byte[] value) => value.Length > 30 ? $"{value.Length} times {value[0]}" : $"'{Encoding.Latin1.GetString(value)}'";

    private static Func<Task>[] AmountSteps(IBudgetFirewall firewall, RedisBudgetStore store) =>
    [
        async () => await firewall.Budgets.GrantAsync(Allowance(5m, "given")),
        async () => await firewall.Budgets.RevokeAsync(Allowance(2m, "taken")),
        async () => await store.CorrectAsync(Correction()),
    ];

    private static Func<Task>[] ApprovalSteps(IBudgetFirewall firewall)
    {
        IReadOnlyList<Approval> pending = [];
        return
        [
            async () => await firewall.TrySpendAsync(new() { Provider = "openai", ProjectId = "one", Operation = "escalated", Cost = 2m }),
            async () => await firewall.TrySpendAsync(new() { Provider = "openai", ProjectId = "two", Operation = "escalated", Cost = 2m }),
            async () => pending = (await firewall.Approvals.ListAsync(10, cursor: null)).Items,
            async () => await firewall.Approvals.ApproveAsync(pending[0].Id, 1m, by: "bob"),
            async () => await firewall.Approvals.DenyAsync(pending[1].Id),
        ];
    }
}
