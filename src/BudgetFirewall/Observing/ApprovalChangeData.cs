using System.Globalization;

namespace BudgetFirewall;

/// <summary>An approval as the record of its changes has it in JSON. Amounts are strings.</summary>
internal sealed class ApprovalChangeData
{
    public required ApprovalState State { get; init; }

    public required string BudgetId { get; init; }

    public required string Scope { get; init; }

    public string? Unit { get; init; }

    public required string Needed { get; init; }

    public required string Limit { get; init; }

    public required string Spent { get; init; }

    public string? Amount { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public static ApprovalChangeData Of(Approval approval) => new()
    {
        State = approval.State,
        BudgetId = approval.BudgetId,
        Scope = approval.Scope.ToString(),
        Unit = approval.Unit,
        Needed = Text(approval.Needed),
        Limit = Text(approval.Limit + approval.Allowance),
        Spent = Text(approval.Spent),
        Amount = approval.Amount is { } amount ? Text(amount) : null,
        ExpiresAt = approval.ExpiresAt,
    };

    private static string Text(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);
}
