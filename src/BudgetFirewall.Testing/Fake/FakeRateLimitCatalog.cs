namespace BudgetFirewall.Testing;

/// <summary>The runtime rate limits of a fake firewall, which decide nothing.</summary>
internal sealed class FakeRateLimitCatalog : IRateLimitCatalog
{
    private readonly FakeLimits<RateLimit> _limits = new(limit => limit.Id);

    public IRateLimitCatalog ChangedBy(string? name) => this;

    public ValueTask SetAsync(RateLimit rateLimit, string? partition = null, CancellationToken cancellationToken = default)
    {
        _limits.Set(rateLimit, partition, nameof(rateLimit));
        return default;
    }

    public ValueTask SetManyAsync(IReadOnlyCollection<RateLimit> rateLimits, string? partition = null, CancellationToken cancellationToken = default)
    {
        _limits.SetMany(rateLimits, partition, nameof(rateLimits));
        return default;
    }

    public ValueTask<bool> AddAsync(RateLimit rateLimit, string? partition = null, CancellationToken cancellationToken = default) => new(_limits.Add(rateLimit, partition, nameof(rateLimit)));

    public ValueTask<bool> RemoveAsync(string rateLimitId, string? partition = null, CancellationToken cancellationToken = default) =>
        new(_limits.Remove(rateLimitId, partition, nameof(rateLimitId)));

    public ValueTask<IReadOnlyList<RateLimit>> ListAsync(string? partition = null, CancellationToken cancellationToken = default) => new(_limits.List(partition));

    public ValueTask<IReadOnlyList<RateLimit>> ListAsync(int count, string? afterId, string? partition = null, CancellationToken cancellationToken = default) =>
        new(_limits.List(count, afterId, partition));

    public ValueTask<RateLimit?> FindAsync(string rateLimitId, string? partition = null, CancellationToken cancellationToken = default) =>
        new(_limits.Find(rateLimitId, partition, nameof(rateLimitId)));

    public ValueTask<IReadOnlyList<RateLimitAdaptation>> ReportAsync(BudgetRequest request, ProviderFeedback feedback, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(feedback);
        return new([]);
    }
}
