namespace BudgetFirewall;

/// <summary>
/// The reservations that the service has granted and not seen end, so that no caller, nor all together, holds more than is allowed. Thread-safe.
/// A reservation is dropped when its lease ends, by this process's clock.
/// </summary>
internal sealed class OpenHolds(BudgetServiceOptions options, TimeProvider timeProvider)
{
    private static readonly TimeSpan MinWait = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Hold> _holds = new(StringComparer.Ordinal);
    // Places taken by each caller: its holds, and the calls on the way to one.
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private int _taken;
    private DateTimeOffset _sweptAt;

    /// <summary>Takes a place for a reservation that is about to be made; it is given back unless the reservation is added.</summary>
    /// <param name="caller">Whose it will be.</param>
    /// <param name="operationId">Its operation's id; one that the caller holds already needs no place of its own.</param>
    /// <exception cref="TooManyHoldsException">There is no place.</exception>
    public HoldPlace Take(string caller, string? operationId)
    {
        lock (_gate)
        {
            var mine = _places.GetValueOrDefault(caller);
            if (mine >= options.MaxOpenReservationsPerCaller || _taken >= options.MaxOpenReservations)
            {
                Sweep();
                mine = _places.GetValueOrDefault(caller);
            }
            if (mine < options.MaxOpenReservationsPerCaller && _taken < options.MaxOpenReservations)
            {
                _places[caller] = mine + 1;
                _taken++;
                return new(this, caller, isTaken: true);
            }
            if (operationId is not null && _holds.Values.Any(hold => hold.Caller == caller && hold.OperationId == operationId))
                return new(this, caller, isTaken: false);
            throw mine >= options.MaxOpenReservationsPerCaller
                ? new TooManyHoldsException($"This caller has {mine} open reservations, as many as one may have; commit or release them.", WaitOf(caller))
                : new TooManyHoldsException($"There are {_taken} open reservations, as many as there may be.", WaitOf(caller: null));
        }
    }

    /// <summary>Takes note of a longer lease.</summary>
    public void Extend(string reservationId, DateTimeOffset expiresAt)
    {
        lock (_gate)
        {
            if (_holds.TryGetValue(reservationId, out var hold))
                _holds[reservationId] = hold with { ExpiresAt = expiresAt };
        }
    }

    /// <summary>Takes note of the end of a reservation.</summary>
    public void End(string reservationId)
    {
        lock (_gate)
        {
            if (_holds.Remove(reservationId, out var hold))
                GiveBack(hold.Caller);
        }
    }

    /// <summary>Counts a reservation in a place; false when it is counted already, or has come back from before.</summary>
    internal bool TryAdd(string caller, BudgetReservation reservation)
    {
        if (reservation.Decision.IsReplay)
            return false;
        lock (_gate)
            return _holds.TryAdd(reservation.Id, new(caller, reservation.OperationId, reservation.ExpiresAt));
    }

    internal void GiveBackPlace(string caller)
    {
        lock (_gate)
            GiveBack(caller);
    }

    private void GiveBack(string caller)
    {
        _taken--;
        if (_places[caller] == 1)
            _places.Remove(caller);
        else
            _places[caller]--;
    }

    // Walking over all of them for every call that is refused would be another way to keep the process busy.
    private void Sweep()
    {
        var now = timeProvider.GetUtcNow();
        if (now - _sweptAt < MinWait && now >= _sweptAt)
            return;
        _sweptAt = now;
        foreach (var (id, hold) in _holds)
        {
            if (hold.ExpiresAt > now)
                continue;
            _holds.Remove(id);
            GiveBack(hold.Caller);
        }
    }

    private TimeSpan WaitOf(string? caller)
    {
        var first = _holds.Values.Where(hold => caller is null || hold.Caller == caller).Select(hold => hold.ExpiresAt).DefaultIfEmpty().Min();
        var wait = first - timeProvider.GetUtcNow();
        return wait > MinWait ? wait : MinWait;
    }

    private readonly record struct Hold(string Caller, string OperationId, DateTimeOffset ExpiresAt);
}
