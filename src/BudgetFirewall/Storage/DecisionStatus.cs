namespace BudgetFirewall.Storage;

/// <summary>The status of a store's answer to a call. Only <see cref="Done"/> without <see cref="DecisionAnswer.IsReplay"/> has changed anything.</summary>
public enum DecisionStatus
{
    /// <summary>The call was done, now or, in a replay, before.</summary>
    Done,

    /// <summary>At least one limit refuses; the judgements tell which, and the waits.</summary>
    Denied,

    /// <summary>The catalog has another version than the call: read it, match anew and repeat.</summary>
    StaleCatalog,

    /// <summary>The operation id is remembered with other content.</summary>
    Conflict,

    /// <summary>A total would exceed 64 bits.</summary>
    Overflow,

    /// <summary>
    /// A spend would have to wait for its turn: nothing was changed, no limit refuses, and the judgements tell the waits. A reservation of the same amounts gets the turn; it is committed then.
    /// </summary>
    Delayed,

    /// <summary>The operation is not remembered; only for <see cref="DecisionCall.IsReplayOnly"/>.</summary>
    UnknownOperation,
}
