using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Makes the approval that the API shows from the record of a store.</summary>
internal static class ApprovalOf
{
    public static Approval Record(ApprovalRecord record, string? partition)
    {
        var (rule, period) = (record.Rule, record.Period);
        return new()
        {
            Id = record.Id,
            State = record.State,
            BudgetId = rule.Id,
            Name = rule.Budget.Name,
            Scope = new(rule.ScopeKind, record.ScopeId),
            Partition = partition,
            Period = rule.Budget.Period,
            PeriodStart = period.IsBounded ? period.Start : null,
            Unit = rule.Unit,
            Limit = rule.Budget.Limit,
            Allowance = rule.ToDecimal(record.Allowance),
            Spent = rule.ToDecimal(record.Spent),
            Held = rule.ToDecimal(record.Held),
            Needed = rule.ToDecimal(record.Need),
            Request = record.Request,
            RequestedAt = record.RequestedAt,
            ExpiresAt = record.ExpiresAt,
            Amount = record.State == ApprovalState.Approved ? rule.ToDecimal(record.Amount) : null,
            DecidedBy = record.DecidedBy,
            DecidedAt = record.DecidedAt,
            Note = record.Note,
        };
    }
}
