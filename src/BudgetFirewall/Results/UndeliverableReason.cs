namespace BudgetFirewall;

/// <summary>The reason why a charge or commit of the outbox was given up.</summary>
public enum UndeliverableReason
{
    /// <summary>The store remembers its id or reservation with other content: something else was charged, or the hold was released. It was not charged.</summary>
    Conflict,

    /// <summary>No record of its reservation is left. It was not charged.</summary>
    ReservationGone,

    /// <summary>
    /// An earlier try may have been recorded, and the store need not remember its id any more: repeating it might charge twice. Or no record of its reservation is left,
    /// which an earlier try may have ended. Somebody must look.
    /// </summary>
    OutcomeUnknown,

    /// <summary>It cannot be priced or recorded any more; the exception says why. It was not charged.</summary>
    Refused,

    /// <summary>The firewall was disposed with it in a journal in memory. Unless an earlier, unconfirmed try was recorded, it was not charged.</summary>
    Abandoned,
}
