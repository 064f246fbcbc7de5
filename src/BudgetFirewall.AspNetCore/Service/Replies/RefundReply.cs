using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A receipt of what was given back, as JSON.</summary>
[Description("What was given back of a charge. Amounts are exact decimals as strings.")]
internal sealed record RefundReply
{
    public required string CorrectionId { get; init; }

    [Description("The id of the operation that was charged.")]
    public required string OperationId { get; init; }

    [Description("The money that was given back. 0 when the charge had the cost already that it was to have.")]
    public required string Amount { get; init; }

    [Description("What the charge costs now, after all of its corrections.")]
    public required string Cost { get; init; }

    public required string Currency { get; init; }

    [Description("The id of the correction's entry in the ledger; absent: nothing was changed.")]
    public string? EntryId { get; init; }

    [Description("The id of the entry of the charge.")]
    public required string CorrectedEntryId { get; init; }

    [Description("When it was made; absent: nothing was changed.")]
    public DateTimeOffset? Time { get; init; }

    [Description("true when this had been done before and nothing was changed.")]
    public required bool IsReplay { get; init; }

    [Description("What was really taken out of each counter: less where less was spent, and 0 where the counter's period is over and gone.")]
    public required IReadOnlyList<EntryCounterReply> Counters { get; init; }

    public static RefundReply Of(CorrectionReceipt receipt) => new()
    {
        CorrectionId = receipt.CorrectionId,
        OperationId = receipt.OperationId,
        Amount = Amounts.Text(receipt.Amount),
        Cost = Amounts.Text(receipt.Cost),
        Currency = receipt.Currency,
        EntryId = receipt.EntryId,
        CorrectedEntryId = receipt.CorrectedEntryId,
        Time = receipt.Time,
        IsReplay = receipt.IsReplay,
        Counters = [.. receipt.Counters.Select(EntryCounterReply.Of)],
    };
}
