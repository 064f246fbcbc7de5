namespace BudgetFirewall.Storage;

/// <summary>The status of a store's answer to a settlement. Only <see cref="Done"/> without <see cref="SettleAnswer.IsReplay"/> has changed anything.</summary>
public enum SettleStatus
{
    /// <summary>Settled, now or, in a replay, before. A release after the lease is done too, and changes nothing.</summary>
    Done,

    /// <summary>The reservation's record is unknown or past its time.</summary>
    NotFound,

    /// <summary>The reservation was settled otherwise.</summary>
    Conflict,

    /// <summary>A total would pass 64 bits.</summary>
    Overflow,

    /// <summary>For <see cref="SettleCall.IsReplayOnly"/>: the reservation is open.</summary>
    NotSettled,
}
