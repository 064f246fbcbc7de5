namespace BudgetFirewall.Storage;

/// <summary>
/// The state of one rate limit for one scope, whatever its algorithm. A transaction that has entered it calls <see cref="Look"/> first. Judgements and readings are of
/// the situation found then, less what was taken since.
/// </summary>
internal abstract class RateLimiter(in LimitStateKey key, long order) : LimitState(key, order)
{
    /// <summary>A new rate limiter, of which nothing is used.</summary>
    public static RateLimiter Of(LimitRule rule, in LimitStateKey key, long order) => ((RateLimitRule)rule).Remember(new Maker(key, order));

    /// <summary>Finds the situation at a time, without changing what is taken.</summary>
    public abstract void Look(LimitRule rule, in StoreTime time);

    public abstract Judgement Judge(LimitRule rule, in LimitDemand demand, TimeSpan maxWait);

    /// <summary>Takes an amount, even if the level falls below zero.</summary>
    public abstract void Take(LimitRule rule, long take, in StoreTime time);

    /// <summary>Takes more than was taken at an earlier time, or gives a part of that back where the difference is negative.</summary>
    public abstract void Settle(LimitRule rule, long difference, long takenAtTicks, in StoreTime time);

    public abstract LimitReading Read(LimitRule rule);

    /// <summary>Takes up what the provider has said.</summary>
    public abstract AdaptiveChange Adapt(in RateLimitReport report, in StoreTime time);

    private readonly struct Maker(in LimitStateKey key, long order) : IRateLimitMemoryMaker<RateLimiter>
    {
        private readonly LimitStateKey _key = key;

        public RateLimiter Make<TMemory>(TMemory memory) where TMemory : struct, IRateLimitMemory => new StatefulRateLimiter<TMemory>(_key, order, memory);
    }
}
