namespace BudgetFirewall.Conformance;

/// <summary>The wait that a refusal tells is neither too long nor too short, whatever the algorithm, its numbers and the request.</summary>
public abstract class RetryAfterIsExact<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private const int LimitsPerAlgorithm = 20;

    // A store counts in microseconds where its clock stands still between two calls.
    private TimeSpan Step => Harness.TimeTolerance > TimeSpan.Zero ? Harness.Margin : TimeSpan.FromMicroseconds(1);

    [Theory]
    [InlineData("token bucket")]
    [InlineData("leaky bucket")]
    [InlineData("fixed window")]
    [InlineData("window from the first request")]
    [InlineData("window in a time zone")]
    [InlineData("sliding window")]
    public async Task A_lone_caller_who_waits_as_told_is_admitted_and_not_a_microsecond_earlier(string algorithm)
    {
        var random = new Random(7);
        var limits = Enumerable.Range(0, LimitsPerAlgorithm).Select(number => RandomLimit(algorithm, number, random)).ToArray();
        var firewall = Harness.CreateFirewallOn(store => new WaitsAreNotWaited(store), options => options.RateLimits.AddRange(limits));
        for (var cases = 0; cases < Harness.Scaled(10_000); cases++)
        {
            await Harness.AdvanceAsync(TimeSpan.FromMicroseconds(random.Next(3_000_000)));
            var (request, number) = RandomRequest(limits, random);
            BudgetDecision decision;
            do
                decision = await DecideAsync(firewall, request, random);
            while (decision.IsAllowed);
            var wait = decision.RetryAfter!.Value;
            wait.Should().BePositive();

            await Harness.AdvanceAsync(wait - Step);
            (await DecideAsync(firewall, request, random)).Outcome.Should().Be(DecisionOutcome.RateLimited, "case {0} was told by {1} to wait {2}", cases, limits[number], wait);
            await Harness.AdvanceAsync(Step);
            var admitted = await DecideAsync(firewall, request, random);
            admitted.Outcome.Should().Be(DecisionOutcome.Allowed, "case {0} has waited {2} as told by {1}", cases, limits[number], wait);
            (admitted.Limits[0].Wait ?? TimeSpan.Zero).Should().BeLessThanOrEqualTo(request.MaxWait!.Value);
        }
    }

    [Theory]
    [InlineData(0.3, 1)]
    [InlineData(50, 1)]
    [InlineData(7.123456, 3)]
    public async Task Who_comes_a_microsecond_before_their_turn_waits_that_microsecond_and_who_comes_at_it_waits_for_nothing(double ratePerSecond, int permits)
    {
        var firewall = Harness.CreateFirewallOn(store => new WaitsAreNotWaited(store), options => options.RateLimits.Add(RateLimit.LeakyBucket(AliceScope, (decimal)ratePerSecond)));
        for (var i = 0; i < Harness.Scaled(1_000); i++)
        {
            await firewall.CheckAsync(Call(0m) with { Permits = permits });
            var turn = (await firewall.GetStatusAsync(AliceScope)).RateLimits.Should().ContainSingle().Which.NextTurnIn!.Value;

            await Harness.AdvanceAsync(turn - Step);
            var early = await firewall.ExplainAsync(Call(0m));
            await Harness.AdvanceAsync(Step);
            var inTime = await firewall.ExplainAsync(Call(0m));

            (early.Limits[0].Verdict, early.Limits[0].Wait).Should().Be((Verdict.Delay, (TimeSpan?)Step));
            inTime.Limits[0].Verdict.Should().Be(Verdict.Admit);
        }
    }

    private static async ValueTask<BudgetDecision> DecideAsync(IBudgetFirewall firewall, BudgetRequest request, Random random) =>
        random.Next(2) == 0 ? await firewall.TryCheckAsync(request) : (await firewall.TryReserveAsync(request)).Decision;

    private static (BudgetRequest Request, int Number) RandomRequest(RateLimit[] limits, Random random)
    {
        var number = random.Next(limits.Length);
        var limit = limits[number];
        // Half of the calls do not wait; the others wait less than the limit lets them.
        var maxWait = limit.MaxWait is { } most && random.Next(2) == 0 ? most * random.NextDouble() : TimeSpan.Zero;
        var permits = random.Next(1, 1 + (int)(limit.Capacity ?? limit.Limit ?? limit.QueueLimit!.Value + 1));
        return (Call(0m, user: $"user-{number}") with { Permits = permits, MaxWait = maxWait }, number);
    }

    private static RateLimit RandomLimit(string algorithm, int number, Random random)
    {
        var (scope, limit, rate) = (BudgetScope.User($"user-{number}"), random.Next(1, 16), random.Next(1, 1 << random.Next(4, 26)) / 1_000_000m + 0.001m);
        var window = TimeSpan.FromMilliseconds(random.Next(1, 1 << random.Next(3, 22)));
        return algorithm switch
        {
            "token bucket" => RateLimit.TokenBucket(scope, limit + (number % 2 == 0 ? 0 : random.Next(1_000_000) / 1_000_000m), rate),
            // What all that may wait take is less than the longest time that anybody waits.
            "leaky bucket" => RateLimit.LeakyBucket(scope, rate, random.Next(0, 10), TimeSpan.FromSeconds(10_000 * random.Next(1, 3))),
            "fixed window" => RateLimit.FixedWindow(scope, limit, window),
            "window from the first request" => RateLimit.FixedWindow(scope, limit, window, WindowAlignment.FirstRequest),
            "window in a time zone" => RateLimit.FixedWindow(scope, limit, TimeSpan.FromMinutes(15 * random.Next(1, 5)), WindowAlignment.InTimeZone("Australia/Lord_Howe")),
            "sliding window" => RateLimit.SlidingWindow(scope, limit, window),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "There is no such algorithm."),
        };
    }
}
