namespace BudgetFirewall.Tool;

/// <summary>What another configuration would have decided.</summary>
internal sealed record WhatIfAnswer
{
    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public required string Currency { get; init; }

    public required long Entries { get; init; }

    public required long Asked { get; init; }

    public required long Refused { get; init; }

    public required string RefusedCost { get; init; }

    public required long NewlyRefused { get; init; }

    public required string NewlyRefusedCost { get; init; }

    public required long NoLongerRefused { get; init; }

    public required string NoLongerRefusedCost { get; init; }

    public required long RefusedOtherwise { get; init; }

    public required long Differences { get; init; }

    public required IReadOnlyList<WhatIfLine> Limits { get; init; }

    public required IReadOnlyList<WhatIfPastLine> PastLimits { get; init; }

    public required IReadOnlyList<WhatIfDifferenceAnswer> FirstDifferences { get; init; }

    public required long DifferencesLeftOut { get; init; }

    public required IReadOnlyList<OmissionAnswer> Omissions { get; init; }

    public static WhatIfAnswer Of(WhatIfReport report) => new()
    {
        From = report.From,
        To = report.To,
        EndedAt = report.EndedAt,
        Currency = report.Currency,
        Entries = report.Entries,
        Asked = report.Asked,
        Refused = report.Refused,
        RefusedCost = Texts.Of(report.RefusedCost),
        NewlyRefused = report.NewlyRefused,
        NewlyRefusedCost = Texts.Of(report.NewlyRefusedCost),
        NoLongerRefused = report.NoLongerRefused,
        NoLongerRefusedCost = Texts.Of(report.NoLongerRefusedCost),
        RefusedOtherwise = report.RefusedOtherwise,
        Differences = report.Differences,
        Limits = [.. report.Limits.Select(WhatIfLine.Of)],
        PastLimits = [.. report.PastLimits.Select(WhatIfPastLine.Of)],
        FirstDifferences = [.. report.FirstDifferences.Select(WhatIfDifferenceAnswer.Of)],
        DifferencesLeftOut = report.DifferencesLeftOut,
        Omissions = [.. report.Omissions.Select(omission => new OmissionAnswer(Texts.Of(omission.Reason), omission.Count, omission.Example))],
    };
}
