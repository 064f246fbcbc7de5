using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The rate limits of the catalog of limits.</summary>
internal sealed class RateLimitCatalog(LimitCatalog catalog, RateLimitAdapter adapter, string? by = null) : IRateLimitCatalog
{
    public IRateLimitCatalog ChangedBy(string? name) => new RateLimitCatalog(catalog, adapter, Identifier.CheckOptional(name, nameof(name)));

    public async ValueTask SetAsync(RateLimit rateLimit, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rateLimit);
        partition = catalog.Checked(partition);
        await catalog.SetAsync(LimitSet.Of(LimitDefinition.Of(rateLimit), nameof(rateLimit)), partition, isNewOnly: false, by, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask SetManyAsync(IReadOnlyCollection<RateLimit> rateLimits, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rateLimits);
        partition = catalog.Checked(partition);
        var set = LimitSet.Of(rateLimits, LimitDefinition.Of, nameof(rateLimits));
        if (!set.Limits.IsEmpty)
            await catalog.SetAsync(set, partition, isNewOnly: false, by, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<bool> AddAsync(RateLimit rateLimit, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rateLimit);
        partition = catalog.Checked(partition);
        return catalog.SetAsync(LimitSet.Of(LimitDefinition.Of(rateLimit), nameof(rateLimit)), partition, isNewOnly: true, by, cancellationToken);
    }

    public ValueTask<bool> RemoveAsync(string rateLimitId, string? partition = null, CancellationToken cancellationToken = default) =>
        catalog.RemoveAsync(KeyOf(rateLimitId), catalog.Checked(partition), by, cancellationToken);

    public async ValueTask<IReadOnlyList<RateLimit>> ListAsync(string? partition = null, CancellationToken cancellationToken = default) =>
        Shown(await catalog.ListAsync(LimitKind.RateLimit, count: null, afterId: null, catalog.Checked(partition), cancellationToken).ConfigureAwait(false));

    public async ValueTask<IReadOnlyList<RateLimit>> ListAsync(int count, string? afterId, string? partition = null, CancellationToken cancellationToken = default) =>
        Shown(await catalog.ListAsync(LimitKind.RateLimit, count, afterId, catalog.Checked(partition), cancellationToken).ConfigureAwait(false));

    public async ValueTask<RateLimit?> FindAsync(string rateLimitId, string? partition = null, CancellationToken cancellationToken = default) =>
        (await catalog.FindAsync(KeyOf(rateLimitId), catalog.Checked(partition), cancellationToken).ConfigureAwait(false))?.RateLimit;

    public ValueTask<IReadOnlyList<RateLimitAdaptation>> ReportAsync(BudgetRequest request, ProviderFeedback feedback, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(feedback);
        return adapter.ReportAsync(request, feedback, cancellationToken);
    }

    private static LimitKey KeyOf(string rateLimitId) => new(LimitKind.RateLimit, Identifier.Check(rateLimitId, nameof(rateLimitId)));

    private static RateLimit[] Shown(IReadOnlyList<LimitDefinition> limits) => [.. limits.Select(limit => limit.RateLimit!)];
}
