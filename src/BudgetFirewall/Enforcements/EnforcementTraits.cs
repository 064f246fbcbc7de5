namespace BudgetFirewall;

/// <summary>The properties of an enforcement. Every part that treats limits differently by their enforcement asks for these. Immutable and thread-safe.</summary>
public sealed record EnforcementTraits
{
    private EnforcementTraits()
    {
    }

    /// <summary>The enforcement's name in ids and JSON: <c>hard</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The verdict of a limit that has no room for a request.</summary>
    public required Verdict WithoutRoom { get; init; }

    /// <summary>The outcome of a decision that a budget of this enforcement denies; null when none is.</summary>
    public required DecisionOutcome? BudgetOutcome { get; init; }

    /// <summary>
    /// True when such limits count by themselves: they share no counter with limits of another enforcement, replace none and are replaced by none, and callers who
    /// are told what is left are not told of them.
    /// </summary>
    public bool CountsApart { get; init; }

    /// <summary>True when calls that such budgets have no room for within their limit wait for a turn.</summary>
    public bool HasQueue { get; init; }

    /// <summary>True when rate limits may have this enforcement. Budgets may have each.</summary>
    public bool IsForRateLimits { get; init; }

    /// <summary>True when such limits may deny a request. Their overruns are reported then, and a cost must be known to be charged to them.</summary>
    public bool Denies => BudgetOutcome is not null;

    /// <summary>The properties of an enforcement.</summary>
    /// <param name="enforcement">The enforcement.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="enforcement"/> is not one of the enumeration.</exception>
    public static EnforcementTraits Of(Enforcement enforcement) => enforcement switch
    {
        Enforcement.Hard => Hard,
        Enforcement.Soft => Soft,
        Enforcement.Shadow => Shadow,
        Enforcement.Throttle => Throttle,
        Enforcement.Escalate => Escalate,
        _ => throw new ArgumentOutOfRangeException(nameof(enforcement), enforcement, "There is no such enforcement."),
    };

    private static EnforcementTraits Hard { get; } = new()
    {
        Name = "hard",
        WithoutRoom = Verdict.Refuse,
        BudgetOutcome = DecisionOutcome.BudgetExceeded,
        IsForRateLimits = true,
    };

    private static EnforcementTraits Soft { get; } = new() { Name = "soft", WithoutRoom = Verdict.Admit, BudgetOutcome = null };

    private static EnforcementTraits Shadow { get; } = new()
    {
        Name = "shadow",
        WithoutRoom = Verdict.WouldRefuse,
        BudgetOutcome = null,
        CountsApart = true,
        IsForRateLimits = true,
    };

    // Of what is above the ceiling. Up to there the budget's queue gives the verdict, whose outcome is another one.
    private static EnforcementTraits Throttle { get; } = new() { Name = "throttle", WithoutRoom = Verdict.Refuse, BudgetOutcome = DecisionOutcome.BudgetExceeded, HasQueue = true };

    private static EnforcementTraits Escalate { get; } = new() { Name = "escalate", WithoutRoom = Verdict.NeedsApproval, BudgetOutcome = DecisionOutcome.ApprovalRequired };
}
