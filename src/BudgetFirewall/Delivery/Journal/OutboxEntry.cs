namespace BudgetFirewall;

/// <summary>A charge or commit that waits for the store. The values that the caller passed never change; the state of the delivery does.</summary>
internal sealed class OutboxEntry
{
    // A store keeps a settled reservation for a minute, and a given id longer only if its reserve is recent.
    private static readonly TimeSpan SettledRetention = TimeSpan.FromMinutes(1);

    private bool _isConfirmed;

    public long Sequence { get; set; }

    public required OutboxEntryKind Kind { get; init; }

    public string? Partition { get; init; }

    public string? OperationScope { get; init; }

    public required string OperationId { get; init; }

    /// <summary>
    /// The tag of the reservation's id when it was given before it could be verified; null otherwise. An id with a wrong tag commits nothing.
    /// </summary>
    public string? UnverifiedTag { get; init; }

    /// <summary>The caller's request; null for a commit by id.</summary>
    public BudgetRequest? Request { get; init; }

    /// <summary>The usage that is committed; null for none.</summary>
    public BudgetUsage? Usage { get; init; }

    /// <summary>The cost that is committed; null for none.</summary>
    public decimal? Cost { get; init; }

    /// <summary>
    /// The end of the reservation's lease as first given, which tells it from a later one under the same id and does not change with an extension; null where it is not known.
    /// </summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>The cost by the prices of the time when the entry was put in, in nanos; null where only the store knows it.</summary>
    public long? CostNanos { get; set; }

    public DateTimeOffset QueuedAt { get; set; }

    /// <summary>The time that the store remembers the id from the first execution.</summary>
    public TimeSpan Retention { get; set; }

    public OutboxAttempts Attempts { get; set; } = new();

    /// <summary>The number of deliveries that failed although the store could be reached.</summary>
    public int Failures { get; set; }

    /// <summary>True once the caller's own repetition was confirmed: there is nothing left to deliver.</summary>
    public bool IsConfirmed { get => Volatile.Read(ref _isConfirmed); set => Volatile.Write(ref _isConfirmed, value); }

    /// <summary>The key that finds this entry. A commit by an id that could not be verified has a key of its own, so that it never blocks a verified one.</summary>
    public OutboxKey Key => new(Partition, OperationScope, OperationId, UnverifiedTag);

    /// <summary>The reservation's names, with the tag that is to be verified.</summary>
    public ReservationIdentity Reservation => new() { Partition = Partition, OperationScope = OperationScope, OperationId = OperationId, Tag = UnverifiedTag };

    /// <summary>True when the other is a repetition of this one.</summary>
    public bool IsSame(OutboxEntry other) => (Kind == OutboxEntryKind.Charge) == (other.Kind == OutboxEntryKind.Charge)
        && (Kind == OutboxEntryKind.Charge ? Request == other.Request : Cost == other.Cost && Usage == other.Usage)
        && IsOf(other.ExpiresAt);

    /// <summary>False when the reservation with this end of its lease is another one, which has taken the same id.</summary>
    public bool IsOf(DateTimeOffset? expiresAt) => ExpiresAt is null || expiresAt is null || ExpiresAt == expiresAt;

    /// <summary>
    /// True when charging the entry might charge twice: a try may have been recorded so long ago that its id may be forgotten before the store sees the next.
    /// A commit never charges twice: without a record nothing is charged.
    /// </summary>
    public bool IsPastRepeating(TimeProvider timeProvider, FirewallSettings settings) =>
        Kind != OutboxEntryKind.Commit && Attempts.Age(timeProvider) >= SafeFor(settings);

    // The retention of ids may have changed meanwhile; the shorter one counts.
    private TimeSpan SafeFor(FirewallSettings settings)
    {
        var remembered = Kind == OutboxEntryKind.DegradedCommit ? SettledRetention : Min(Retention, settings.OperationIdRetention);
        return Min(remembered * 0.9, remembered - (2 * settings.StoreTimeout));
    }

    private string? ReservationId(ReservationIds ids) => Kind == OutboxEntryKind.Charge ? null : ids.Of(Reservation);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    public ChargeReceipt Receipt(ReservationIds ids, bool isReplay) => new()
    {
        OperationId = OperationId,
        ReservationId = ReservationId(ids),
        Cost = CostNanos is { } nanos ? Money.FromNanos(nanos) : 0,
        IsQueued = true,
        IsReplay = isReplay,
    };

    public UndeliverableCharge AsUndeliverable(ReservationIds ids, UndeliverableReason reason, Exception? exception) => new()
    {
        Reason = reason,
        OperationId = OperationId,
        ReservationId = ReservationId(ids),
        Request = Request,
        Usage = Usage,
        Cost = CostNanos is { } nanos ? Money.FromNanos(nanos) : null,
        QueuedAt = QueuedAt,
        Exception = exception,
    };
}
