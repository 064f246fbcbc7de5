using System.Net;

namespace BudgetFirewall;

/// <summary>The properties of the outcome of a decision: its name, its HTTP status, and a text that names no scope. Immutable and thread-safe.</summary>
public sealed record OutcomeTraits
{
    private OutcomeTraits()
    {
    }

    /// <summary>The outcome's name in metrics, traces and JSON: <c>budget_exceeded</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The HTTP status of an answer that tells the outcome. Guarded endpoints and the HTTP service answer 429 with <c>Retry-After</c> where the decision has a time to come
    /// back, and 402 where it has none, for outcomes that may heal with time.
    /// </summary>
    public required HttpStatusCode Status { get; init; }

    /// <summary>
    /// True when time is what a denial is to be healed by. Whether it does, and when, a decision's <see cref="BudgetDecision.RetryAfter"/> says. An outage ends too, but nobody knows when; and where an
    /// approval is required, that is what callers wait for.
    /// </summary>
    public bool HealsWithTime { get; init; }

    /// <summary>The rank among the reasons of one denial: the highest is the decision's outcome.</summary>
    public required int Rank { get; init; }

    /// <summary>The title of a problem document.</summary>
    public required string Title { get; init; }

    /// <summary>The explanation in a problem document, for strangers too.</summary>
    public required string Detail { get; init; }

    /// <summary>The properties of an outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="outcome"/> is not one of the enumeration.</exception>
    public static OutcomeTraits Of(DecisionOutcome outcome) => outcome switch
    {
        DecisionOutcome.Allowed => Allowed,
        DecisionOutcome.BudgetExceeded => BudgetExceeded,
        DecisionOutcome.ApprovalRequired => ApprovalRequired,
        DecisionOutcome.Throttled => Throttled,
        DecisionOutcome.RateLimited => RateLimited,
        DecisionOutcome.StoreUnavailable => StoreUnavailable,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "There is no such outcome."),
    };

    private static OutcomeTraits Allowed { get; } = new()
    {
        Name = "allowed",
        Rank = 0,
        Status = HttpStatusCode.OK,
        Title = "The request may be made.",
        Detail = "Every limit admits the request.",
    };

    private static OutcomeTraits BudgetExceeded { get; } = new()
    {
        Name = "budget_exceeded",
        Rank = 30,
        Status = HttpStatusCode.PaymentRequired,
        HealsWithTime = true,
        Title = "The budget is used up.",
        Detail = "The budget has no room for this request in its present period.",
    };

    // A new period has room, but its start is not what a caller is to wait for: more budget is, so that the status is always the one that says so.
    private static OutcomeTraits ApprovalRequired { get; } = new()
    {
        Name = "approval_required",
        Rank = 25,
        Status = HttpStatusCode.PaymentRequired,
        Title = "The budget is used up unless somebody approves more.",
        Detail = "The budget has no room for this request, and an approval may raise what it admits in its present period.",
    };

    private static OutcomeTraits Throttled { get; } = new()
    {
        Name = "throttled",
        Rank = 20,
        Status = HttpStatusCode.TooManyRequests,
        HealsWithTime = true,
        Title = "The budget is throttled.",
        Detail = "The budget is above its limit and lets requests begin at a rate; this one has no turn yet.",
    };

    private static OutcomeTraits RateLimited { get; } = new()
    {
        Name = "rate_limited",
        Rank = 10,
        Status = HttpStatusCode.TooManyRequests,
        HealsWithTime = true,
        Title = "Too many requests.",
        Detail = "The rate limit has no room for this request yet.",
    };

    private static OutcomeTraits StoreUnavailable { get; } = new()
    {
        Name = "store_unavailable",
        Rank = 40,
        Status = HttpStatusCode.ServiceUnavailable,
        Title = "Budgets cannot be checked at present.",
        Detail = "The store of budgets did not answer, so the request is not let through. Try again later.",
    };
}
