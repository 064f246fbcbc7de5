namespace BudgetFirewall.Conformance;

/// <summary>What a request asks of one bucket.</summary>
public sealed record ModelBucketDemand(RateLimit Limit, BudgetScope Scope, ModelBucket Bucket, decimal Need, decimal Take)
{
    public bool RefusesAt(DateTimeOffset now) => Need > 0 && Need > Bucket.LevelAt(now);
}
