namespace BudgetFirewall.Conformance;

/// <summary>The token bucket against exact vectors. For stores whose clock stands still between two calls, and can be moved backwards.</summary>
public abstract class TokenBucketVectors<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Theory]
    [MemberData(nameof(TokenBucketVector.Names), MemberType = typeof(TokenBucketVector))]
    public async Task Every_step_takes_leaves_and_waits_exactly(string name)
    {
        var vector = TokenBucketVector.Named(name);
        var firewall = Firewall(options => options.RateLimits.Add(Rate(AliceScope, vector.Capacity, vector.RefillPerSecond)));
        var start = Harness.Now;
        foreach (var step in vector.Steps)
        {
            await Harness.MoveToAsync(start.AddMilliseconds(step.AtMilliseconds));

            var decision = await firewall.TryCheckAsync(Call(0m) with { Permits = step.Take });

            new TokenBucketStep(step.AtMilliseconds, step.Take, decision.IsAllowed,
                (long)decimal.Floor(decision.RateLimits.Should().ContainSingle().Which.Remaining), InMilliseconds(decision.RetryAfter)).Should().Be(step);
        }
    }

    private static long? InMilliseconds(TimeSpan? wait) => wait is { } time ? (long)Math.Ceiling(time.Ticks / (decimal)TimeSpan.TicksPerMillisecond) : null;
}
