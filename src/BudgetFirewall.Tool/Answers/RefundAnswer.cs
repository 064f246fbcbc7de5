namespace BudgetFirewall.Tool;

/// <summary>What was given back of a charge.</summary>
internal sealed record RefundAnswer
{
    public required string CorrectionId { get; init; }

    public required string OperationId { get; init; }

    public required string Amount { get; init; }

    public required string Cost { get; init; }

    public required string Currency { get; init; }

    public string? EntryId { get; init; }

    public required string CorrectedEntryId { get; init; }

    public required bool IsReplay { get; init; }

    public required IReadOnlyList<CounterAnswer> Counters { get; init; }

    public static RefundAnswer Of(CorrectionReceipt receipt) => new()
    {
        CorrectionId = receipt.CorrectionId,
        OperationId = receipt.OperationId,
        Amount = Texts.Of(receipt.Amount),
        Cost = Texts.Of(receipt.Cost),
        Currency = receipt.Currency,
        EntryId = receipt.EntryId,
        CorrectedEntryId = receipt.CorrectedEntryId,
        IsReplay = receipt.IsReplay,
        Counters = [.. receipt.Counters.Select(CounterAnswer.Of)],
    };
}
