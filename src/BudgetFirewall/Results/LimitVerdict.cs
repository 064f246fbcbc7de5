namespace BudgetFirewall;

/// <summary>The verdict of one limit on one request, and the reason for it. Amounts are currency units, usage units where <see cref="Unit"/> is set, or the permits of a rate limit. Immutable.</summary>
public sealed record LimitVerdict
{
    /// <summary>The id of the budget or rate limit.</summary>
    public required string Id { get; init; }

    /// <summary>The limit's name for people, <see cref="Budget.Name"/> or <see cref="RateLimit.Name"/>; null for none.</summary>
    public string? Name { get; init; }

    /// <summary>The kind of limit.</summary>
    public required LimitKind Kind { get; init; }

    /// <summary>The one scope that is limited, never <see cref="BudgetScope.Each"/>.</summary>
    public required BudgetScope Scope { get; init; }

    /// <summary>The usage unit that is counted; null for money, or for the permits of a rate limit.</summary>
    public string? Unit { get; init; }

    /// <summary>The verdict. A throttled budget above its limit delays until the call's turn, or refuses. A limit admits what it has room for; a soft budget admits everything, and in a replay every limit does.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>The time after which the limit would have room, if nobody else used it. Null when it has room, or when waiting does not help.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>
    /// The amount that the request needed room for. When the amount is unknown, this is the smallest amount that is counted, since something must then be left.
    /// </summary>
    public decimal Needed { get; init; }

    /// <summary>
    /// The amount that must stay free for requests of other priorities, beside what this one needs: <see cref="Budget.PriorityHeadroom"/> of the request's priority. 0 when its
    /// priority has none there, when the request needs nothing of the limit, and in a replay.
    /// </summary>
    public decimal Headroom { get; init; }

    /// <summary>
    /// True when there was room for the request and not for the headroom beside it. A hard limit then refuses for its priority alone; a soft or shadow one only says so.
    /// </summary>
    public bool IsWithinHeadroom => Headroom > 0 && Needed <= Available && Needed > Available - Headroom;

    /// <summary>The amount that there was room for before the request; in a replay, the amount that there is now.</summary>
    public decimal Available { get; init; }

    /// <summary>The place that the limit's definition comes from.</summary>
    public LimitSource Source { get; init; }

    /// <summary>
    /// The id of the definition that would limit the scope if this one were not there: the limit on each id that this one replaces, or the configured one that a
    /// run-time definition replaces, which mostly has the same id. Null when there is none.
    /// </summary>
    public string? ReplacedId { get; init; }
}
