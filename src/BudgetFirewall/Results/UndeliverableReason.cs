namespace BudgetFirewall;

/// <summary>The reason why a charge or commit of the outbox was given up.</summary>
public enum UndeliverableReason
{
    /// <summary>
    /// The store remembers the id or reservation with other content: something else was charged, or the hold was released. The charge was not recorded.
    /// </summary>
    Conflict,

    /// <summary>No record of the reservation is left. The commit was not recorded.</summary>
    ReservationGone,

    /// <summary>
    /// An earlier try may have been recorded, but the store may have forgotten its id, so that repeating it might charge twice. Or no record of the reservation
    /// is left, which an earlier try may have ended. A person must check whether it was charged.
    /// </summary>
    OutcomeUnknown,

    /// <summary>The charge can no longer be priced or recorded; the exception says why. It was not recorded.</summary>
    Refused,

    /// <summary>
    /// The firewall was disposed while the charge waited in memory. It was not recorded, unless an earlier try was recorded without being confirmed.
    /// </summary>
    Abandoned,
}
