using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>A reservation that was made, and its settlement. Guarded by the lock of its shard.</summary>
internal sealed class ReservationRecord : OperationRecord
{
    public ReservationRecord(DecisionCall call, ImmutableArray<Judgement> judgements, in StoreTime time, TimeSpan wait) : base(call)
    {
        var expiresAt = time.Now + wait + call.Lease;
        HasExplicitId = call.Retention is not null;
        Retention = call.RecordRetention;
        MadeAtTicks = time.Ticks;
        TurnTicks = wait > TimeSpan.Zero ? time.Ticks + wait.Ticks : 0;
        ExpiresAtTicks = expiresAt.UtcTicks;
        DropAtTicks = (expiresAt + call.RecordRetention).UtcTicks;
        Reservation = new(call, judgements, time.Now, expiresAt, time.Periods.StartOf) { StoreState = this };
    }

    public HeldReservation Reservation { get; }

    /// <summary>The part of its store that remembers it.</summary>
    public required OperationShard Operations { get; init; }

    /// <summary>The counters that it holds amounts in, which their store may have dropped since.</summary>
    public required Counter[] Counters { get; init; }

    /// <summary>The readings of the rate limits that were taken from, as this left them; empty where none is a queue of units.</summary>
    public required ImmutableArray<LimitReading> QueuesLeft { get; init; }

    public bool HasExplicitId { get; }

    public TimeSpan Retention { get; }

    /// <summary>The time at which it was made, in UTC ticks.</summary>
    public long MadeAtTicks { get; }

    /// <summary>The end of the lease, extensions included, in UTC ticks.</summary>
    public long ExpiresAtTicks { get; set; }

    /// <summary>The slot that the amounts are held in.</summary>
    public required long SlotEndMs { get; set; }

    /// <summary>The settlement; null while open.</summary>
    public Settlement? Settled { get; private set; }

    public bool IsOpen => Settled is null;

    public void Settle(SettleCall call, bool isLate, ImmutableArray<BudgetOverrun> overruns, ImmutableArray<BudgetWarning> warnings) =>
        Settled = new(call, isLate, overruns, warnings);

    internal sealed record Settlement(SettleCall Call, bool IsLate, ImmutableArray<BudgetOverrun> Overruns, ImmutableArray<BudgetWarning> Warnings)
    {
        public bool IsSame(SettleCall other) =>
            Call.IsCommit == other.IsCommit
            && (!Call.IsCommit
                || (Call.Fingerprint != 0 && Call.Fingerprint == other.Fingerprint)
                || (!other.IsReplayOnly && Call.CostNanos == other.CostNanos && Call.Amounts.AsSpan().SequenceEqual(other.Amounts.AsSpan())));
    }
}
