namespace BudgetFirewall.Tool;

/// <summary>What is to be given back of which charge: an amount, what it was more than a cost, or with neither all that is left.</summary>
internal sealed record RefundQuestion(string? OperationId, string? EntryId, string CorrectionId, decimal? Amount, decimal? Cost, string? Reason, string By);
