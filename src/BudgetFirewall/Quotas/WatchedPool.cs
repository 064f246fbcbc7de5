using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A pool that a process has heard of: when it is to be looked at next, and which members have been refused since.</summary>
internal sealed class WatchedPool(PeriodCalendar calendar, DateTimeOffset now)
{
    public static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(1);

    private const int MaxInNeed = 1_000;

    private readonly Lock _lock = new();
    private HashSet<BudgetScope> _inNeed = [];
    private DateTimeOffset _reallocatedAt = DateTimeOffset.MinValue;
    private DateTimeOffset _refusedAt;

    public PeriodCalendar Calendar { get; } = calendar;

    /// <summary>The next moment, by this process's clock, at which a period may have ended.</summary>
    public DateTimeOffset DueAt { get; set; } = now + FirstLook;

    /// <summary>The period that the pool is divided for, as far as is known.</summary>
    public PeriodWindow Period { get; private set; } = calendar.At(now);

    /// <summary>True when members may borrow.</summary>
    public bool Borrows { get; set; }

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
        Period = period;
        // Where the store's clock is behind this one, its period has not ended yet.
        DueAt = period.End <= now.UtcDateTime ? now + FirstLook : new(period.End, TimeSpan.Zero);
    }

    /// <summary>Takes note of a member in need; true when the pool is to be divided anew now.</summary>
    /// <param name="scope">The member.</param>
    /// <param name="refusedAt">The store's time at which it was refused.</param>
    /// <param name="now">The time by this process's clock.</param>
    /// <param name="interval">The least time between two divisions; zero: there are none.</param>
    public bool Need(BudgetScope scope, DateTimeOffset refusedAt, DateTimeOffset now, TimeSpan interval)
    {
        if (!Borrows || interval == TimeSpan.Zero)
            return false;
        lock (_lock)
        {
            // A clock that was set back must not put it off until it has caught up.
            if (now - _reallocatedAt < interval && now >= _reallocatedAt)
                return false;
            _refusedAt = refusedAt;
            if (_inNeed.Count < MaxInNeed)
                _inNeed.Add(scope);
            return _inNeed.Count == 1;
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
