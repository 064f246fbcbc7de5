namespace BudgetFirewall.Storage;

/// <summary>
/// The state of one rate limit for one scope, as one process remembers it. A transaction calls <see cref="Look"/> first; judgements and readings are of the situation
/// found then, less what was taken since. Times are microseconds by the store's clock.
/// </summary>
internal interface IRateLimitMemory
{
    /// <summary>Finds the situation at a time, without taking anything.</summary>
    void Look(LimitRule rule, long nowMicroseconds);

    /// <param name="rule">The rule that judges.</param>
    /// <param name="demand">The demand that is judged.</param>
    /// <param name="maxWait">The longest time that the call waits for its turn.</param>
    Judgement Judge(LimitRule rule, in LimitDemand demand, TimeSpan maxWait);

    /// <summary>Takes an amount that is not 0, even if the level falls below zero.</summary>
    void Take(LimitRule rule, long take, long nowMicroseconds);

    /// <summary>Takes more than was taken at an earlier time, or gives a part of that back where the difference is negative.</summary>
    void Settle(LimitRule rule, long difference, long takenAtMicroseconds, long nowMicroseconds);

    LimitReading Read(LimitRule rule);

    /// <summary>True when nothing of the limit is used, so that the state may be forgotten.</summary>
    bool IsIdle(long nowMicroseconds);
}
