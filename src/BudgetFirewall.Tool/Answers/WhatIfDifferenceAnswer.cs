namespace BudgetFirewall.Tool;

/// <summary>One request that is decided otherwise than in fact.</summary>
internal sealed record WhatIfDifferenceAnswer
{
    public required string EntryId { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required string InFact { get; init; }

    public required string Outcome { get; init; }

    public string? Cost { get; init; }

    public required IReadOnlyList<WhatIfRefusalLine> Limits { get; init; }

    public required IReadOnlyDictionary<string, string> Scopes { get; init; }

    public static WhatIfDifferenceAnswer Of(WhatIfDifference difference) => new()
    {
        EntryId = difference.EntryId,
        Time = difference.Time,
        InFact = Texts.Of(difference.InFact),
        Outcome = Texts.Of(difference.Outcome),
        Cost = difference.Cost is { } cost ? Texts.Of(cost) : null,
        Limits = [.. difference.Limits.Select(WhatIfRefusalLine.Of)],
        Scopes = difference.Scopes,
    };
}
