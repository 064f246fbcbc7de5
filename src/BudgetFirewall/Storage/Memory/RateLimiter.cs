namespace BudgetFirewall.Storage;

/// <summary>
/// The state of one rate limit for one scope, whatever its algorithm. A transaction that has entered it calls <see cref="Look"/> first. Judgements and readings are of
/// the level found then, less what was taken since.
/// </summary>
internal abstract class RateLimiter(in LimitStateKey key, long order) : LimitState(key, order)
{
    /// <summary>A new rate limiter, of which nothing is used.</summary>
    public static RateLimiter Of(LimitRule rule, in LimitStateKey key, long order) => rule switch
    {
        TokenBucketRule bucket => new TokenBucket(key, order, bucket),
        _ => throw new ArgumentException($"There is no such rate limit as {rule.GetType()}.", nameof(rule)),
    };

    /// <summary>Computes the level at a time, without changing the stored state.</summary>
    public abstract void Look(LimitRule rule, in StoreTime time);

    public abstract Judgement Judge(LimitRule rule, long need);

    /// <summary>Takes an amount, even if the level falls below zero; a negative amount is given back.</summary>
    public abstract void Take(LimitRule rule, long take, in StoreTime time);

    public abstract LimitReading Read(LimitRule rule);
}
