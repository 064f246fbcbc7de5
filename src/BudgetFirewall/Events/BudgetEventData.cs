using System.Text.Json;

namespace BudgetFirewall;

/// <summary>
/// The body of an event. A member has the same meaning in every type; those that a type does not have are null, and left out of its JSON. Amounts are in currency units, or in <see cref="Unit"/>, and texts of digits in JSON. Immutable.
/// </summary>
public sealed record BudgetEventData
{
    /// <summary>The id of the budget.</summary>
    public string? BudgetId { get; init; }

    /// <summary>The id of the rate limit.</summary>
    public string? RateLimitId { get; init; }

    /// <summary>The id of the approval.</summary>
    public string? ApprovalId { get; init; }

    /// <summary>The id of the pool.</summary>
    public string? PoolId { get; init; }

    /// <summary>The id of the allocation of a shared cost.</summary>
    public string? AllocationId { get; init; }

    /// <summary>The number of the anomaly.</summary>
    public string? AnomalyId { get; init; }

    /// <summary>The name for people: that of the limit, or what a shared cost is of.</summary>
    public string? Name { get; init; }

    /// <summary>The scope, as <c>user=alice</c>, as it was given: <see cref="DisplayText"/> makes it safe to show.</summary>
    public string? Scope { get; init; }

    /// <summary>The partition.</summary>
    public string? Partition { get; init; }

    /// <summary>The usage unit that is counted; null for money.</summary>
    public string? Unit { get; init; }

    /// <summary>The start of the period, or of the hour of an anomaly, UTC.</summary>
    public DateTimeOffset? PeriodStart { get; init; }

    /// <summary>The fraction of the limit that was reached: 0.8 is 80 %.</summary>
    public decimal? Threshold { get; init; }

    /// <summary>The limit, without the allowance.</summary>
    public decimal? Limit { get; init; }

    /// <summary>The amount by which the limit is raised in the present period.</summary>
    public decimal? Allowance { get; init; }

    /// <summary>The amount that is spent in the period.</summary>
    public decimal? Spent { get; init; }

    /// <summary>The amount that the event is about: the part above the limit, what was approved, what was given back, or the change of an allowance.</summary>
    public decimal? Amount { get; init; }

    /// <summary>The amount that an approval is asked for.</summary>
    public decimal? Needed { get; init; }

    /// <summary>The value before a change: of a budget its limit.</summary>
    public decimal? ValueBefore { get; init; }

    /// <summary>The value after a change.</summary>
    public decimal? ValueAfter { get; init; }

    /// <summary>The highest value that there may be.</summary>
    public decimal? Ceiling { get; init; }

    /// <summary>The cost of a charge, in currency units; after a correction what is left of it.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The currency of the cost.</summary>
    public string? Currency { get; init; }

    /// <summary>The id of the operation.</summary>
    public string? OperationId { get; init; }

    /// <summary>The id of the reservation.</summary>
    public string? ReservationId { get; init; }

    /// <summary>The reason for which requests were denied, in snake case: <c>budget_exceeded</c>, <c>approval_required</c>, <c>throttled</c>, <c>rate_limited</c> or <c>store_unavailable</c>.</summary>
    public string? Outcome { get; init; }

    /// <summary>The number of requests, or of the members of a pool.</summary>
    public long? Count { get; init; }

    /// <summary>The time of the first of the requests that were counted.</summary>
    public DateTimeOffset? FirstAt { get; init; }

    /// <summary>The time of the last of the requests that were counted.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>The time at which it ends: an approval, a pause, the hour of an anomaly, the period of a budget.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The amount that was expected in an hour; of a burn rate, what could be spent in an hour so that the rest lasts until the period ends.</summary>
    public decimal? Expected { get; init; }

    /// <summary>The amount that was seen in the hour.</summary>
    public decimal? Seen { get; init; }

    /// <summary>The distance of what was seen from what was expected: of an anomaly in what its hours usually differ by, of a burn rate in what was expected, so that 5 is six times as fast.</summary>
    public decimal? Distance { get; init; }

    /// <summary>The hours that an expectation comes from: <c>weeks</c>, the same hour of earlier weeks, or <c>last_day</c>, the last 24 hours.</summary>
    public string? Basis { get; init; }

    /// <summary>The amount that is left of a budget.</summary>
    public decimal? Remaining { get; init; }

    /// <summary>The time at which the rest of a budget will be used up if it is spent on as in the last hour.</summary>
    public DateTimeOffset? UsedUpAt { get; init; }

    /// <summary>What was changed, as it was before.</summary>
    public JsonElement? Before { get; init; }

    /// <summary>What was changed, as it is now.</summary>
    public JsonElement? After { get; init; }

    /// <summary>The cause, in a word or a sentence.</summary>
    public string? Cause { get; init; }

    /// <summary>The person or program that has done it.</summary>
    public string? By { get; init; }

    /// <summary>The reason that was given.</summary>
    public string? Reason { get; init; }
}
