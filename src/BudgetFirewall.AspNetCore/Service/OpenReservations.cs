namespace BudgetFirewall;

/// <summary>
/// The reservations that the service has granted and not seen end, so that no caller, nor all together, holds more than is allowed. Thread-safe.
/// A reservation is dropped when its lease ends, by this process's clock. No call walks over all of them.
/// </summary>
internal sealed class OpenReservations(BudgetServiceOptions options, TimeProvider timeProvider)
{
    private static readonly TimeSpan MinWait = TimeSpan.FromSeconds(1);
    private static readonly Comparer<Reservation> FirstToEnd = Comparer<Reservation>.Create(static (one, other) =>
        one.ExpiresAt.CompareTo(other.ExpiresAt) is var order and not 0 ? order : string.CompareOrdinal(one.Id, other.Id));

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Reservation> _reservations = new(StringComparer.Ordinal);
    private readonly SortedSet<Reservation> _byEnd = new(FirstToEnd);
    private readonly Dictionary<string, Caller> _callers = new(StringComparer.Ordinal);
    // Places taken by all callers: their open reservations, and the calls on the way to one.
    private int _taken;

    /// <summary>Takes a place for a reservation that is about to be made; it is given back unless the reservation is added.</summary>
    /// <param name="callerName">The caller that will own it.</param>
    /// <param name="operationId">
    /// The id of its operation; null for none. Where no place is free, a caller that has an open reservation with this id goes on without one.
    /// </param>
    /// <exception cref="TooManyReservationsException">There is no place.</exception>
    public ReservationPlace Take(string callerName, string? operationId)
    {
        lock (_lock)
        {
            if (IsFull(_callers.GetValueOrDefault(callerName)))
                DropEnded();
            var caller = _callers.GetValueOrDefault(callerName);
            if (!IsFull(caller))
            {
                caller ??= _callers[callerName] = new(callerName);
                caller.Taken++;
                _taken++;
                return new(this, callerName, isTaken: true);
            }
            if (operationId is not null && caller is not null && caller.Operations.ContainsKey(operationId))
                return new(this, callerName, isTaken: false);
            throw caller is not null && caller.Taken >= options.MaxOpenReservationsPerCaller
                ? new TooManyReservationsException($"This caller has {caller.Taken} open reservations, as many as one may have; commit or release them.", WaitFor(caller.ByEnd))
                : new TooManyReservationsException($"There are {_taken} open reservations, as many as there may be.", WaitFor(_byEnd));
        }
    }

    /// <summary>Takes note of a longer lease.</summary>
    public void Extend(string reservationId, DateTimeOffset expiresAt)
    {
        lock (_lock)
        {
            if (!_reservations.TryGetValue(reservationId, out var reservation))
                return;
            Remove(reservation);
            Add(reservation with { ExpiresAt = expiresAt });
        }
    }

    /// <summary>Takes note of the end of a reservation.</summary>
    public void End(string reservationId)
    {
        lock (_lock)
        {
            if (_reservations.TryGetValue(reservationId, out var reservation))
                Drop(reservation);
        }
    }

    /// <summary>Counts a reservation in a place; false when it is counted already, or is the replay of an earlier one.</summary>
    internal bool TryAdd(string callerName, BudgetReservation reservation)
    {
        if (reservation.Decision.IsReplay)
            return false;
        lock (_lock)
        {
            if (_reservations.ContainsKey(reservation.Id))
                return false;
            Add(new(reservation.Id, _callers[callerName], reservation.OperationId, reservation.ExpiresAt));
            return true;
        }
    }

    internal void GiveBackPlace(string callerName)
    {
        lock (_lock)
            GiveBack(_callers[callerName]);
    }

    private bool IsFull(Caller? caller) => _taken >= options.MaxOpenReservations || caller?.Taken >= options.MaxOpenReservationsPerCaller;

    private void DropEnded()
    {
        var now = timeProvider.GetUtcNow();
        while (_byEnd.Min is { } first && first.ExpiresAt <= now)
            Drop(first);
    }

    private void Drop(Reservation reservation)
    {
        Remove(reservation);
        GiveBack(reservation.Owner);
    }

    private void Add(Reservation reservation)
    {
        var operations = reservation.Owner.Operations;
        _reservations.Add(reservation.Id, reservation);
        _byEnd.Add(reservation);
        reservation.Owner.ByEnd.Add(reservation);
        operations[reservation.OperationId] = operations.GetValueOrDefault(reservation.OperationId) + 1;
    }

    private void Remove(Reservation reservation)
    {
        var operations = reservation.Owner.Operations;
        _reservations.Remove(reservation.Id);
        _byEnd.Remove(reservation);
        reservation.Owner.ByEnd.Remove(reservation);
        if (--operations[reservation.OperationId] == 0)
            operations.Remove(reservation.OperationId);
    }

    private void GiveBack(Caller caller)
    {
        _taken--;
        if (--caller.Taken == 0)
            _callers.Remove(caller.Name);
    }

    private TimeSpan WaitFor(SortedSet<Reservation> byEnd) =>
        byEnd.Min is { } first && first.ExpiresAt - timeProvider.GetUtcNow() is var wait && wait > MinWait ? wait : MinWait;

    private sealed record Reservation(string Id, Caller Owner, string OperationId, DateTimeOffset ExpiresAt);

    /// <summary>A caller that has places.</summary>
    private sealed class Caller(string name)
    {
        public string Name => name;

        /// <summary>The caller's open reservations, and its calls on the way to one.</summary>
        public int Taken { get; set; }

        public SortedSet<Reservation> ByEnd { get; } = new(FirstToEnd);

        /// <summary>The number of open reservations by the id of their operation: one operation has one in each partition.</summary>
        public Dictionary<string, int> Operations { get; } = new(StringComparer.Ordinal);
    }
}
