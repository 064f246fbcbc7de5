namespace BudgetFirewall;

/// <summary>The part of a member as JSON.</summary>
internal sealed record QuotaAllocationReply
{
    public required string Scope { get; init; }

    public required string Amount { get; init; }

    public static QuotaAllocationReply Of(QuotaAllocation allocation) => new() { Scope = allocation.Scope.ToString(), Amount = Amounts.Text(allocation.Amount) };
}
