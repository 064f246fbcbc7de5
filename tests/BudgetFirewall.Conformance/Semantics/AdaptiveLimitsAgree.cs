namespace BudgetFirewall.Conformance;

/// <summary>Every store judges by the parts of ceilings as the one in memory does, to the microsecond and to the millionth.</summary>
public abstract class AdaptiveLimitsAgree<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Random_calls_and_reports_get_the_answers_of_the_store_in_memory(int seed)
    {
        var random = new Random(seed);
        var clock = new ManualTimeProvider(Harness.Now);
        var firewall = Harness.CreateFirewallOn(store => new WaitsAreNotWaited(store), Configure);
        await using var memory = new BudgetFirewallBuilder().Configure(Configure).UseTimeProvider(clock).WrapStore((store, _) => new WaitsAreNotWaited(store)).Build();
        var open = new List<(BudgetReservation One, BudgetReservation Other)>();
        for (var i = 0; i < Harness.Scaled(600); i++)
        {
            await Harness.AdvanceAsync(TimeSpan.FromMicroseconds(random.Next(4) == 0 ? random.Next(3_000_000) : random.Next(60_000)));
            clock.MoveTo(Harness.Now);
            var because = $"of step {i} of seed {seed}";
            if (random.Next(6) == 0)
            {
                var signal = AnySignal(random);
                (await firewall.RateLimits.ReportAsync(AnyRequest(new(0)), signal)).Should().BeEquivalentTo(await memory.RateLimits.ReportAsync(AnyRequest(new(0)), signal), because);
            }
            else if (open.Count > 0 && random.Next(4) == 0)
            {
                var (one, other) = open[random.Next(open.Count)];
                var actual = Records(random.Next(1, 12));
                await one.CommitAsync(actual);
                await other.CommitAsync(actual);
                open.RemoveAll(pair => pair.One == one);
            }
            else if (random.Next(8) == 0)
            {
                var charged = AnyRequest(random);
                await firewall.ChargeAsync(charged);
                await memory.ChargeAsync(charged);
            }
            else
            {
                var request = AnyRequest(random);
                var (one, other) = (await firewall.TryReserveAsync(request), await memory.TryReserveAsync(request));
                AssertSame(one.Decision, other.Decision, because);
                if (one.IsGranted)
                    open.Add((one, other));
            }
            (await StatesAsync(firewall)).Should().Equal(await StatesAsync(memory), because);
            AssertSame(await firewall.ExplainAsync(AnyRequest(new(i))), await memory.ExplainAsync(AnyRequest(new(i))), because);
        }
    }

    private static void Configure(BudgetFirewallOptions options)
    {
        var quick = new AdaptiveRate { Floor = 0.35m, GrowthPerSecond = 2.345678m, DecreaseFactor = 0.612345m, Cooldown = TimeSpan.FromMilliseconds(700), LongestPause = TimeSpan.FromMilliseconds(900) };
        var slow = quick with { GrowthPerSecond = 0.000003m, DecreaseFactor = 0.9m, Cooldown = TimeSpan.FromMilliseconds(10) };
        var headroom = new Dictionary<string, decimal> { ["batch"] = 0.3m };
        options.RateLimits.AddRange(
        [
            new RateLimit { Scope = ProviderScope, Capacity = 9.5m, RefillPerSecond = 7.3m, Adaptive = quick, PriorityHeadroom = headroom, Id = "bucket" },
            new RateLimit { Scope = ProviderScope, Capacity = 50, RefillPerSecond = 31, Adaptive = slow, Unit = Record, Id = "records" },
            RateLimit.LeakyBucket(ProviderScope, 6.7m, maxWait: TimeSpan.FromSeconds(2)) with { Adaptive = quick, PriorityHeadroom = headroom, Id = "queue" },
            RateLimit.LeakyBucket(ProviderScope, 40, queueLimit: 300) with { Adaptive = quick with { LongestPause = TimeSpan.Zero }, Unit = Record, Id = "queue of records" },
            RateLimit.FixedWindow(ProviderScope, 21, TimeSpan.FromSeconds(3)) with { Adaptive = quick, PriorityHeadroom = headroom, Id = "window" },
            RateLimit.SlidingWindow(ProviderScope, 100, TimeSpan.FromSeconds(3)) with { Adaptive = slow, Unit = Record, Id = "log" },
            RateLimit.SlidingWindow(ProviderScope, 15, TimeSpan.FromSeconds(2)) with { Adaptive = quick, Enforcement = Enforcement.Shadow, Id = "shadow" },
            new RateLimit { Scope = ProviderScope, Capacity = 40, RefillPerSecond = 11, Id = "as it is" },
        ]);
    }

    private static BudgetRequest AnyRequest(Random random) => new()
    {
        Provider = Provider,
        Permits = random.Next(10) == 0 ? 9 : random.Next(1, 4),
        Usage = Records(random.Next(10) == 0 ? 45 : random.Next(1, 9)),
        Priority = random.Next(3) == 0 ? "batch" : null,
        MaxWait = TimeSpan.FromMilliseconds(random.Next(4) * 800),
    };

    private static ProviderSignal AnySignal(Random random) => new()
    {
        IsOverloaded = random.Next(3) > 0,
        RetryAfter = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(1_500)) : null,
        RequestsResetIn = random.Next(5) == 0 ? TimeSpan.FromTicks(random.Next(10_000_000)) : null,
    };

    private static async ValueTask<List<string>> StatesAsync(IBudgetFirewall firewall) => [.. (await firewall.GetStatusAsync(ProviderScope)).RateLimits.Select(state => state.ToString())];

    private static void AssertSame(BudgetDecision one, BudgetDecision other, string because)
    {
        (one.Outcome, one.RetryAfter).Should().Be((other.Outcome, other.RetryAfter), because);
        one.Limits.Select(limit => limit.ToString()).Should().Equal(other.Limits.Select(limit => limit.ToString()), because);
        one.RateLimits.Select(state => state.ToString()).Should().Equal(other.RateLimits.Select(state => state.ToString()), because);
    }

    private static void AssertSame(RequestExplanation one, RequestExplanation other, string because)
    {
        (one.Outcome, one.RetryAfter).Should().Be((other.Outcome, other.RetryAfter), because);
        one.Limits.Select(limit => limit.ToString()).Should().Equal(other.Limits.Select(limit => limit.ToString()), because);
    }
}
