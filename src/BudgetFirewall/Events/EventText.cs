using System.Globalization;

namespace BudgetFirewall;

/// <summary>Events as sentences for people. Texts of strangers are as they were given.</summary>
internal static class EventText
{
    private const decimal Percent = 100;

    public static string Of(BudgetEvent e)
    {
        var data = e.Data;
        var who = e.Scope?.ToString() ?? e.Subject;
        return e.Type switch
        {
            BudgetEventTypes.ThresholdCrossed => $"{who} has spent {Amount(data.Spent, data)} of {Amount(data.Limit + (data.Allowance ?? 0), data)}, {Share(data.Threshold)} or more of the budget '{Named(e)}'.",
            BudgetEventTypes.Overrun => $"A charge has taken {who} {Amount(data.Amount, data)} above the limit of the budget '{Named(e)}'.",
            BudgetEventTypes.BudgetChanged => Changed("budget", e),
            BudgetEventTypes.AllowanceChanged => $"The allowance of {who} in the budget '{Named(e)}' has changed by {Amount(data.Amount, data)} to {Amount(data.Allowance, data)}{By(e)}.",
            BudgetEventTypes.Denied or BudgetEventTypes.Throttled => $"{Number(data.Count)} requests were denied ({data.Outcome}) by '{Named(e)}' for {who}.",
            BudgetEventTypes.CommitLate => $"The commit of '{e.Subject}' came after the end of its lease, and {Money(data)} is charged.",
            BudgetEventTypes.ChargeCorrected => $"{Amount(data.Amount, data)} of the charge '{e.Subject}' was given back.",
            BudgetEventTypes.CostAllocated => $"The cost of {data.Name}, {Number(data.ValueAfter ?? data.ValueBefore)} {data.Currency}, was {Allocated(data)}{By(e)}: allocation '{e.Subject}'.",
            BudgetEventTypes.ChargeUndeliverable => $"The charge '{e.Subject}' was given up ({data.Cause}): somebody must look whether it was charged.",
            BudgetEventTypes.ApprovalRequested => $"{who} asks for {Amount(data.Needed, data)} above the limit of the budget '{Named(e)}': approval {e.Subject}.",
            BudgetEventTypes.ApprovalGiven => $"The approval {e.Subject} for {who} was given{By(e)}: {Amount(data.Amount, data)}.",
            BudgetEventTypes.ApprovalRefused => $"The approval {e.Subject} for {who} was refused{By(e)}.",
            BudgetEventTypes.ApprovalExpired => $"The time of the approval {e.Subject} for {who} is over.",
            BudgetEventTypes.ApprovalCancelled => $"The approval {e.Subject} for {who} was cancelled.",
            BudgetEventTypes.RateLimitChanged => Changed("rate limit", e),
            BudgetEventTypes.RateLimitLowered => $"The rate limit '{Named(e)}' of {who} was lowered from {Number(data.ValueBefore)} to {Number(data.ValueAfter)} ({data.Cause}).",
            BudgetEventTypes.QuotaChanged => Changed("pool", e),
            BudgetEventTypes.QuotaDivided => $"The pool '{e.Subject}' was divided among {Number(data.Count)} members.",
            BudgetEventTypes.QuotaRenewed => $"The pool '{e.Subject}' was renewed for the period from {Time(data.PeriodStart)}.",
            BudgetEventTypes.Anomaly => $"{who} has spent {Amount(data.Seen, data)} in the hour from {Time(data.PeriodStart)}, where {Amount(data.Expected, data)} was expected.",
            BudgetEventTypes.BurnRate => $"{who} has spent {Amount(data.Seen, data)} in an hour; what is left of the budget '{Named(e)}' will be used up by {Time(data.UsedUpAt)}, and has to last until {Time(data.Until)}.",
            BudgetEventTypes.StoreAway => $"The store does not answer: {data.Cause}",
            BudgetEventTypes.StoreBack => "The store answers again.",
            BudgetEventTypes.DataLost => "The store has lost its data: what was spent and held there counts from zero.",
            _ => $"{e.Type} ({e.Subject})",
        };
    }

    private static string Named(BudgetEvent e) => e.Data.Name ?? e.Data.BudgetId ?? e.Data.RateLimitId ?? e.Subject;

    private static string Changed(string thing, BudgetEvent e) =>
        $"The {thing} '{e.Subject}' was {(e.Data.Before is null ? "made" : e.Data.After is null ? "removed" : "changed")}{Values(e)}{By(e)}.";

    private static string Allocated(BudgetEventData data)
    {
        if (data.ValueAfter is null)
            return "taken back";
        return data.ValueBefore is null ? "allocated" : "allocated again";
    }

    private static string Values(BudgetEvent e) => e.Data is { ValueBefore: { } before, ValueAfter: { } after } ? $" from {Amount(before, e.Data)} to {Amount(after, e.Data)}" : "";

    private static string By(BudgetEvent e) => e.Data.By is { } by ? $" by {by}" : "";

    private static string Amount(decimal? amount, BudgetEventData data) => data.Unit is { } unit ? $"{Number(amount)} {unit}" : Number(amount);

    private static string Money(BudgetEventData data) => data.Currency is { } currency ? $"{Number(data.Cost)} {currency}" : Number(data.Cost);

    private static string Share(decimal? fraction) => Number(fraction * Percent) + " %";

    private static string Number(decimal? number) => number?.ToString("0.#########", CultureInfo.InvariantCulture) ?? "?";

    private static string Time(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "?";
}
