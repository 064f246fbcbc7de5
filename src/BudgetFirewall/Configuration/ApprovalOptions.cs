namespace BudgetFirewall;

/// <summary>The options of approvals, which budgets of the enforcement <see cref="Enforcement.Escalate"/> ask for above their limit.</summary>
public sealed class ApprovalOptions
{
    /// <summary>
    /// The time in which an approval can be answered, 1 minute to 366 days. Default 24 hours. It ends with the budget's period where that is sooner.
    /// </summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// The time for which an approval is kept after its end, 1 hour to 366 days. Default 30 days. Each takes about a kilobyte of the store.
    /// </summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// The time after which a counter whose approval was denied asks for another one, 0 to 30 days. Default 1 hour. Until then, or until the budget's period ends, its calls are refused without an
    /// approval that could be answered.
    /// </summary>
    public TimeSpan AskAgainAfter { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// True: who approves must be named, and must be somebody else than the user whose request has asked, and than the caller who has made it, over HTTP. Default false. Denying and cancelling are
    /// free to anybody.
    /// </summary>
    public bool RequireSecondPerson { get; set; }

    /// <summary>
    /// The longest time that a check, reserve or spend waits for an approval when the request gives none: 0 to 24 hours. Default 0: nothing waits.
    /// </summary>
    public TimeSpan Wait { get; set; }
}
