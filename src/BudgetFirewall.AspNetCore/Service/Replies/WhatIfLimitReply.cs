using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>What one limit of another configuration would have done, as JSON.</summary>
[Description("What one limit of the other configuration would have done.")]
internal sealed record WhatIfLimitReply
{
    public required string Id { get; init; }

    [NamesOf<LimitKind>]
    public required string Kind { get; init; }

    public required string Scope { get; init; }

    [Description("The usage unit that is counted; absent: money, or permits.")]
    public string? Unit { get; init; }

    [NamesOf<Enforcement>("; a shadow limit refuses nothing, and refused is what it would refuse")]
    public required string Enforcement { get; init; }

    public required long Refused { get; init; }

    [Description("The number of those that were allowed in fact.")]
    public required long NewlyRefused { get; init; }

    public required string RefusedCost { get; init; }

    [Description("The number of requests that would have waited for their turn.")]
    public required long Delayed { get; init; }

    public required decimal LongestDelaySeconds { get; init; }

    public DateTimeOffset? First { get; init; }

    public DateTimeOffset? Last { get; init; }

    [Description("The scopes with the most refusals.")]
    public required IReadOnlyList<WhatIfScopeReply> Scopes { get; init; }

    [Description("The number of refusals for scopes that are not listed.")]
    public required long OtherScopes { get; init; }

    [Description("The nearest that the limit came to being used up, as a part of it: 1 where nothing was left.")]
    public required string Nearest { get; init; }

    public string? NearestScope { get; init; }

    public DateTimeOffset? NearestAt { get; init; }

    public static WhatIfLimitReply Of(WhatIfLimit limit) => new()
    {
        Id = limit.Id,
        Kind = WireNames.Of(limit.Kind),
        Scope = limit.Scope.ToString(),
        Unit = limit.Unit,
        Enforcement = WireNames.Of(limit.Enforcement),
        Refused = limit.Refused,
        NewlyRefused = limit.NewlyRefused,
        RefusedCost = Amounts.Text(limit.RefusedCost),
        Delayed = limit.Delayed,
        LongestDelaySeconds = Amounts.Seconds(limit.LongestDelay),
        First = limit.First,
        Last = limit.Last,
        Scopes = [.. limit.Scopes.Select(WhatIfScopeReply.Of)],
        OtherScopes = limit.OtherScopes,
        Nearest = Amounts.Text(limit.Nearest),
        NearestScope = limit.NearestScope?.ToString(),
        NearestAt = limit.NearestAt,
    };
}
