using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>
/// What one limit has refused in fact, or would have as a shadow, as the ledger tells of it. The ledger knows limits by what they count and not by their ids, and not how near they came. Immutable.
/// </summary>
public sealed record WhatIfPastLimit
{
    /// <summary>The name of what it counts, as <c>user/day</c>: <see cref="LedgerCounter.Family"/>. Empty for denials that no limit has decided.</summary>
    public required string Name { get; init; }

    /// <summary>The usage unit that is counted; null for money, or for permits.</summary>
    public required string? Unit { get; init; }

    /// <summary>True for a shadow limit, which has refused nothing.</summary>
    public required bool IsShadow { get; init; }

    /// <summary>The number of requests that it has refused, or would have as a shadow.</summary>
    public required long Refused { get; init; }

    /// <summary>The money that they have asked for, as far as it is known.</summary>
    public required decimal RefusedCost { get; init; }

    /// <summary>The number of those that would be allowed now. 0 for a shadow limit, whose requests were allowed.</summary>
    public required long NoLongerRefused { get; init; }

    /// <summary>The time of the first one.</summary>
    public required DateTimeOffset First { get; init; }

    /// <summary>The time of the last one; where some were counted together, the time of the first of these.</summary>
    public required DateTimeOffset Last { get; init; }

    /// <summary>The scopes with the most refusals, at most <see cref="WhatIfRequest.TopScopes"/>.</summary>
    public required ImmutableArray<WhatIfScope> Scopes { get; init; }

    /// <summary>The number of refusals for scopes that are not listed.</summary>
    public required long OtherScopes { get; init; }
}
