using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>The result of a replay: what the other configuration would have decided, beside what was decided in fact. Immutable.</summary>
public sealed record WhatIfReport
{
    /// <summary>The first moment.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The first moment after it.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The time of the last entry that was replayed, where <see cref="WhatIfRequest.MaxEntries"/> has ended the replay before the others; null where all were.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The currency of the other configuration, for display.</summary>
    public required string Currency { get; init; }

    /// <summary>The number of entries that were read, those of the lead and of changes before it included.</summary>
    public required long Entries { get; init; }

    /// <summary>The number of requests that were asked for again.</summary>
    public required long Asked { get; init; }

    /// <summary>The number of those that would be refused.</summary>
    public required long Refused { get; init; }

    /// <summary>The money that they have asked for, as far as it is known.</summary>
    public required decimal RefusedCost { get; init; }

    /// <summary>The number of requests that would be refused and were allowed in fact: what the other configuration refuses falsely, if today's is right.</summary>
    public required long NewlyRefused { get; init; }

    /// <summary>The money that they have cost, or have asked for.</summary>
    public required decimal NewlyRefusedCost { get; init; }

    /// <summary>The number of requests that were refused in fact and would be allowed.</summary>
    public required long NoLongerRefused { get; init; }

    /// <summary>The money that they have asked for, as far as it is known. It is spent in the replay.</summary>
    public required decimal NoLongerRefusedCost { get; init; }

    /// <summary>The number of requests that would be refused as they were in fact, but with another outcome or by other limits.</summary>
    public required long RefusedOtherwise { get; init; }

    /// <summary>The number of requests that are decided otherwise than in fact; 0 for the configuration by which they were decided.</summary>
    public long Differences => NewlyRefused + NoLongerRefused + RefusedOtherwise;

    /// <summary>The limits of the other configuration, shadow limits included, those that refuse most first.</summary>
    public required ImmutableArray<WhatIfLimit> Limits { get; init; }

    /// <summary>The limits that have refused in fact, and the shadow limits that would have, as the entries of denials tell of them; those that have refused most first.</summary>
    public required ImmutableArray<WhatIfPastLimit> PastLimits { get; init; }

    /// <summary>The first requests that are decided otherwise, at most <see cref="WhatIfRequest.MaxDifferences"/>.</summary>
    public required ImmutableArray<WhatIfDifference> FirstDifferences { get; init; }

    /// <summary>The number of differences that are not among <see cref="FirstDifferences"/>.</summary>
    public long DifferencesLeftOut => Differences - FirstDifferences.Length;

    /// <summary>What could not be replayed, or not as it happened, and how often.</summary>
    public required ImmutableArray<WhatIfOmission> Omissions { get; init; }
}
