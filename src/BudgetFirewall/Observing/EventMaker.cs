using System.Text.Json;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Makes events of what the firewall has done. The page <c>docs/events.md</c> lists the members of each type, and a test compares it with what is made here.</summary>
internal static class EventMaker
{
    public static BudgetEvent OfWarning(BudgetWarning warning, string? partition, DateTimeOffset time) => new(BudgetEventTypes.ThresholdCrossed, time, warning.BudgetId)
    {
        Scope = warning.Scope,
        Partition = partition,
        Data = new()
        {
            BudgetId = warning.BudgetId,
            Name = warning.Name,
            Scope = warning.Scope.ToString(),
            Partition = partition,
            Unit = warning.Unit,
            PeriodStart = warning.PeriodStart,
            Threshold = warning.Threshold,
            Limit = warning.Limit,
            Allowance = warning.Allowance,
            Spent = warning.Spent,
            OperationId = warning.OperationId,
        },
    };

    public static BudgetEvent OfOverrun(BudgetOverrun overrun, ChargeReceipt receipt, DateTimeOffset time) => new(BudgetEventTypes.Overrun, time, overrun.BudgetId)
    {
        Scope = overrun.Scope,
        Partition = receipt.Partition,
        Data = new()
        {
            BudgetId = overrun.BudgetId,
            Name = overrun.Name,
            Scope = overrun.Scope.ToString(),
            Partition = receipt.Partition,
            Unit = overrun.Unit,
            Amount = overrun.Amount,
            OperationId = receipt.OperationId,
        },
    };

    public static BudgetEvent OfLateCommit(ChargeReceipt receipt, string currency, DateTimeOffset time) => new(BudgetEventTypes.CommitLate, time, receipt.OperationId)
    {
        Partition = receipt.Partition,
        Data = new() { OperationId = receipt.OperationId, Partition = receipt.Partition, Cost = receipt.Cost, Currency = currency },
    };

    public static BudgetEvent OfCorrection(CorrectionReceipt receipt, DateTimeOffset time) => new(BudgetEventTypes.ChargeCorrected, receipt.Time ?? time, receipt.OperationId)
    {
        Partition = receipt.Partition,
        Data = new() { OperationId = receipt.OperationId, Partition = receipt.Partition, Amount = receipt.Amount, Cost = receipt.Cost, Currency = receipt.Currency },
    };

    public static BudgetEvent OfUndeliverable(UndeliverableCharge charge, DateTimeOffset time) => new(BudgetEventTypes.ChargeUndeliverable, time, charge.OperationId)
    {
        Data = new() { OperationId = charge.OperationId, ReservationId = charge.ReservationId, Cost = charge.Cost, Cause = ReasonText(charge.Reason) },
    };

    public static BudgetEvent OfApproval(Approval approval, DateTimeOffset time) => new(TypeOf(approval.State), approval.DecidedAt ?? time, approval.Id)
    {
        Scope = approval.Scope,
        Partition = approval.Partition,
        Data = new()
        {
            ApprovalId = approval.Id,
            BudgetId = approval.BudgetId,
            Scope = approval.Scope.ToString(),
            Partition = approval.Partition,
            Unit = approval.Unit,
            Needed = approval.Needed,
            Limit = approval.Limit + approval.Allowance,
            Spent = approval.Spent,
            Amount = approval.Amount,
            Until = approval.ExpiresAt,
            By = approval.State == ApprovalState.Pending ? approval.Request.UserId : approval.DecidedBy,
            Reason = approval.Note,
        },
    };

    /// <summary>The event of a change of a budget, a rate limit or a pool; null for an approval, of which there are events of its own.</summary>
    public static BudgetEvent? OfChange(LimitChange change, DateTimeOffset time)
    {
        if (TypeOf(change.Kind) is not { } type)
            return null;
        var (before, after) = (JsonOf(change.Before), JsonOf(change.After));
        return new(type, time, change.Id)
        {
            Scope = change.Scope,
            Partition = change.Partition,
            Data = new()
            {
                BudgetId = change.Kind == LimitChangeKind.Budget ? change.Id : null,
                RateLimitId = change.Kind == LimitChangeKind.RateLimit ? change.Id : null,
                PoolId = change.Kind == LimitChangeKind.Pool ? change.Id : null,
                Scope = change.Scope?.ToString(),
                Partition = change.Partition,
                Before = before,
                After = after,
                ValueBefore = LimitOf(change.Kind, before),
                ValueAfter = LimitOf(change.Kind, after),
                By = change.By,
                Reason = change.Reason,
            },
        };
    }

    public static BudgetEvent OfAllowance(AllowanceChange change, DateTimeOffset time) => new(BudgetEventTypes.AllowanceChanged, time, change.Budget.BudgetId)
    {
        Scope = change.Budget.Scope,
        Partition = change.Partition,
        Data = new()
        {
            BudgetId = change.Budget.BudgetId,
            Name = change.Budget.Name,
            Scope = change.Budget.Scope.ToString(),
            Partition = change.Partition,
            Unit = change.Budget.Unit,
            PeriodStart = change.Budget.PeriodStart,
            Limit = change.Budget.Limit,
            Allowance = change.Allowance,
            Amount = change.Amount,
            OperationId = change.OperationId,
            By = change.By,
            Reason = change.Reason,
        },
    };

    public static BudgetEvent OfAdaptation(RateLimitAdaptation adaptation) => new(BudgetEventTypes.RateLimitLowered, adaptation.At, adaptation.RateLimitId)
    {
        Scope = adaptation.Scope,
        Partition = adaptation.Partition,
        Data = new()
        {
            RateLimitId = adaptation.RateLimitId,
            Name = adaptation.Name,
            Scope = adaptation.Scope.ToString(),
            Partition = adaptation.Partition,
            Unit = adaptation.Unit,
            ValueBefore = adaptation.Before,
            ValueAfter = adaptation.After,
            Ceiling = adaptation.Ceiling,
            Cause = CauseText(adaptation.Cause),
            Until = adaptation.At + adaptation.PausedFor,
        },
    };

    public static BudgetEvent OfDivision(string? partition, QuotaPool pool, DateTimeOffset time) => new(BudgetEventTypes.QuotaDivided, time, pool.Id)
    {
        Partition = partition,
        Data = new() { PoolId = pool.Id, Partition = partition, Unit = pool.Unit, Limit = pool.Limit, Count = pool.Members.Count },
    };

    public static BudgetEvent OfRenewal(string? partition, QuotaPool pool, DateTimeOffset periodStart, DateTimeOffset time) => new(BudgetEventTypes.QuotaRenewed, time, pool.Id)
    {
        Partition = partition,
        Data = new() { PoolId = pool.Id, Partition = partition, Unit = pool.Unit, Limit = pool.Limit, Count = pool.Members.Count, PeriodStart = periodStart },
    };

    private static decimal? LimitOf(LimitChangeKind kind, JsonElement? json) => kind == LimitChangeKind.Budget && json is { } budget ? LimitJson.ReadBudget(budget).Limit : null;

    private static JsonElement? JsonOf(string? json) => json is null ? null : JsonElement.Parse(json);

    private static string TypeOf(ApprovalState state) => state switch
    {
        ApprovalState.Pending => BudgetEventTypes.ApprovalRequested,
        ApprovalState.Approved => BudgetEventTypes.ApprovalGiven,
        ApprovalState.Denied => BudgetEventTypes.ApprovalRefused,
        ApprovalState.Expired => BudgetEventTypes.ApprovalExpired,
        ApprovalState.Cancelled => BudgetEventTypes.ApprovalCancelled,
        _ => throw new InvalidOperationException($"There is no state {state}."),
    };

    private static string? TypeOf(LimitChangeKind kind) => kind switch
    {
        LimitChangeKind.Budget => BudgetEventTypes.BudgetChanged,
        LimitChangeKind.RateLimit => BudgetEventTypes.RateLimitChanged,
        LimitChangeKind.Pool => BudgetEventTypes.QuotaChanged,
        LimitChangeKind.Approval or LimitChangeKind.PoolPeriod or LimitChangeKind.PoolReallocation => null,
        _ => throw new InvalidOperationException($"There is no kind of change {kind}."),
    };

    private static string CauseText(AdaptationCause cause) => cause switch
    {
        AdaptationCause.Overloaded => "overloaded",
        AdaptationCause.Exhausted => "exhausted",
        _ => throw new InvalidOperationException($"There is no cause {cause}."),
    };

    private static string ReasonText(UndeliverableReason reason) => reason switch
    {
        UndeliverableReason.Conflict => "conflict",
        UndeliverableReason.ReservationGone => "reservation_gone",
        UndeliverableReason.OutcomeUnknown => "outcome_unknown",
        UndeliverableReason.Refused => "refused",
        UndeliverableReason.Abandoned => "abandoned",
        _ => throw new InvalidOperationException($"There is no reason {reason}."),
    };
}
