namespace BudgetFirewall.Storage;

/// <summary>The status of a store's answer to a <see cref="DecideApprovalCall"/>. Only <see cref="Done"/> without a replay has changed anything.</summary>
public enum DecideApprovalStatus
{
    /// <summary>The approval has ended as the call asks for, now or, in a replay, before.</summary>
    Done,

    /// <summary>There is no such approval.</summary>
    NotFound,

    /// <summary>The approval had ended before.</summary>
    Conflict,

    /// <summary>The counter's allowance would be above what a limit may be.</summary>
    OutOfRange,
}
