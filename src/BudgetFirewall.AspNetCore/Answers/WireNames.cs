namespace BudgetFirewall;

/// <summary>What enumerations are called in JSON and headers: the words of metrics and configuration, in small letters.</summary>
internal static class WireNames
{
    public static string Of(DecisionOutcome outcome) => outcome switch
    {
        DecisionOutcome.Allowed => "allowed",
        DecisionOutcome.BudgetExceeded => "budget_exceeded",
        DecisionOutcome.RateLimited => "rate_limited",
        _ => "store_unavailable",
    };

    public static string Of(BudgetPeriod period) => period switch
    {
        BudgetPeriod.Hour => "hour",
        BudgetPeriod.Day => "day",
        BudgetPeriod.Week => "week",
        BudgetPeriod.Month => "month",
        BudgetPeriod.Year => "year",
        _ => "none",
    };

    public static BudgetPeriod? Period(string text) => text switch
    {
        "hour" => BudgetPeriod.Hour,
        "day" => BudgetPeriod.Day,
        "week" => BudgetPeriod.Week,
        "month" => BudgetPeriod.Month,
        "year" => BudgetPeriod.Year,
        "none" => BudgetPeriod.None,
        _ => null,
    };

    public static string Of(Enforcement enforcement) => enforcement switch
    {
        Enforcement.Hard => "hard",
        Enforcement.Soft => "soft",
        Enforcement.Shadow => "shadow",
        _ => throw new InvalidOperationException($"There is no enforcement {enforcement}."),
    };

    public static Enforcement? EnforcementOf(string text) => text switch
    {
        "hard" => Enforcement.Hard,
        "soft" => Enforcement.Soft,
        "shadow" => Enforcement.Shadow,
        _ => null,
    };

    public static string Of(LimitKind kind) => kind switch
    {
        LimitKind.Budget => "budget",
        LimitKind.RateLimit => "rate_limit",
        _ => throw new InvalidOperationException($"There is no kind of limit {kind}."),
    };

    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Admit => "admit",
        Verdict.Delay => "delay",
        Verdict.Refuse => "refuse",
        Verdict.NeedsApproval => "needs_approval",
        Verdict.WouldRefuse => "would_refuse",
        _ => throw new InvalidOperationException($"There is no verdict {verdict}."),
    };

    public static string Of(LimitSource source) => source switch
    {
        LimitSource.Configuration => "configuration",
        LimitSource.RunTime => "run_time",
        _ => throw new InvalidOperationException($"There is no source {source}."),
    };
}
