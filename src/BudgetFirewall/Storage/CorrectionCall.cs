using System.Collections.Frozen;
using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>Takes what is given back of a charge out of the counters that it was charged to. Immutable.</summary>
/// <remarks>Whoever makes the call sees to it that all corrections of a charge together are at most the charge: a store knows nothing of the charge.</remarks>
public sealed class CorrectionCall
{
    /// <summary>The partition; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The id of the correction, which names it within its partition and scope. Ids of corrections are apart from all others.</summary>
    public required string CorrectionId { get; init; }

    /// <summary>The scope that owns the correction's id; null when it has none.</summary>
    public string? OperationScope { get; init; }

    /// <summary>The counters with the amount to take from each, each counter at most once, at most <see cref="DecisionCall.MaxLimits"/>. There may be none.</summary>
    public required ImmutableArray<CorrectedCounter> Counters { get; init; }

    /// <summary>The time that the id is remembered, from the first execution.</summary>
    public required TimeSpan Retention { get; init; }

    /// <summary>
    /// The store's time from which on the call is not done any more, unless it was done before and is remembered: the answer is <see cref="CorrectionStatus.TooLate"/>. It must lie less than <see cref="Retention"/>
    /// behind the time at which the caller has made sure that the correction was not done, so that a call that was held up cannot do it a second time.
    /// </summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>A digest of the correction's content, to tell a replay from a conflict.</summary>
    public required UInt128 Fingerprint { get; init; }

    /// <summary>The money that is given back, in nanos, 0 or more. Stores need not look at it.</summary>
    public long AmountNanos { get; init; }

    /// <summary>The id of the ledger's entry that is corrected. Stores need not look at it.</summary>
    public string? CorrectedEntryId { get; init; }

    /// <summary>The scopes of the charge by their kinds. Stores need not look at them.</summary>
    public IReadOnlyDictionary<string, string> Scopes { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The operation that was charged; null where it is not known. Stores need not look at it.</summary>
    public string? Operation { get; init; }

    /// <summary>The reason that was given; null for none. Stores need not look at it.</summary>
    public string? Reason { get; init; }

    /// <summary>The person or program that asked for it; null where nobody is known. Stores need not look at it.</summary>
    public string? By { get; init; }

    /// <summary>Checks the counters and the retention.</summary>
    /// <exception cref="ArgumentException">There are too many counters, or one twice, an amount is below 0, or the retention is not above 0.</exception>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Counters.Length, DecisionCall.MaxLimits, nameof(Counters));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Retention, TimeSpan.Zero, nameof(Retention));
        foreach (var counter in Counters)
            ArgumentOutOfRangeException.ThrowIfNegative(counter.Amount, nameof(Counters));
        if (Counters.DistinctBy(counter => (counter.Family, counter.Scope.Id, counter.PeriodStart)).Count() < Counters.Length)
            throw new ArgumentException("A counter is named twice.", nameof(Counters));
    }
}
