using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>An allowance as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("An amount by which the limit of a budget is raised for one scope in its present period.")]
internal sealed class AllowanceBody
{
    [Description("One scope that the budget counts for: global, or kind=id as user=alice. May be absent where the budget is about one scope.")]
    public string? Scope { get; init; }

    [Required]
    [Description("The amount: an exact decimal, as string or number. Below 0 it is taken back, as far as it is neither spent nor held.")]
    public decimal? Amount { get; init; }

    [Required]
    [Description("The reason, for people who read of it later.")]
    public string? Reason { get; init; }

    [Description("The caller's own id for this operation; absent: one is generated, unless the header Idempotency-Key gives one.")]
    public string? OperationId { get; init; }

    /// <summary>The allowance, and true when it is to be taken back.</summary>
    /// <exception cref="FieldException">A value is missing, or none of an allowance.</exception>
    public (BudgetAllowance Allowance, bool IsRevocation) ToAllowance(string budgetId, BudgetScope scope, string? operationId, string? operationScope, string? by)
    {
        var amount = Amount ?? throw FieldException.Missing("amount");
        var reason = Reason ?? throw FieldException.Missing("reason");
        if (amount == 0)
            throw new FieldException("amount", "amount must not be 0.");
        var allowance = FieldException.Naming("", () => new BudgetAllowance
        {
            BudgetId = budgetId,
            Scope = scope,
            Amount = Math.Abs(amount),
            Reason = reason,
            By = by,
            OperationId = operationId,
            OperationScope = operationScope,
        });
        return (allowance, amount < 0);
    }
}
