namespace BudgetFirewall.Storage;

/// <summary>An approval as a store keeps it: what was frozen when it was asked for, and its end. Amounts are nanos of money or micros of a unit. Immutable.</summary>
public sealed record ApprovalRecord
{
    /// <summary>The approval's id: 128 random bits as 32 hexadecimal digits in small letters.</summary>
    public required string Id { get; init; }

    /// <summary>The state.</summary>
    public required ApprovalState State { get; init; }

    /// <summary>The budget as it was then, with the limit that it had.</summary>
    public required CounterRule Rule { get; init; }

    /// <summary>The id of the scope that was counted.</summary>
    public required string ScopeId { get; init; }

    /// <summary>The start, UTC, of the period that was counted; the minimum for one without bounds.</summary>
    public required DateTime PeriodStart { get; init; }

    /// <summary>The amount that was spent then.</summary>
    public long Spent { get; init; }

    /// <summary>The amount that was held then.</summary>
    public long Held { get; init; }

    /// <summary>The allowance that the counter had then.</summary>
    public long Allowance { get; init; }

    /// <summary>The amount that there was no room for.</summary>
    public long Need { get; init; }

    /// <summary>The request that was refused.</summary>
    public required BudgetRequest Request { get; init; }

    /// <summary>The store's time at which it was asked for, UTC.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>The end of the time in which it can be answered, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The time until which the record is kept, UTC.</summary>
    public required DateTimeOffset KeptUntil { get; init; }

    /// <summary>The amount that was approved; 0 unless it is approved.</summary>
    public long Amount { get; init; }

    /// <summary>Who has ended it; null when nobody has, or nobody has said so.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>The note of whoever has ended it; null for none.</summary>
    public string? Note { get; init; }

    /// <summary>The store's time of its end, UTC; null while it is pending.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>The digest of the call that has ended it, by which a repetition is recognised; 0 while nothing has.</summary>
    public UInt128 Fingerprint { get; init; }

    /// <summary>The period that was counted.</summary>
    public PeriodWindow Period => Rule.Family.Calendar.At(new(PeriodStart, TimeSpan.Zero));

    /// <summary>The record as it is at a moment: one that is pending and past its end has expired.</summary>
    /// <param name="now">The store's time, UTC.</param>
    public ApprovalRecord At(DateTimeOffset now) => State == ApprovalState.Pending && now >= ExpiresAt ? this with { State = ApprovalState.Expired, DecidedAt = ExpiresAt } : this;
}
