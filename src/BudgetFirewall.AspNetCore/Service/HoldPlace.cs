namespace BudgetFirewall;

/// <summary>A place among the open reservations, given back when it is disposed unless a reservation has filled it.</summary>
internal sealed class HoldPlace(OpenHolds holds, string caller, bool isTaken) : IDisposable
{
    private bool _isTaken = isTaken;

    /// <summary>Fills the place.</summary>
    public void Fill(BudgetReservation reservation)
    {
        if (_isTaken && holds.TryAdd(caller, reservation))
            _isTaken = false;
    }

    public void Dispose()
    {
        if (_isTaken)
            holds.GiveBackPlace(caller);
        _isTaken = false;
    }
}
