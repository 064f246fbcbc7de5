using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>Every store throttles as the one in memory does, to the microsecond, whatever else a request meets.</summary>
public abstract class ThrottlesAgree<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Random_calls_get_the_answers_of_the_store_in_memory(int seed)
    {
        var random = new Random(seed);
        var clock = new ManualTimeProvider(Harness.Now);
        var firewall = Harness.CreateFirewallOn(store => new WaitsAreNotWaited(new SomeGiveUp(store, new(seed))), Configure);
        await using var memory = new BudgetFirewallBuilder().Configure(Configure).UseTimeProvider(clock).WrapStore((store, _) => new WaitsAreNotWaited(new SomeGiveUp(store, new(seed)))).Build();
        var open = new List<(BudgetReservation One, BudgetReservation Other)>();
        var repeated = Enumerable.Range(0, 8).Select(id => AnyRequest(random) with { OperationId = $"again-{id}" }).ToArray();
        for (var i = 0; i < Harness.Scaled(600); i++)
        {
            await Harness.AdvanceAsync(TimeSpan.FromMicroseconds(random.Next(60) == 0 ? random.NextInt64(3_600_000_000) : random.Next(4) == 0 ? random.Next(9_000_000) : random.Next(300_000)));
            clock.MoveTo(Harness.Now);
            var because = $"of step {i} of seed {seed}";
            var request = random.Next(6) == 0 ? repeated[random.Next(repeated.Length)] : AnyRequest(random);
            if (random.Next(20) == 0)
            {
                var changed = AnyBudget(random);
                await firewall.Budgets.SetAsync(changed);
                await memory.Budgets.SetAsync(changed);
            }
            if (random.Next(12) == 0)
            {
                var feedback = new ProviderFeedback { IsOverloaded = random.Next(2) == 0, RetryAfter = random.Next(2) == 0 ? TimeSpan.FromMilliseconds(random.Next(500)) : null };
                (await firewall.RateLimits.ReportAsync(request, feedback)).Should().BeEquivalentTo(await memory.RateLimits.ReportAsync(request, feedback), because);
            }
            switch (random.Next(8))
            {
                case 0 when open.Count > 0:
                    await SettleAsync(open, random);
                    break;
                case 1:
                    request = request with { OperationId = null };
                    (await firewall.ChargeAsync(request)).Overrun.Should().Be((await memory.ChargeAsync(request)).Overrun, because);
                    break;
                case 2 or 3:
                    AssertSame(await firewall.TryCheckAsync(request), await memory.TryCheckAsync(request), because);
                    break;
                case 4:
                    request = request with { OperationId = null };
                    AssertSame(await firewall.TrySpendAsync(request), await memory.TrySpendAsync(request), because);
                    break;
                default:
                    var (one, other) = (await firewall.TryReserveAsync(request), await memory.TryReserveAsync(request));
                    AssertSame(one.Decision, other.Decision, because);
                    if (one.IsGranted && request.OperationId is null)
                        open.Add((one, other));
                    break;
            }
            var asked = AnyRequest(new(i));
            (await StatesAsync(firewall, asked)).Should().Equal(await StatesAsync(memory, asked), because);
            var (explained, expected) = (await firewall.ExplainAsync(asked), await memory.ExplainAsync(asked));
            (explained.Outcome, explained.RetryAfter).Should().Be((expected.Outcome, expected.RetryAfter), because);
            explained.Limits.Select(limit => limit.ToString()).Should().Equal(expected.Limits.Select(limit => limit.ToString()), because);
        }
    }

    private static void Configure(BudgetFirewallOptions options)
    {
        var headroom = new Dictionary<string, decimal> { ["batch"] = 0.3m };
        var (quick, slow) = (new BudgetThrottle { RatePerSecond = 1.3m, QueueLimit = 2.5m }, new BudgetThrottle { RatePerSecond = 0.7m, MaxWait = TimeSpan.FromSeconds(2) });
        var throttled = new Budget { Scope = ProviderScope, Limit = 30m, Period = BudgetPeriod.Hour, Enforcement = Enforcement.Throttle, Throttle = slow with { Ceiling = 55.5m }, PriorityHeadroom = headroom };
        options.ReservationLease = TimeSpan.FromSeconds(20);
        options.Budgets.AddRange(
        [
            throttled,
            throttled with { Scope = BudgetScope.Each("user"), Limit = 9m, Throttle = quick, TimeZone = "Asia/Kolkata", PriorityHeadroom = new Dictionary<string, decimal>() },
            throttled with { Scope = BudgetScope.User("bob"), Limit = 3m, Throttle = quick with { RatePerSecond = 0.25m }, TimeZone = "Asia/Kolkata" },
            throttled with { Limit = 40m, Unit = Record, Throttle = quick, Period = BudgetPeriod.Day },
            throttled with { Scope = BudgetScope.Project(Search), Limit = 5m, Throttle = slow with { QueueLimit = 0m }, Operations = ["write"], Schedule = [new ScheduleRow { From = new(0, 15), Until = new(23, 0), Limit = 8m }] },
            new() { Scope = BudgetScope.Each("user"), Limit = 25m, Period = BudgetPeriod.Hour, Enforcement = Enforcement.Shadow },
            new() { Scope = BudgetScope.Project(Search), Limit = 35m, Period = BudgetPeriod.Hour, PriorityHeadroom = headroom },
        ]);
        options.RateLimits.AddRange(
        [
            RateLimit.LeakyBucket(ProviderScope, 4.7m, maxWait: TimeSpan.FromSeconds(3)) with { Id = "queue" },
            RateLimit.LeakyBucket(ProviderScope, 40, queueLimit: 300) with { Unit = Record, Id = "queue of records", Adaptive = new() { Floor = 3.7m, GrowthPerSecond = 4.123m } },
            RateLimit.LeakyBucket(BudgetScope.Project(Search), 9, maxWait: TimeSpan.FromSeconds(2)) with { Adaptive = new() { Floor = 0.9m, GrowthPerSecond = 1m, LongestPause = TimeSpan.FromSeconds(1) } },
            RateLimit.SlidingWindow(ProviderScope, 15, TimeSpan.FromSeconds(2)) with { Enforcement = Enforcement.Shadow, Id = "shadow" },
        ]);
    }

    private static Budget AnyBudget(Random random)
    {
        var enforcement = random.Next(4) switch { 0 => Enforcement.Hard, 1 => Enforcement.Soft, _ => Enforcement.Throttle };
        return new()
        {
            Scope = BudgetScope.User(random.Next(2) == 0 ? "bob" : "alice"),
            Limit = random.Next(2, 12),
            Period = BudgetPeriod.Hour,
            TimeZone = "Asia/Kolkata",
            Enforcement = enforcement,
            Throttle = enforcement == Enforcement.Throttle ? new() { RatePerSecond = random.Next(1, 40) / 10m, Ceiling = random.Next(2) == 0 ? 20m : null } : null,
        };
    }

    private static BudgetRequest AnyRequest(Random random) => new()
    {
        Provider = Provider,
        Operation = random.Next(2) == 0 ? "write" : "read",
        UserId = random.Next(3) switch { 0 => "alice", 1 => "bob", _ => null },
        ProjectId = random.Next(2) == 0 ? Search : null,
        Cost = random.Next(8) switch { 0 => 0m, 1 => 7.5m, _ => random.Next(1, 2_000) / 1_000m },
        Usage = random.Next(3) == 0 ? null : Records(random.Next(10) == 0 ? 45 : random.Next(0, 4)),
        Priority = random.Next(3) == 0 ? "batch" : null,
        MaxWait = TimeSpan.FromMilliseconds(random.Next(4) * 800),
    };

    private static async Task SettleAsync(List<(BudgetReservation One, BudgetReservation Other)> open, Random random)
    {
        var (one, other) = open[random.Next(open.Count)];
        open.RemoveAll(pair => pair.One == one);
        if (random.Next(3) == 0)
        {
            await one.ReleaseAsync();
            await other.ReleaseAsync();
            return;
        }
        var cost = random.Next(3_000) / 1_000m;
        (await CommitAsync(one, cost)).Should().Be(await CommitAsync(other, cost));
    }

    private static async ValueTask<decimal?> CommitAsync(BudgetReservation reservation, decimal cost)
    {
        try
        {
            return (await reservation.CommitAsync(cost)).Overrun;
        }
        catch (ReservationNotFoundException)
        {
            return null;
        }
    }

    private static async ValueTask<List<string>> StatesAsync(IBudgetFirewall firewall, BudgetRequest request)
    {
        var status = await firewall.GetStatusAsync(request);
        return [.. status.Budgets.Select(state => $"{state} {state.QueueLength} {state.NextTurnIn}"), .. status.RateLimits.Select(state => state.ToString())];
    }

    private static void AssertSame(BudgetDecision one, BudgetDecision other, string because)
    {
        (one.Outcome, one.RetryAfter, one.Wait, one.Warnings.Count).Should().Be((other.Outcome, other.RetryAfter, other.Wait, other.Warnings.Count), because);
        one.Limits.Select(limit => limit.ToString()).Should().Equal(other.Limits.Select(limit => limit.ToString()), because);
        one.Budgets.Select(state => $"{state} {state.QueueLength} {state.NextTurnIn}").Should().Equal(other.Budgets.Select(state => $"{state} {state.QueueLength} {state.NextTurnIn}"), because);
        one.RateLimits.Select(state => state.ToString()).Should().Equal(other.RateLimits.Select(state => state.ToString()), because);
    }

    /// <summary>A store some of whose callers give up while they wait for their turns.</summary>
    private sealed class SomeGiveUp(IBudgetStore inner, Random random) : StoreDecorator(inner)
    {
        public override async ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
        {
            var answer = await base.DecideAsync(call);
            if (answer is { IsReplay: false } && answer.Wait > TimeSpan.Zero && random.Next(3) == 0)
                (await UndoAsync(call, answer)).Should().BeTrue();
            return answer;
        }
    }
}
