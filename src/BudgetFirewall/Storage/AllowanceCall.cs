namespace BudgetFirewall.Storage;

/// <summary>A change of the allowance of one counter in its present period. Immutable.</summary>
public sealed class AllowanceCall
{
    /// <summary>The most that the allowance of a counter may be, in nanos or micros: as much as a limit.</summary>
    public const long MaxAllowance = 9_000_000_000_000_000_000;

    /// <summary>The partition; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The budget, with the limit that is in force.</summary>
    public required CounterRule Rule { get; init; }

    /// <summary>The scope's id.</summary>
    public required string ScopeId { get; init; }

    /// <summary>The amount, in nanos or micros, 1 to <see cref="MaxAllowance"/>.</summary>
    public required long Amount { get; init; }

    /// <summary>
    /// True to take the amount back, as far as it is not used: no more than the allowance, and no more than <c>max(0, limit + allowance - spent - held)</c>. False to give it.
    /// </summary>
    public bool IsRevocation { get; init; }

    /// <summary>
    /// The span of the store's time in which the call is right: the period that is meant, or that in which the limit is in force; null: always. Outside of it the answer is
    /// <see cref="AllowanceStatus.OtherTime"/>, unless the operation was answered before.
    /// </summary>
    public PeriodWindow? Validity { get; init; }

    /// <summary>The id of the operation, which names it within its partition and scope. Ids of changes of allowances are apart from all others.</summary>
    public required string OperationId { get; init; }

    /// <summary>The scope that owns the operation's id; null when it has none.</summary>
    public string? OperationScope { get; init; }

    /// <summary>The reason that was given; null for none. Stores need not look at it.</summary>
    public string? Reason { get; init; }

    /// <summary>The person or program that asked for it; null where nobody is known. Stores need not look at it.</summary>
    public string? By { get; init; }

    /// <summary>The time that the id is remembered; null when the library generated it for this one call, and a store need not remember it.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>A digest of the caller's fields, to tell a replay from a conflict; 0 for a generated id.</summary>
    public UInt128 Fingerprint { get; init; }

    /// <summary>Checks the amount.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside its range.</exception>
    public void Check()
    {
        if (Amount is < 1 or > MaxAllowance)
            throw new ArgumentOutOfRangeException(nameof(Amount), Amount, $"The amount of an allowance must be from 1 to {MaxAllowance:N0} nanos or micros.");
    }

    /// <summary>The amount that can be taken back of an allowance: what of it is neither spent nor held.</summary>
    /// <param name="reading">The counter's reading.</param>
    public long Revocable(LimitReading reading)
    {
        var unused = (Int128)Rule.Limit + reading.Allowance - reading.Spent - reading.Held;
        return (long)Int128.Clamp(unused, 0, Math.Min(Amount, reading.Allowance));
    }
}
