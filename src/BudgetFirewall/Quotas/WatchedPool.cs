using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A pool that a process has heard of: when it is to be looked at next, and which members have been refused since.</summary>
internal sealed class WatchedPool(PeriodCalendar calendar, DateTimeOffset now)
{
    public static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(1);

    private const int MaxInNeed = 1_000;

    // A pool whose members do not borrow may have become one whose members do, which does not show in their limits.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private HashSet<BudgetScope> _inNeed = [];
    private DateTimeOffset _reallocatedAt = DateTimeOffset.MinValue;
    private DateTimeOffset _refusedAt;
    private DateTimeOffset _lookedAt = DateTimeOffset.MinValue;

    public PeriodCalendar Calendar { get; } = calendar;

    /// <summary>The next moment, by this process's clock, at which a period may have ended.</summary>
    public DateTimeOffset DueAt { get; set; } = now + FirstLook;

    /// <summary>The period that the pool is divided for, as far as is known.</summary>
    public PeriodWindow Period { get; private set; } = calendar.At(now);

    /// <summary>True when members may borrow.</summary>
    public bool Borrows { get; set; }

    /// <summary>True when the pool could not be looked at the last time, and is looked at again at <see cref="DueAt"/> and no sooner.</summary>
    public bool IsFailing { get; private set; }

    public bool IsInNeed
    {
        get
        {
            lock (_lock)
                return _inNeed.Count > 0;
        }
    }

    /// <summary>Takes note of the period that the pool is divided for.</summary>
    public void Renewed(PeriodWindow period, DateTimeOffset now)
    {
        (Period, IsFailing, _lookedAt) = (period, false, now);
        DueAt = new(period.End, TimeSpan.Zero);
    }

    /// <summary>Takes note that the pool could not be looked at.</summary>
    public void Failed(DateTimeOffset dueAt) => (DueAt, IsFailing) = (dueAt, true);

    /// <summary>Takes note of a member in need; true when the pool is to be looked at now, and divided anew if its members borrow.</summary>
    /// <param name="scope">The member.</param>
    /// <param name="refusedAt">The store's time at which it was refused.</param>
    /// <param name="now">The time by this process's clock.</param>
    /// <param name="interval">The least time between two divisions; zero: there are none.</param>
    public bool Need(BudgetScope scope, DateTimeOffset refusedAt, DateTimeOffset now, TimeSpan interval)
    {
        if (interval == TimeSpan.Zero || (!Borrows && now - _lookedAt < LookAgain && now >= _lookedAt))
            return false;
        lock (_lock)
        {
            // A clock that was set back must not put it off until it has caught up.
            if (now - _reallocatedAt < interval && now >= _reallocatedAt)
                return false;
            _refusedAt = refusedAt;
            return _inNeed.Count < MaxInNeed && _inNeed.Add(scope) && _inNeed.Count == 1;
        }
    }

    /// <summary>The members in need since the last time; none where they were refused before the present period.</summary>
    public HashSet<BudgetScope> TakeNeed(DateTimeOffset now)
    {
        lock (_lock)
        {
            var inNeed = _inNeed;
            (_inNeed, _reallocatedAt) = ([], inNeed.Count > 0 ? now : _reallocatedAt);
            return _refusedAt.UtcDateTime >= Period.Start ? inNeed : [];
        }
    }
}
