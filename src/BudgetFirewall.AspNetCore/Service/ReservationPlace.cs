namespace BudgetFirewall;

/// <summary>A place among the open reservations, given back when it is disposed unless a reservation has filled it.</summary>
internal sealed class ReservationPlace(OpenReservations open, string callerName, bool isTaken) : IDisposable
{
    private bool _isTaken = isTaken;

    /// <summary>Fills the place.</summary>
    public void Fill(BudgetReservation reservation)
    {
        if (_isTaken && open.TryAdd(callerName, reservation))
            _isTaken = false;
    }

    public void Dispose()
    {
        if (_isTaken)
            open.GiveBackPlace(callerName);
        _isTaken = false;
    }
}
