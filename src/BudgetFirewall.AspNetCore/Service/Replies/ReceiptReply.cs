using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A receipt as JSON.</summary>
[Description("The record of a charge or commit. Amounts are exact decimals as strings.")]
internal sealed record ReceiptReply
{
    [Description("The id of the entry in the ledger, in answers to cost-tracking/record; absent: the charge waits in the outbox, or a repetition has not found the entry.")]
    public string? EntryId { get; init; }

    public required string OperationId { get; init; }

    public string? ReservationId { get; init; }

    public required string Cost { get; init; }

    [Description("true when nothing prices what is charged, or its price needs usage that was not given: cost is only the part that is known.")]
    public required bool IsCostUnknown { get; init; }

    [Description("The largest part, in money, above the limit of a hard, throttled or escalating budget.")]
    public required string Overrun { get; init; }

    public required IReadOnlyList<OverrunReply> Overruns { get; init; }

    [Description("true when the commit came at or after the end of the hold.")]
    public required bool IsLate { get; init; }

    [Description("true when this had been recorded before and nothing was changed.")]
    public required bool IsReplay { get; init; }

    [Description("true when the store has not confirmed: the charge waits in the outbox and is delivered later.")]
    public required bool IsQueued { get; init; }

    public required IReadOnlyList<BudgetStateReply> Budgets { get; init; }

    public required IReadOnlyList<WarningReply> Warnings { get; init; }

    public static ReceiptReply Of(ChargeReceipt receipt, string? entryId = null) => new()
    {
        EntryId = entryId,
        OperationId = receipt.OperationId,
        ReservationId = receipt.ReservationId,
        Cost = Amounts.Text(receipt.Cost),
        IsCostUnknown = receipt.IsCostUnknown,
        Overrun = Amounts.Text(receipt.Overrun),
        Overruns = [.. receipt.Overruns.Select(OverrunReply.Of)],
        IsLate = receipt.IsLate,
        IsReplay = receipt.IsReplay,
        IsQueued = receipt.IsQueued,
        Budgets = [.. receipt.Budgets.Select(BudgetStateReply.Of)],
        Warnings = [.. receipt.Warnings.Select(WarningReply.Of)],
    };
}
