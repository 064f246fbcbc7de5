using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The values of a receipt, read from the store's call and answer that it is about.</summary>
internal abstract class ReceiptValues
{
    public abstract string OperationId { get; }

    public abstract string? ReservationId { get; }

    public abstract string? Partition { get; }

    public abstract DateTimeOffset? ChargedAt { get; }

    public abstract decimal Cost { get; }

    public abstract bool IsCostUnknown { get; }

    /// <summary>True when the cost is unknown and a budget counts it all the same.</summary>
    public virtual bool CountsUnknownCost => false;

    public abstract IReadOnlyList<BudgetOverrun> Overruns { get; }

    public abstract IReadOnlyList<BudgetWarning> Warnings { get; }

    public virtual decimal Overrun
    {
        get
        {
            var largest = 0m;
            for (var i = 0; i < Overruns.Count; i++)
            {
                if (Overruns[i].Unit is null)
                    largest = Math.Max(largest, Overruns[i].Amount);
            }
            return largest;
        }
    }

    public abstract IReadOnlyList<BudgetState> ReadBudgets();

    /// <summary>The values of a receipt for a spend or charge.</summary>
    internal sealed class OfCharge(DecisionCall call, DecisionAnswer answer) : ReceiptValues
    {
        public override string OperationId => call.OperationId;

        public override string? ReservationId => null;

        public override string? Partition => call.Partition;

        // What a replay answers with is the present time, not the first one.
        public override DateTimeOffset? ChargedAt => answer.IsReplay ? null : answer.Now;

        public override decimal Cost => Money.FromNanos(answer.CostNanos);

        public override bool IsCostUnknown => answer.IsReplay ? answer.IsCostUnknown : call.IsCostUnknown;

        public override bool CountsUnknownCost => IsCostUnknown && call.MeetsMoney;

        public override IReadOnlyList<BudgetOverrun> Overruns => answer.Overruns.Shown();

        public override IReadOnlyList<BudgetWarning> Warnings => answer.Warnings.Shown();

        public override IReadOnlyList<BudgetState> ReadBudgets() => DecisionStates.Budgets(call, answer);
    }

    /// <summary>The values of a receipt for a commit.</summary>
    internal sealed class OfCommit(SettleCall call, SettleAnswer answer, ReservationIds ids) : ReceiptValues
    {
        public override string OperationId => call.Reservation.OperationId;

        public override string? ReservationId => ids.Of(call.Reservation);

        public override string? Partition => call.Reservation.Partition;

        public override DateTimeOffset? ChargedAt => answer.IsReplay ? null : answer.Now;

        public override decimal Cost => Money.FromNanos(answer.CostNanos);

        public override bool IsCostUnknown => call.IsCostUnknown;

        public override bool CountsUnknownCost => IsCostUnknown && call.Reservation.HoldsMoney;

        public override IReadOnlyList<BudgetOverrun> Overruns => answer.Overruns.Shown();

        public override IReadOnlyList<BudgetWarning> Warnings => answer.Warnings.Shown();

        public override IReadOnlyList<BudgetState> ReadBudgets() =>
            [.. call.Reservation.Counters.Zip(answer.Readings, (held, reading) => StateOf.Budget(held, reading, answer.Now))];
    }

    /// <summary>The values of a receipt that was constructed with its members, as a fake.</summary>
    internal sealed class Constructed : ReceiptValues
    {
        public string ConstructedOperationId { get; set; } = "";

        public string? ConstructedReservationId { get; set; }

        public string? ConstructedPartition { get; set; }

        public DateTimeOffset? ConstructedChargedAt { get; set; }

        public decimal ConstructedCost { get; set; }

        public bool ConstructedIsCostUnknown { get; set; }

        public decimal ConstructedOverrun { get; set; }

        public IReadOnlyList<BudgetOverrun> ConstructedOverruns { get; set; } = [];

        public IReadOnlyList<BudgetWarning> ConstructedWarnings { get; set; } = [];

        public override string OperationId => ConstructedOperationId;

        public override string? ReservationId => ConstructedReservationId;

        public override string? Partition => ConstructedPartition;

        public override DateTimeOffset? ChargedAt => ConstructedChargedAt;

        public override decimal Cost => ConstructedCost;

        public override bool IsCostUnknown => ConstructedIsCostUnknown;

        public override decimal Overrun => ConstructedOverrun;

        public override IReadOnlyList<BudgetOverrun> Overruns => ConstructedOverruns;

        public override IReadOnlyList<BudgetWarning> Warnings => ConstructedWarnings;

        public override IReadOnlyList<BudgetState> ReadBudgets() => [];
    }
}
