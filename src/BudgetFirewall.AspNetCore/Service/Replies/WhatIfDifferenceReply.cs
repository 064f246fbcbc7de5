using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>One request that is decided otherwise than in fact, as JSON.</summary>
[Description("One request that is decided otherwise than in fact.")]
internal sealed record WhatIfDifferenceReply
{
    public required string EntryId { get; init; }

    public required DateTimeOffset Time { get; init; }

    [NamesOf<DecisionOutcome>]
    public required string InFact { get; init; }

    [NamesOf<DecisionOutcome>]
    public required string Outcome { get; init; }

    [Description("The money that it has cost or has asked for; absent: it is not known.")]
    public string? Cost { get; init; }

    [Description("The limits that refuse it.")]
    public required IReadOnlyList<WhatIfRefusalReply> Limits { get; init; }

    [Description("The scopes of the request by their kinds.")]
    public required IReadOnlyDictionary<string, string> Scopes { get; init; }

    public static WhatIfDifferenceReply Of(WhatIfDifference difference) => new()
    {
        EntryId = difference.EntryId,
        Time = difference.Time,
        InFact = WireNames.Of(difference.InFact),
        Outcome = WireNames.Of(difference.Outcome),
        Cost = difference.Cost is { } cost ? Amounts.Text(cost) : null,
        Limits = [.. difference.Limits.Select(WhatIfRefusalReply.Of)],
        Scopes = difference.Scopes,
    };
}
