namespace BudgetFirewall.Storage;

/// <summary>The status of a store's answer to a settlement. Only <see cref="Done"/> without <see cref="SettleAnswer.IsReplay"/> has changed anything.</summary>
public enum SettleStatus
{
    /// <summary>The reservation was settled, now or, in a replay, before. A release after the lease has this status too, and changes nothing.</summary>
    Done,

    /// <summary>The reservation's record is unknown or past its time, or it was forgotten by this call: <see cref="SettleCall.IsOnlyWhileHeld"/>.</summary>
    NotFound,

    /// <summary>The reservation was settled before in another way.</summary>
    Conflict,

    /// <summary>A total would exceed 64 bits.</summary>
    Overflow,

    /// <summary>The reservation is open; only for <see cref="SettleCall.IsReplayOnly"/>.</summary>
    NotSettled,
}
