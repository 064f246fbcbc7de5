namespace BudgetFirewall.Storage;

/// <summary>The status of a store's answer to a correction. Only <see cref="Done"/> without <see cref="CorrectionAnswer.IsReplay"/> has changed anything.</summary>
public enum CorrectionStatus
{
    /// <summary>The call was done, now or, in a replay, before.</summary>
    Done,

    /// <summary>The correction's id is remembered with other content.</summary>
    Conflict,

    /// <summary>The store's time is at or after the call's <see cref="CorrectionCall.NotAfter"/>.</summary>
    TooLate,
}
