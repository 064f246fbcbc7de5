namespace BudgetFirewall.Reliability;

/// <summary>How a call ended for its caller.</summary>
public enum CallOutcome
{
    /// <summary>The caller was ended before it was answered.</summary>
    None,

    Done,

    Denied,

    /// <summary>The store could not be asked, or did not answer: it may have happened.</summary>
    Unknown,

    /// <summary>The reservation is not there any more.</summary>
    NotFound,

    Conflict,

    /// <summary>The caller stopped waiting.</summary>
    GaveUp,
}
