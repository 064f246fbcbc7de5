namespace BudgetFirewall.Tool;

/// <summary>What one limit of another configuration would have done.</summary>
internal sealed record WhatIfLine
{
    public required string Id { get; init; }

    public required string Kind { get; init; }

    public required string Scope { get; init; }

    public string? Unit { get; init; }

    public required string Enforcement { get; init; }

    public required long Refused { get; init; }

    public required long NewlyRefused { get; init; }

    public required string RefusedCost { get; init; }

    public required long Delayed { get; init; }

    public required string LongestDelaySeconds { get; init; }

    public DateTimeOffset? First { get; init; }

    public DateTimeOffset? Last { get; init; }

    public required IReadOnlyList<WhatIfScopeLine> Scopes { get; init; }

    public required long OtherScopes { get; init; }

    public required string Nearest { get; init; }

    public string? NearestScope { get; init; }

    public DateTimeOffset? NearestAt { get; init; }

    public static WhatIfLine Of(WhatIfLimit limit) => new()
    {
        Id = limit.Id,
        Kind = Texts.Of(limit.Kind),
        Scope = limit.Scope.ToString(),
        Unit = limit.Unit,
        Enforcement = Texts.Of(limit.Enforcement),
        Refused = limit.Refused,
        NewlyRefused = limit.NewlyRefused,
        RefusedCost = Texts.Of(limit.RefusedCost),
        Delayed = limit.Delayed,
        LongestDelaySeconds = Texts.Of(limit.LongestDelay.Ticks / (decimal)TimeSpan.TicksPerSecond),
        First = limit.First,
        Last = limit.Last,
        Scopes = [.. limit.Scopes.Select(WhatIfScopeLine.Of)],
        OtherScopes = limit.OtherScopes,
        Nearest = Texts.Of(limit.Nearest),
        NearestScope = limit.NearestScope?.ToString(),
        NearestAt = limit.NearestAt,
    };
}
