using System.Collections.Immutable;
using System.Runtime.InteropServices;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Reads a script's reply: one byte for how it went, the server's time, and what the script's header says.</summary>
internal ref partial struct Reply
{
    private static readonly long LastMicrosecond = (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private readonly ReadOnlySpan<RedisKey> _keys;
    private ReadOnlySpan<byte> _rest;
    private int _key;

    /// <summary>A script's reply.</summary>
    /// <param name="reply">The bytes that the script has answered.</param>
    /// <param name="keys">The keys of the call; an exception for a part that cannot be read names one of them.</param>
    /// <param name="key">The index of the key that comes before those of counters and rate limits, which follow it in the order of the reply.</param>
    /// <exception cref="BudgetStoreException">It has no time.</exception>
    public Reply(ReadOnlySpan<byte> reply, ReadOnlySpan<RedisKey> keys, int key = 1)
    {
        _rest = reply;
        _keys = keys;
        _key = key;
        Status = (char)Byte();
        Now = Time();
    }

    private Reply(ReadOnlySpan<byte> part, RedisKey key)
    {
        _rest = part;
        _keys = (RedisKey[])[key];
    }

    public char Status { get; }

    /// <summary>The server's time, UTC.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>The bytes that have not been read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Makes a reader of a key's value, which has neither the status nor the time of a reply.</summary>
    public static Reply OfPart(ReadOnlySpan<byte> part, RedisKey key) => new(part, key);

    public byte Byte() => Take(1)[0];

    /// <summary>An amount of 0 or more.</summary>
    public long Amount() => Amount(Take(AmountLayout.Size));

    /// <summary>An amount of 0 or more, as it stands in a part that has been taken.</summary>
    public readonly long Amount(ReadOnlySpan<byte> bytes)
    {
        var (hi, lo) = (AmountLayout.Hi(bytes), AmountLayout.Lo(bytes));
        return hi <= (long.MaxValue - lo) / ScriptNumbers.Base ? (hi * ScriptNumbers.Base) + lo : throw Corrupt();
    }

    /// <summary>The amounts that are left.</summary>
    public ImmutableArray<long> Amounts()
    {
        var amounts = ImmutableArray.CreateBuilder<long>();
        while (!_rest.IsEmpty)
            amounts.Add(Amount());
        return amounts.DrainToImmutable();
    }

    /// <summary>A time in microseconds since 1970.</summary>
    public DateTimeOffset Time() => Time(TimeLayout.Us(Take(TimeLayout.Size)));

    /// <summary>A time, given in microseconds since 1970.</summary>
    public readonly DateTimeOffset Time(long microseconds) => microseconds >= 0 && microseconds <= LastMicrosecond
        ? DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond)
        : throw Corrupt();

    /// <summary>The readings of budgets, from counters as the scripts keep them: each with its head and first slot.</summary>
    public ImmutableArray<LimitReading> Budgets(int count)
    {
        var readings = new LimitReading[count];
        for (var i = 0; i < count; i++)
            readings[i] = Budget();
        return ImmutableCollectionsMarshal.AsImmutableArray(readings);
    }

    /// <summary>The readings of limits, budgets first.</summary>
    public ImmutableArray<LimitReading> Limits(ImmutableArray<LimitDemand> limits, int budgetCount)
    {
        if (limits.IsEmpty)
            return [];
        var readings = new LimitReading[limits.Length];
        for (var i = 0; i < budgetCount; i++)
            readings[i] = Budget();
        for (var i = budgetCount; i < readings.Length; i++)
            readings[i] = RateLimit((RateLimitRule)limits[i].Rule, out _, out _);
        return ImmutableCollectionsMarshal.AsImmutableArray(readings);
    }

    /// <summary>The reading of one budget.</summary>
    public LimitReading Budget()
    {
        _key++;
        var front = Take(FrontLayout.Size);
        return LimitReading.OfBudget(Amount(FrontLayout.Spent(front)), Amount(FrontLayout.Held(front)), Amount(FrontLayout.Allowance(front)));
    }

    /// <summary>The amount spent in a past period.</summary>
    /// <returns>False when the period has no counter.</returns>
    public bool TryPast(out long spent)
    {
        _key++;
        var past = Take(PastLayout.Size);
        spent = Amount(PastLayout.Spent(past));
        return PastLayout.IsThere(past) != 0;
    }

    /// <summary>The reading of one rate limit.</summary>
    /// <param name="rule">The rate limit.</param>
    /// <param name="inForce">The rate limit with the values that it was judged by.</param>
    /// <param name="numbers">The numbers that the script has computed.</param>
    public LimitReading RateLimit(RateLimitRule rule, out RateLimitRule inForce, out RateLimitNumbers numbers)
    {
        (inForce, numbers) = (rule, Level());
        if (rule.Adaptive is null)
            return rule.ReadingOf(numbers);
        var adapted = Take(AdaptedLayout.Size);
        var scale = AdaptedLayout.Scale(adapted);
        if (scale is < 1 or > 1_000_000)
            throw Corrupt();
        inForce = rule.At((int)scale);
        return inForce.ReadingOf(numbers).Adapted((int)scale, TimeSpan.FromTicks(AdaptedLayout.PauseUs(adapted) * TimeSpan.TicksPerMicrosecond));
    }

    /// <summary>The change of one adaptive rate limit by a report.</summary>
    public AdaptiveChange Change()
    {
        _key++;
        var change = Take(ChangeLayout.Size);
        return new(
            (int)ChangeLayout.ScaleBefore(change), (int)ChangeLayout.ScaleAfter(change),
            TimeSpan.FromTicks(ChangeLayout.PauseUs(change) * TimeSpan.TicksPerMicrosecond), ChangeLayout.IsChanged(change) == 1);
    }

    private RateLimitNumbers Level()
    {
        _key++;
        var level = Take(LevelLayout.Size);
        return new(LevelLayout.Available(level), LevelLayout.Second(level), LevelLayout.Third(level));
    }

    /// <summary>The counters of a charge at which a warning or an overrun is to be told.</summary>
    /// <param name="counters">The number of counters of the charge.</param>
    public ImmutableArray<ChargeEvent> Events(int counters = byte.MaxValue)
    {
        var count = Byte();
        if (count == 0)
            return [];
        var events = ImmutableArray.CreateBuilder<ChargeEvent>(count);
        for (var i = 0; i < count; i++)
        {
            var part = Take(EventLayout.Size);
            if (EventLayout.Counter(part) >= counters)
                throw Corrupt();
            events.Add(new((byte)EventLayout.Counter(part), Amount(EventLayout.Spent(part)), Amount(EventLayout.Allowance(part)), EventLayout.Warned(part)));
        }
        return events.MoveToImmutable();
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
            throw Corrupt();
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    // A script that is done has written, also where not all limits simply admit; one that answers anything else has not.
    private readonly BudgetStoreException Corrupt() => RedisFault.Corrupt(_keys[_key], cause: null, mayHaveHappened: Status is Done or NotAllAdmit or Delayed);
}
