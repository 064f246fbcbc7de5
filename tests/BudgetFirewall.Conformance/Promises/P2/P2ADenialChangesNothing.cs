namespace BudgetFirewall.Conformance;

/// <summary>P2: whichever limit refuses, and whatever kinds of limits stand beside it, all are afterwards as they were, to the byte where the store's bytes can be seen.</summary>
public abstract class P2ADenialChangesNothing<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private const string Project = "research";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly BudgetScope[] Scopes =
        [BudgetScope.Global, ProviderScope, BudgetScope.Project(Project), .. Users().Select(BudgetScope.User)];

    [Fact]
    public async Task Random_calls_that_any_limit_refuses_leave_every_limit_as_it_was()
    {
        var random = new Random(7);
        var firewall = Harness.CreateFirewallOn(store => new WaitsAreNotWaited(store), Configure);
        var open = new List<BudgetReservation>();
        var refusing = new HashSet<string>();
        for (var denied = 0; denied < Harness.Scaled(5_000);)
        {
            await Harness.AdvanceAsync(TimeSpan.FromMicroseconds(random.Next(40) == 0 ? random.Next(1_800_000_000) : random.Next(3) == 0 ? random.Next(20_000_000) : random.Next(3) * 100_000));
            if (random.Next(6) == 0)
            {
                await ChangeAsync(firewall, open, random);
                continue;
            }
            var request = RandomRequest(random);
            var before = await CaptureAsync(firewall, request);
            var decision = await DecideAsync(firewall, request, open, random);
            if (decision.IsAllowed)
                continue;
            denied++;
            refusing.UnionWith(decision.Limits.Where(limit => limit.Verdict == Verdict.Refuse).Select(limit => limit.Id));

            (await CaptureAsync(firewall, request)).Should().Equal(before, "denial {0} is {1}", denied, decision);
        }
        if (Harness.Scaled(5_000) >= 5_000)
            refusing.Should().Contain(Enforced(), "each of them has refused");
    }

    private static IEnumerable<string> Users() => ["alice", "bob", "carol:{d}"];

    // The others need longer.
    private static IEnumerable<string> Enforced()
    {
        var options = new BudgetFirewallOptions();
        Configure(options);
        return options.RateLimits.Where(limit => limit.Enforcement == Enforcement.Hard).Select(limit => limit.Id).Append("hour of a user");
    }

    private static void Configure(BudgetFirewallOptions options)
    {
        options.OperationIdRetention = Minute;
        options.ReservationLease = Minute;
        options.Budgets.AddRange(
        [
            Limit(BudgetScope.Each("user"), 25m, BudgetPeriod.Hour) with { Id = "hour of a user", PriorityHeadroom = new Dictionary<string, decimal> { ["batch"] = 0.3m } }, Limit(BudgetScope.Each("user"), 400m) with { Id = "day of a user" },
            Limit(BudgetScope.Project(Project), 1_000m, BudgetPeriod.Day) with { Id = "day in Berlin", TimeZone = "Europe/Berlin" },
            Limit(ProviderScope, 3_000m, BudgetPeriod.Day, Record) with { Id = "records of a day" },
            Limit(BudgetScope.Global, 5m) with { Id = "soft", Enforcement = Enforcement.Soft, WarnAt = [0.5m] },
            Limit(BudgetScope.Global, 5m, BudgetPeriod.Week) with { Id = "shadow", Enforcement = Enforcement.Shadow },
            Limit(BudgetScope.User("bob"), 500m, BudgetPeriod.None) with { Id = "all of bob's" },
        ]);
        options.RateLimits.AddRange(
        [
            RateLimit.TokenBucket(BudgetScope.Each("user"), 6, 0.7m) with { Id = "bucket" },
            RateLimit.TokenBucket(BudgetScope.Each("user"), 2, 0.1m) with { Id = "shadow bucket", Enforcement = Enforcement.Shadow },
            RateLimit.TokenBucket(ProviderScope, 30, 3) with { Id = "bucket of records", Unit = Record },
            RateLimit.FixedWindow(BudgetScope.Each("user"), 9, TimeSpan.FromSeconds(7)) with { Id = "fixed" },
            RateLimit.FixedWindow(BudgetScope.Each("user"), 12, TimeSpan.FromSeconds(11), WindowAlignment.FirstRequest) with { Id = "first" },
            RateLimit.FixedWindow(BudgetScope.Project(Project), 40, TimeSpan.FromHours(1), WindowAlignment.InTimeZone("Asia/Kolkata")) with { Id = "zoned" },
            RateLimit.SlidingWindow(BudgetScope.Each("user"), 10, TimeSpan.FromSeconds(8)) with { Id = "sliding" },
            RateLimit.SlidingWindow(ProviderScope, 45, TimeSpan.FromSeconds(9)) with { Id = "sliding records", Unit = Record },
            RateLimit.SlidingWindow(BudgetScope.Global, 3, Minute) with { Id = "shadow sliding", Enforcement = Enforcement.Shadow },
            RateLimit.LeakyBucket(BudgetScope.Each("user"), 1.3m, queueLimit: 4) with { Id = "queue" },
            RateLimit.LeakyBucket(ProviderScope, 5, queueLimit: 25, TimeSpan.FromSeconds(4)) with { Id = "queue of records", Unit = Record },
            RateLimit.LeakyBucket(BudgetScope.Global, 0.5m, queueLimit: 1) with { Id = "shadow queue", Enforcement = Enforcement.Shadow },
        ]);
    }

    private static BudgetRequest RandomRequest(Random random) => Call(random.Next(1, 40) / 10m, Users().ElementAt(random.Next(3)), Project, random.Next(2) == 0 ? $"call-{random.NextInt64()}" : null) with
    {
        Permits = random.Next(10) == 0 ? random.Next(4, 14) : random.Next(1, 4),
        Usage = Records(random.Next(10) == 0 ? random.Next(20, 100) : random.Next(12)),
        MaxWait = random.Next(3) == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(random.Next(5_000)),
        Priority = random.Next(3) == 0 ? "batch" : null,
    };

    private static async ValueTask<BudgetDecision> DecideAsync(IBudgetFirewall firewall, BudgetRequest request, List<BudgetReservation> open, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                return await firewall.TryCheckAsync(request);
            case 1:
                return await firewall.TrySpendAsync(request);
            case 2:
                return await firewall.TryCheckRateLimitsAsync(request);
            default:
                var reservation = await firewall.TryReserveAsync(request);
                if (reservation.IsGranted)
                    open.Add(reservation);
                return reservation.Decision;
        }
    }

    private async ValueTask ChangeAsync(IBudgetFirewall firewall, List<BudgetReservation> open, Random random)
    {
        // Those whose lease is over leave it at that.
        open.RemoveAll(reservation => reservation.ExpiresAt <= Harness.Now);
        if (open.Count == 0 || random.Next(4) == 0)
        {
            await firewall.ChargeAsync(RandomRequest(random) with { Cost = 0.3m, OperationId = null });
            return;
        }
        var reservation = open[random.Next(open.Count)];
        open.Remove(reservation);
        if (random.Next(3) == 0)
            await reservation.ReleaseAsync();
        else
            await reservation.CommitAsync(Records(random.Next(12)));
    }

    /// <summary>The store's bytes where they can be seen; what every limit says of itself, and of the request, where not.</summary>
    private async ValueTask<IReadOnlyList<string>> CaptureAsync(IBudgetFirewall firewall, BudgetRequest request)
    {
        if (await Harness.CaptureAsync() is { Count: > 0 } bytes)
            return bytes;
        var lines = new List<string>();
        foreach (var scope in Scopes)
        {
            var status = await firewall.GetStatusAsync(scope);
            lines.AddRange(status.Budgets.Select(state => state.ToString()));
            lines.AddRange(status.RateLimits.Select(state => state.ToString()));
        }
        lines.AddRange((await firewall.ExplainAsync(request)).Limits.Select(limit => limit.ToString()));
        return lines;
    }
}
