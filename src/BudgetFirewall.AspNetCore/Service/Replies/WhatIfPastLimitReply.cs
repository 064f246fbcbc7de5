using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>What one limit has refused in fact, as JSON.</summary>
[Description("What one limit has refused in fact, or would have as a shadow.")]
internal sealed record WhatIfPastLimitReply
{
    [Description("The name of what it counts, as user/day; empty for denials that no limit has decided.")]
    public required string Name { get; init; }

    public string? Unit { get; init; }

    public required bool IsShadow { get; init; }

    public required long Refused { get; init; }

    public required string RefusedCost { get; init; }

    [Description("The number of those that would be allowed now.")]
    public required long NoLongerRefused { get; init; }

    public required DateTimeOffset First { get; init; }

    public required DateTimeOffset Last { get; init; }

    public required IReadOnlyList<WhatIfScopeReply> Scopes { get; init; }

    [Description("The number of refusals for scopes that are not listed.")]
    public required long OtherScopes { get; init; }

    public static WhatIfPastLimitReply Of(WhatIfPastLimit limit) => new()
    {
        Name = limit.Name,
        Unit = limit.Unit,
        IsShadow = limit.IsShadow,
        Refused = limit.Refused,
        RefusedCost = Amounts.Text(limit.RefusedCost),
        NoLongerRefused = limit.NoLongerRefused,
        First = limit.First,
        Last = limit.Last,
        Scopes = [.. limit.Scopes.Select(WhatIfScopeReply.Of)],
        OtherScopes = limit.OtherScopes,
    };
}
