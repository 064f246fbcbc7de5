namespace BudgetFirewall.Conformance;

/// <summary>What a reservation has taken from one bucket.</summary>
public sealed record ModelTake(RateLimit Limit, ModelBucket Bucket, decimal Amount);
