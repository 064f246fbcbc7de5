using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>The result of a replay as JSON.</summary>
[Description("What another configuration would have decided, beside what was decided in fact. Amounts are exact decimals as strings.")]
internal sealed record WhatIfReply
{
    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    [Description("The time of the last entry that was replayed, where maxEntries has ended the replay; absent: all were.")]
    public DateTimeOffset? EndedAt { get; init; }

    public required string Currency { get; init; }

    [Description("The number of entries that were read.")]
    public required long Entries { get; init; }

    [Description("The number of requests that were asked for again.")]
    public required long Asked { get; init; }

    [Description("The number of those that would be refused.")]
    public required long Refused { get; init; }

    [Description("The money that they have asked for, as far as it is known.")]
    public required string RefusedCost { get; init; }

    [Description("The number of requests that would be refused and were allowed in fact.")]
    public required long NewlyRefused { get; init; }

    public required string NewlyRefusedCost { get; init; }

    [Description("The number of requests that were refused in fact and would be allowed.")]
    public required long NoLongerRefused { get; init; }

    public required string NoLongerRefusedCost { get; init; }

    [Description("The number of requests that would be refused as they were, but with another outcome or by other limits.")]
    public required long RefusedOtherwise { get; init; }

    [Description("The number of requests that are decided otherwise than in fact.")]
    public required long Differences { get; init; }

    [Description("The limits of the other configuration, those that refuse most first.")]
    public required IReadOnlyList<WhatIfLimitReply> Limits { get; init; }

    [Description("The limits that have refused in fact, and the shadow limits that would have.")]
    public required IReadOnlyList<WhatIfPastLimitReply> PastLimits { get; init; }

    [Description("The first requests that are decided otherwise.")]
    public required IReadOnlyList<WhatIfDifferenceReply> FirstDifferences { get; init; }

    [Description("The number of differences that are not listed.")]
    public required long DifferencesLeftOut { get; init; }

    [Description("What could not be replayed, or not as it happened, and how often.")]
    public required IReadOnlyList<WhatIfOmissionReply> Omissions { get; init; }

    public static WhatIfReply Of(WhatIfReport report) => new()
    {
        From = report.From,
        To = report.To,
        EndedAt = report.EndedAt,
        Currency = report.Currency,
        Entries = report.Entries,
        Asked = report.Asked,
        Refused = report.Refused,
        RefusedCost = Amounts.Text(report.RefusedCost),
        NewlyRefused = report.NewlyRefused,
        NewlyRefusedCost = Amounts.Text(report.NewlyRefusedCost),
        NoLongerRefused = report.NoLongerRefused,
        NoLongerRefusedCost = Amounts.Text(report.NoLongerRefusedCost),
        RefusedOtherwise = report.RefusedOtherwise,
        Differences = report.Differences,
        Limits = [.. report.Limits.Select(WhatIfLimitReply.Of)],
        PastLimits = [.. report.PastLimits.Select(WhatIfPastLimitReply.Of)],
        FirstDifferences = [.. report.FirstDifferences.Select(WhatIfDifferenceReply.Of)],
        DifferencesLeftOut = report.DifferencesLeftOut,
        Omissions = [.. report.Omissions.Select(WhatIfOmissionReply.Of)],
    };
}
