using System.Collections.Concurrent;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The open reservations that were granted to this process, kept only while the gauge is being observed.</summary>
internal sealed class OpenReservations(TimeProvider timeProvider)
{
    private const int MaxTracked = 100_000;

    private readonly ConcurrentDictionary<HeldReservation, DateTimeOffset> _open = new(ReferenceEqualityComparer.Instance);
    private int _tracked;

    /// <summary>The function that returns true while the gauge of open reservations is being observed.</summary>
    public Func<bool> IsObserved { get; set; } = () => false;

    public void Add(HeldReservation reservation)
    {
        if (!IsObserved())
            return;
        // The gauge may be read seldom, so abandoned reservations are dropped here too.
        if (Volatile.Read(ref _tracked) >= MaxTracked)
            _ = Count();
        if (Volatile.Read(ref _tracked) < MaxTracked && _open.TryAdd(reservation, reservation.ExpiresAt))
            Interlocked.Increment(ref _tracked);
    }

    public void Extend(HeldReservation reservation, DateTimeOffset expiresAt)
    {
        if (_open.ContainsKey(reservation))
            _open[reservation] = expiresAt;
    }

    public void Remove(HeldReservation reservation)
    {
        if (_open.TryRemove(reservation, out _))
            Interlocked.Decrement(ref _tracked);
    }

    public long Count()
    {
        var now = timeProvider.GetUtcNow();
        foreach (var entry in _open)
        {
            if (entry.Value <= now && _open.TryRemove(entry))
                Interlocked.Decrement(ref _tracked);
        }
        return Volatile.Read(ref _tracked);
    }
}
