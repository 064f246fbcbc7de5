namespace BudgetFirewall.Storage;

/// <summary>The names of the kinds of decision in metrics, traces and messages.</summary>
internal static class DecisionKindName
{
    public static string Of(DecisionKind kind) => kind switch
    {
        DecisionKind.Check => "check",
        DecisionKind.Reserve => "reserve",
        DecisionKind.Spend => "spend",
        DecisionKind.Charge => "charge",
        DecisionKind.CheckRateLimits => "check_rate_limits",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of decision."),
    };
}
