namespace BudgetFirewall.Tool;

/// <summary>Something that a replay could not do as it happened.</summary>
internal sealed record OmissionAnswer(string Reason, long Count, string? Example);
