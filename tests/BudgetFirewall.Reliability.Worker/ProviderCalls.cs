namespace BudgetFirewall.Reliability;

/// <summary>Calls of a provider under an adaptive rate limit, each reported as the guards do.</summary>
internal sealed class ProviderCalls(Uri address, IBudgetFirewall firewall, Tally tally) : IDisposable
{
    private static readonly BudgetRequest Request = new() { Provider = "followed", Cost = 0m };

    // Gives connections up before the listener does, which closes those that were not used for 15 s.
    private readonly HttpClient _client = new(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5) }) { BaseAddress = address };

    public static RateLimit LimitOf(WorkJob job) => new()
    {
        Scope = BudgetScope.Provider(Request.Provider),
        Capacity = job.Ceiling / 10,
        RefillPerSecond = job.Ceiling,
        Adaptive = new()
        {
            Floor = job.Ceiling / 20, GrowthPerSecond = job.Growth, DecreaseFactor = 0.9m, Cooldown = TimeSpan.FromSeconds(job.CooldownSeconds),
        },
    };

    /// <summary>Calls once, or waits as it is told and a little longer, so that callers do not come together.</summary>
    public async Task CallAsync(Random random)
    {
        try
        {
            var decision = await firewall.TryCheckAsync(Request);
            if (!decision.IsAllowed)
            {
                tally.Denied();
                await Task.Delay((decision.RetryAfter ?? TimeSpan.Zero) + TimeSpan.FromMilliseconds(random.Next(1, 20)));
                return;
            }
            tally.Granted(0);
            using var response = await _client.GetAsync(new Uri("/", UriKind.Relative));
            if (ProviderFeedback.From(response) is not { } feedback)
                return;
            foreach (var change in await firewall.RateLimits.ReportAsync(Request, feedback))
                tally.Lowered(change.At);
        }
#pragma warning disable CA1031 // Whatever is thrown is what the scenario is looking for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            tally.Surprise(e);
        }
    }

    public void Dispose() => _client.Dispose();
}
