namespace BudgetFirewall.Tool;

/// <summary>What one limit has refused in fact, or would have as a shadow.</summary>
internal sealed record WhatIfPastLine
{
    public required string Name { get; init; }

    public string? Unit { get; init; }

    public required bool IsShadow { get; init; }

    public required long Refused { get; init; }

    public required string RefusedCost { get; init; }

    public required long NoLongerRefused { get; init; }

    public required DateTimeOffset First { get; init; }

    public required DateTimeOffset Last { get; init; }

    public required IReadOnlyList<WhatIfScopeLine> Scopes { get; init; }

    public required long OtherScopes { get; init; }

    public static WhatIfPastLine Of(WhatIfPastLimit limit) => new()
    {
        Name = limit.Name,
        Unit = limit.Unit,
        IsShadow = limit.IsShadow,
        Refused = limit.Refused,
        RefusedCost = Texts.Of(limit.RefusedCost),
        NoLongerRefused = limit.NoLongerRefused,
        First = limit.First,
        Last = limit.Last,
        Scopes = [.. limit.Scopes.Select(WhatIfScopeLine.Of)],
        OtherScopes = limit.OtherScopes,
    };
}
