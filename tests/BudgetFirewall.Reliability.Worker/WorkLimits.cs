namespace BudgetFirewall.Reliability;

/// <summary>The rate limits of a job.</summary>
public static class WorkLimits
{
    // So that each of them is the one that refuses now and then.
    private static readonly (TimeSpan Window, int Limit)[] Windows =
        [(TimeSpan.FromMilliseconds(100), 8), (TimeSpan.FromSeconds(1), 30), (TimeSpan.FromMinutes(1), 100), (TimeSpan.FromHours(1), 300)];

    public static IReadOnlyList<RateLimit> Of(WorkJob job)
    {
        var limits = new List<RateLimit>();
        if (job.TurnsPerSecond > 0)
            limits.Add(RateLimit.LeakyBucket(BudgetScope.Global, job.TurnsPerSecond, job.QueueLimit));
        if (!job.HasWindows)
            return limits;
        foreach (var (window, limit) in Windows)
        {
            limits.Add(RateLimit.FixedWindow(BudgetScope.Global, limit, window) with { Id = $"fixed {window}" });
            limits.Add(RateLimit.FixedWindow(BudgetScope.Global, limit, window, WindowAlignment.FirstRequest) with { Id = $"first {window}" });
            limits.Add(RateLimit.SlidingWindow(BudgetScope.Global, limit, window) with { Id = $"sliding {window}" });
        }
        limits.Add(RateLimit.FixedWindow(BudgetScope.Each("user"), 5, TimeSpan.FromMilliseconds(500)) with { Id = "fixed of a user" });
        limits.Add(RateLimit.SlidingWindow(BudgetScope.Each("user"), 12, TimeSpan.FromSeconds(2)) with { Id = "sliding of a user" });
        return limits;
    }
}
