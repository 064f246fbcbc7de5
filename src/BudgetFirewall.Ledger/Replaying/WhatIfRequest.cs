using Microsoft.Extensions.Configuration;

namespace BudgetFirewall;

/// <summary>The entries that are to be replayed, and the configuration against which they are. Immutable.</summary>
public sealed record WhatIfRequest
{
    /// <summary>The longest <see cref="Lead"/>: 400 days.</summary>
    public static readonly TimeSpan LongestLead = TimeSpan.FromDays(400);

    /// <summary>The first moment that is reported.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The first moment after it.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>
    /// The time before <see cref="From"/> whose entries are replayed too, so that budgets begin with what was spent by then, and are not reported. Zero to 400 days. Default zero: every budget begins empty. A day
    /// that begins at midnight needs none for budgets of a day, and up to 31 days for those of a month.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan Lead
    {
        get;
        init => field = value >= TimeSpan.Zero && value <= LongestLead ? value : throw new ArgumentOutOfRangeException(nameof(Lead), value, $"Lead must be from zero to {LongestLead.TotalDays} days.");
    }

    /// <summary>The other configuration: a section as <c>BudgetFirewall</c>. It is read once. Null where <see cref="Configure"/> says all.</summary>
    public IConfiguration? Configuration { get; init; }

    /// <summary>Sets the options of the other configuration, after <see cref="Configuration"/>; it may be called several times. Null where that says all.</summary>
    public Action<BudgetFirewallOptions>? Configure { get; init; }

    /// <summary>
    /// True, the default, to take up the budgets and rate limits that were changed at run time, when they were changed, as the ledger tells of them. They replace configured ones of the same id. False where the
    /// configuration given has every limit that is to count.
    /// </summary>
    public bool TakeUpChanges { get; init; } = true;

    /// <summary>
    /// True to ask for charges as if they were spends, for applications that check before and charge afterwards. Default false: as nothing refuses a charge, it is charged. It has no effect on reservations and spends.
    /// </summary>
    public bool AskForCharges { get; init; }

    /// <summary>The partition whose entries are replayed; null for all.</summary>
    public string? Partition { get; init; }

    /// <summary>The number of scopes that are listed of each limit, those with the most refusals, 0 to 1,000. Default 10.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int TopScopes { get; init => field = value is >= 0 and <= 1_000 ? value : throw new ArgumentOutOfRangeException(nameof(TopScopes), value, "TopScopes must be from 0 to 1,000."); } = 10;

    /// <summary>The number of refusals that are listed one by one, the first ones of those that differ from what was decided, 0 to 10,000. Default 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxDifferences { get; init => field = value is >= 0 and <= 10_000 ? value : throw new ArgumentOutOfRangeException(nameof(MaxDifferences), value, "MaxDifferences must be from 0 to 10,000."); } = 100;

    /// <summary>The number of entries after which the replay ends, those of the lead and of changes before it included; the report then says up to when it goes. From 1; null, the default, for all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public long? MaxEntries { get; init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaxEntries), value, "MaxEntries must be at least 1, or null."); }

    internal DateTimeOffset Start => From - Lead;

    /// <exception cref="ArgumentException">The times are reversed or before 1970, or there is no configuration.</exception>
    internal void Check()
    {
        if (From >= To)
            throw new ArgumentException($"From ({From:O}) must be before To ({To:O}).", nameof(From));
        if (From < DateTimeOffset.UnixEpoch + Lead)
            throw new ArgumentException($"From ({From:O}) less Lead ({Lead}) is before 1970, from which on there are entries.", nameof(From));
        if (Configuration is null && Configure is null)
            throw new ArgumentException("There is nothing to compare with: Configuration and Configure are both null.", nameof(Configuration));
        if (Partition is not null && !BudgetScope.IsValidId(Partition))
            throw new ArgumentException($"Partition must have 1 to 256 characters, not {Partition.Length}.", nameof(Partition));
    }
}
