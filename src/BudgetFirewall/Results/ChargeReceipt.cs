namespace BudgetFirewall;

/// <summary>The receipt of a charge or commit, with the amounts that it has recorded. Immutable and thread-safe; can be constructed for fakes.</summary>
public sealed class ChargeReceipt
{
    private readonly ReceiptValues _content;
    private IReadOnlyList<BudgetState>? _budgets;

    /// <summary>A receipt with the members that are set.</summary>
    public ChargeReceipt() => _content = new ReceiptValues.Constructed();

    internal ChargeReceipt(ReceiptValues content) => _content = content;

    /// <summary>The operation's id: the charge's, or that of the reservation it settles.</summary>
    public string OperationId { get => _content.OperationId; init => Constructed.ConstructedOperationId = value; }

    /// <summary>The reservation that was committed; null for a charge without one.</summary>
    public string? ReservationId { get => _content.ReservationId; init => Constructed.ConstructedReservationId = value; }

    /// <summary>The partition that was charged; null without partitions, and while the charge waits in the outbox.</summary>
    public string? Partition { get => _content.Partition; init => Constructed.ConstructedPartition = value; }

    /// <summary>
    /// The time of the charge by the store's clock, UTC. Null where nobody remembers it: in a replay, and while the charge waits in the outbox.
    /// </summary>
    public DateTimeOffset? ChargedAt { get => _content.ChargedAt; init => Constructed.ConstructedChargedAt = value; }

    /// <summary>The cost charged, in currency units; the known part where <see cref="IsCostUnknown"/>.</summary>
    public decimal Cost { get => _content.Cost; init => Constructed.ConstructedCost = value; }

    /// <summary>
    /// True when nothing prices what is charged, or when its price needs usage that is not given. <see cref="Cost"/> is then only the known part, which may be
    /// 0.
    /// An unknown cost is charged only where no budget that may deny counts money.
    /// </summary>
    public bool IsCostUnknown { get => _content.IsCostUnknown; init => Constructed.ConstructedIsCostUnknown = value; }

    /// <summary>The largest part, in money, of this charge above the limit of a hard, throttled or escalating budget; 0 when it lies within all.</summary>
    public decimal Overrun { get => _content.Overrun; init => Constructed.ConstructedOverrun = value; }

    /// <summary>The part above the limit of each hard, throttled or escalating budget that this charge has taken past it, in money or units; empty when there is none.</summary>
    public IReadOnlyList<BudgetOverrun> Overruns { get => _content.Overruns; init => Constructed.ConstructedOverruns = value; }

    /// <summary>True when the commit came at or after the end of the lease. It is recorded in full.</summary>
    public bool IsLate { get; init; }

    /// <summary>True when the operation had been recorded before: the receipt is that of the first time, and nothing was changed.</summary>
    public bool IsReplay { get; init; }

    /// <summary>
    /// True when the store has not confirmed the charge and it waits in the outbox: <see cref="Cost"/> is then the known part of its cost,
    /// and there are no budgets, overruns or warnings yet. <see cref="BudgetFirewallOptions.Outbox"/> is off by default.
    /// </summary>
    public bool IsQueued { get; init; }

    /// <summary>Every budget charged, in a fixed order, as it stands after the charge.</summary>
    public IReadOnlyList<BudgetState> Budgets { get => _budgets ??= _content.ReadBudgets(); init => _budgets = value; }

    /// <summary>The warnings that this charge fired.</summary>
    public IReadOnlyList<BudgetWarning> Warnings { get => _content.Warnings; init => Constructed.ConstructedWarnings = value; }

    /// <summary>True when the cost is unknown and a budget counts it all the same.</summary>
    internal bool CountsUnknownCost => _content.CountsUnknownCost;

    internal ChargeReceipt AsReplay() => new(_content) { _budgets = _budgets, IsLate = IsLate, IsReplay = true };

    private ReceiptValues.Constructed Constructed => (ReceiptValues.Constructed)_content;
}
