using System.Collections.Frozen;
using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>
/// One line of a ledger, which never changes: a charge, a commit, a correction, a reset, an allowance, a denial, a change of limits, the period of a pool or a part of a shared cost. A change of it is another entry that names it.
/// Its identity, by which entries compare, is partition, kind, operation and time. Immutable.
/// </summary>
public sealed record LedgerEntry
{
    internal const decimal NanosPerUnit = 1_000_000_000m;

    /// <summary>The kind of entry.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kind.</exception>
    public required LedgerEntryKind Kind
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Kind), value, "There is no such kind of entry.");
    }

    /// <summary>The id of the operation, within its partition and scope. For a commit it is that of the reservation's operation.</summary>
    public required string OperationId { get; init; }

    /// <summary>The scope that owns the operation's id; null when it has none.</summary>
    public string? OperationScope { get; init; }

    /// <summary>The partition; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The store's time of the first execution, UTC, in whole microseconds; from 1970.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is before 1970.</exception>
    public required DateTimeOffset Time { get; init => field = LedgerTime.Truncate(value); }

    /// <summary>The scopes of the request by their kinds, <c>global</c> apart: provider, user, project, model and every dimension.</summary>
    /// <exception cref="ArgumentException">A kind is <c>global</c>, empty or has an equals sign, or an id is empty.</exception>
    public IReadOnlyDictionary<string, string> Scopes { get; init => field = LedgerScopes.Checked(value, nameof(Scopes)); } = FrozenDictionary<string, string>.Empty;

    /// <summary>The operation that was called; null where there was no call.</summary>
    public string? Operation { get; init; }

    /// <summary>The provider; null where there was no call.</summary>
    public string? Provider => Scopes.GetValueOrDefault(LedgerScopes.Provider);

    /// <summary>The user; null for none.</summary>
    public string? UserId => Scopes.GetValueOrDefault(LedgerScopes.User);

    /// <summary>The project; null for none.</summary>
    public string? ProjectId => Scopes.GetValueOrDefault(LedgerScopes.Project);

    /// <summary>The model; null for none.</summary>
    public string? Model => Scopes.GetValueOrDefault(LedgerScopes.Model);

    /// <summary>
    /// The money that was spent, in nanos; below zero for a correction that gives back. For an allocation, the part of a shared cost, below zero where it is taken back. 0 for kinds that spend nothing.
    /// </summary>
    public long AmountNanos { get; init; }

    /// <summary>The money that was spent, in currency units.</summary>
    public decimal Amount => AmountNanos / NanosPerUnit;

    /// <summary>The currency, for display.</summary>
    public string Currency { get; init; } = "USD";

    /// <summary>The counters with the amount that was moved in each.</summary>
    public ImmutableArray<LedgerCounter> Counters { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The lines of the cost as it was priced when it was charged; empty where nothing was priced.</summary>
    public ImmutableArray<CostLine> Lines { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The version of the prices: equal for entries that were priced by the same ones. Null before the entry is written, and where nothing was priced.</summary>
    public long? PriceVersion { get; init; }

    /// <summary>The usage; null where none was given.</summary>
    public BudgetUsage? Usage { get; init; }

    /// <summary>The cost that the reservation had set aside, or that a check or a request that was refused has asked for, in nanos; null where there was none, or it was not known.</summary>
    public long? HeldNanos { get; init; }

    /// <summary>The largest part in money, in nanos, by which the charge is above a limit; 0 for none.</summary>
    public long OverrunNanos { get; init; }

    /// <summary>True when a commit came at or after the end of its lease.</summary>
    public bool IsLate { get; init; }

    /// <summary>True when the amount is only the part of the cost that is known.</summary>
    public bool IsCostUnknown { get; init; }

    /// <summary>The outcome of a request that was refused; <see cref="DecisionOutcome.Allowed"/> where only shadow limits would have refused it. Null for other kinds.</summary>
    public DecisionOutcome? Outcome { get; init; }

    /// <summary>The number of requests that the entry stands for: more than 1 only for denials that were counted together.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public long Count
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Count), value, "An entry stands for at least one request.");
    } = 1;

    /// <summary>The id of the entry that this one changes; null for none.</summary>
    public string? CorrectedEntryId { get; init; }

    /// <summary>The person or program that asked for the change; null where nobody is known.</summary>
    public string? Actor { get; init; }

    /// <summary>The reason that was given; null for none.</summary>
    public string? Reason { get; init; }

    /// <summary>For a change of a budget, rate limit, pool or approval: what it was before, as JSON; null where there was none, and for other kinds.</summary>
    public string? Before { get; init; }

    /// <summary>
    /// For a change of a budget, rate limit, pool or approval: what it is now, as JSON; null where it was removed. For the period of a pool, or a division inside it: what its members have had and used, as JSON. For a part of
    /// a shared cost: its source and how it was divided, as JSON; null where it is taken back, and then it is in <see cref="Before"/>. Null for other kinds.
    /// </summary>
    public string? After { get; init; }

    /// <summary>The entry's id: the same wherever and whenever the entry is delivered.</summary>
    public string Id => LedgerEntryId.Of(this).ToString();

    internal long TimeMicroseconds => LedgerTime.Microseconds(Time);

    /// <summary>Compares the identities of two entries.</summary>
    /// <param name="other">The other entry.</param>
    public bool Equals(LedgerEntry? other) =>
        other is not null && Kind == other.Kind && OperationId == other.OperationId && OperationScope == other.OperationScope && Partition == other.Partition && Time == other.Time;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, OperationId, OperationScope, Partition, Time);
}
