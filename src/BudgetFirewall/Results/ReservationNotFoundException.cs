namespace BudgetFirewall;

/// <summary>
/// The reservation was not found: its id is unknown, its record is past its time, or, for an extension, its lease has ended. Nothing was changed.
/// </summary>
public sealed class ReservationNotFoundException : BudgetFirewallException
{
    /// <summary>An exception for a reservation.</summary>
    /// <param name="reservationId">The id that was not found.</param>
    /// <param name="message">A description of what was looked for.</param>
    public ReservationNotFoundException(string reservationId, string message) : base(message) => ReservationId = reservationId;

    /// <summary>The id that was not found.</summary>
    public string ReservationId { get; }
}
