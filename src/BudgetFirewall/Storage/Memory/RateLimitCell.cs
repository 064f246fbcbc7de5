namespace BudgetFirewall.Storage;

/// <summary>
/// The state of one rate limit for one scope, whatever its algorithm. A step that has entered it calls <see cref="Look"/> first. Judgements and readings are of
/// the situation found then, less what was taken since.
/// </summary>
internal abstract class RateLimitCell(in CellKey key, long order) : Cell(key, order)
{
    /// <summary>A new cell, of which nothing is used.</summary>
    public static RateLimitCell Of(LimitRule rule, in CellKey key, long order) => ((RateLimitRule)rule).Remember(new Maker(key, order));

    /// <summary>Finds the situation at a moment, without changing what is taken.</summary>
    public abstract void Look(LimitRule rule, in Moment moment);

    public abstract Judgement Judge(LimitRule rule, long need);

    /// <summary>Takes an amount, even if the level falls below zero.</summary>
    public abstract void Take(LimitRule rule, long take, in Moment moment);

    /// <summary>Takes more than was taken at an earlier time, or gives a part of that back where the difference is negative.</summary>
    public abstract void Settle(LimitRule rule, long difference, long takenAtTicks, in Moment moment);

    public abstract LimitReading Read(LimitRule rule);

    private readonly struct Maker(in CellKey key, long order) : IRateLimitMemoryMaker<RateLimitCell>
    {
        private readonly CellKey _key = key;

        public RateLimitCell Make<TMemory>(TMemory memory) where TMemory : struct, IRateLimitMemory => new StatefulRateLimitCell<TMemory>(_key, order, memory);
    }
}
