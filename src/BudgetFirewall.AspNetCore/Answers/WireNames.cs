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

    public static string Of(Enforcement enforcement) => enforcement == Enforcement.Hard ? "hard" : "soft";

    public static Enforcement? EnforcementOf(string text) => text switch
    {
        "hard" => Enforcement.Hard,
        "soft" => Enforcement.Soft,
        _ => null,
    };
}
