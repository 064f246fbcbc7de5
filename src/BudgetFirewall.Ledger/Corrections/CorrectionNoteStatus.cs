namespace BudgetFirewall;

/// <summary>The answers to a correction that is to be noted.</summary>
public enum CorrectionNoteStatus
{
    /// <summary>It is noted now.</summary>
    Noted,

    /// <summary>It was noted before, with the same content.</summary>
    Known,

    /// <summary>Its id was noted before, with other content.</summary>
    Conflict,

    /// <summary>The ledger does not have the charge.</summary>
    ChargeNotFound,

    /// <summary>Less is left of the charge.</summary>
    TooLarge,

    /// <summary>The charge has the cost already that it was to be corrected to: nothing is noted.</summary>
    Unchanged,
}
