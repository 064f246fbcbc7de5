namespace BudgetFirewall;

/// <summary>The kinds of limits that the service has calls for.</summary>
internal static class LimitKinds
{
    public static LimitCalls Budgets(BudgetServiceOptions options) => new CatalogCalls<Budget, BudgetBody, BudgetReply, BudgetListReply>(options)
    {
        Text = "budget",
        Body = ServiceJson.Default.BudgetBody,
        Reply = ServiceJson.Default.BudgetReply,
        List = ServiceJson.Default.BudgetListReply,
        ToLimit = static (body, pathId) => body.ToBudget(pathId),
        ToReply = BudgetReply.Of,
        ToList = static (items, nextCursor) => new() { Items = items, NextCursor = nextCursor },
        IdOf = static budget => budget.Id,
        AddLimitAsync = static (firewall, budget, partition, by) => firewall.Budgets.ChangedBy(by).AddAsync(budget, partition, CancellationToken.None),
        SetLimitAsync = static (firewall, budget, partition, by) => firewall.Budgets.ChangedBy(by).SetAsync(budget, partition, CancellationToken.None),
        RemoveLimitAsync = static (firewall, id, partition, by) => firewall.Budgets.ChangedBy(by).RemoveAsync(id, partition, CancellationToken.None),
        ListLimitsAsync = static (firewall, count, afterId, partition, cancellation) => firewall.Budgets.ListAsync(count, afterId, partition, cancellation),
        FindLimitAsync = static (firewall, id, partition, cancellation) => firewall.Budgets.FindAsync(id, partition, cancellation),
    };

    public static LimitCalls RateLimits(BudgetServiceOptions options) => new CatalogCalls<RateLimit, RateLimitBody, RateLimitReply, RateLimitListReply>(options)
    {
        Text = "rate limit",
        Body = ServiceJson.Default.RateLimitBody,
        Reply = ServiceJson.Default.RateLimitReply,
        List = ServiceJson.Default.RateLimitListReply,
        ToLimit = static (body, pathId) => body.ToRateLimit(pathId),
        ToReply = RateLimitReply.Of,
        ToList = static (items, nextCursor) => new() { Items = items, NextCursor = nextCursor },
        IdOf = static limit => limit.Id,
        AddLimitAsync = static (firewall, limit, partition, by) => firewall.RateLimits.ChangedBy(by).AddAsync(limit, partition, CancellationToken.None),
        SetLimitAsync = static (firewall, limit, partition, by) => firewall.RateLimits.ChangedBy(by).SetAsync(limit, partition, CancellationToken.None),
        RemoveLimitAsync = static (firewall, id, partition, by) => firewall.RateLimits.ChangedBy(by).RemoveAsync(id, partition, CancellationToken.None),
        ListLimitsAsync = static (firewall, count, afterId, partition, cancellation) => firewall.RateLimits.ListAsync(count, afterId, partition, cancellation),
        FindLimitAsync = static (firewall, id, partition, cancellation) => firewall.RateLimits.FindAsync(id, partition, cancellation),
    };
}
