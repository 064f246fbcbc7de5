using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>What one limit of the other configuration would have done. Immutable.</summary>
public sealed record WhatIfLimit
{
    /// <summary>The limit's id.</summary>
    public required string Id { get; init; }

    /// <summary>A budget or a rate limit.</summary>
    public required LimitKind Kind { get; init; }

    /// <summary>The limit's scope, which may be each of a kind.</summary>
    public required BudgetScope Scope { get; init; }

    /// <summary>The usage unit that is counted; null for money, or for permits.</summary>
    public required string? Unit { get; init; }

    /// <summary>The effect of the limit where it has no room. A shadow limit refuses nothing; <see cref="Refused"/> is what it would refuse.</summary>
    public required Enforcement Enforcement { get; init; }

    /// <summary>The number of requests that it refuses. One that several limits refuse counts in each.</summary>
    public required long Refused { get; init; }

    /// <summary>The number of those that were allowed in fact.</summary>
    public required long NewlyRefused { get; init; }

    /// <summary>The money that the refused requests have asked for, as far as it is known.</summary>
    public required decimal RefusedCost { get; init; }

    /// <summary>The number of requests that would have waited for their turn. The replay does not wait: they go on at once.</summary>
    public required long Delayed { get; init; }

    /// <summary>The longest time that one of them would have waited.</summary>
    public required TimeSpan LongestDelay { get; init; }

    /// <summary>The time of the first refusal; null for none.</summary>
    public required DateTimeOffset? First { get; init; }

    /// <summary>The time of the last refusal; null for none.</summary>
    public required DateTimeOffset? Last { get; init; }

    /// <summary>The scopes with the most refusals, at most <see cref="WhatIfRequest.TopScopes"/>.</summary>
    public required ImmutableArray<WhatIfScope> Scopes { get; init; }

    /// <summary>The number of refusals for scopes that are not listed.</summary>
    public required long OtherScopes { get; init; }

    /// <summary>
    /// The nearest that the limit came to being used up, as a part of it: 1 where nothing was left, and more where charges went above it. For a budget it is what is spent and held, for a rate limit what is taken.
    /// </summary>
    public required decimal Nearest { get; init; }

    /// <summary>The scope for which it came so near; null where nothing was counted.</summary>
    public required BudgetScope? NearestScope { get; init; }

    /// <summary>The time at which it came so near; null where nothing was counted.</summary>
    public required DateTimeOffset? NearestAt { get; init; }
}
