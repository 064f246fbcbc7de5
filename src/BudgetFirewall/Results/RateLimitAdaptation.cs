namespace BudgetFirewall;

/// <summary>
/// The change of an adaptive rate limit by what a provider has said. Amounts are in the value that it lowers and raises: the permits or units that come back or begin per second, or the limit of a window.
/// Immutable.
/// </summary>
public sealed record RateLimitAdaptation
{
    /// <summary>The rate limit's id.</summary>
    public required string RateLimitId { get; init; }

    /// <summary>The rate limit's name for people, <see cref="RateLimit.Name"/>; null for none.</summary>
    public string? Name { get; init; }

    /// <summary>The one scope that is limited, never <see cref="BudgetScope.Each"/>.</summary>
    public required BudgetScope Scope { get; init; }

    /// <summary>The partition; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The usage unit that is taken; null when the limit takes permits.</summary>
    public string? Unit { get; init; }

    /// <summary>The reason for the change.</summary>
    public AdaptationCause Cause { get; init; }

    /// <summary>The value before; equal to <see cref="After"/> when the limit only pauses.</summary>
    public decimal Before { get; init; }

    /// <summary>The value after the change.</summary>
    public decimal After { get; init; }

    /// <summary>The most that the value grows to.</summary>
    public decimal Ceiling { get; init; }

    /// <summary>The time for which the limit admits nothing, because the provider has said when to come back; null when it has no pause.</summary>
    public TimeSpan? PausedFor { get; init; }

    /// <summary>The store's time of the change, UTC.</summary>
    public DateTimeOffset At { get; init; }
}
