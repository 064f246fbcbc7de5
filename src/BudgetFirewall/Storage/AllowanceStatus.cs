namespace BudgetFirewall.Storage;

/// <summary>The status of a store's answer to a change of an allowance. Only <see cref="Done"/> without <see cref="AllowanceAnswer.IsReplay"/> has changed anything.</summary>
public enum AllowanceStatus
{
    /// <summary>The call was done, now or, in a replay, before.</summary>
    Done,

    /// <summary>The store's time is outside the call's <see cref="AllowanceCall.Validity"/>.</summary>
    OtherTime,

    /// <summary>The operation id is remembered with other content.</summary>
    Conflict,

    /// <summary>The allowance would be more than <see cref="AllowanceCall.MaxAllowance"/>.</summary>
    TooMuch,
}
