namespace BudgetFirewall;

/// <summary>The options of alerts, frozen.</summary>
internal sealed record AlertSettings(IReadOnlyList<AlertRule> Rules, bool WatchBudgets, decimal Above, TimeSpan LookEvery, int MaxScopes, int MaxOpen, TimeSpan KeepFor)
{
    private const string DefaultName = "default";

    public static AlertSettings Of(AlertOptions options) => new(
        options.Rules.Count > 0 ? [.. options.Rules] : [Default(options.Above)], options.WatchBudgets, options.Above, options.LookEvery, options.MaxScopes, options.MaxOpen, options.KeepFor);

    private static AlertRule Default(decimal above) => new()
    {
        Name = DefaultName,
        Types =
        [
            BudgetEventTypes.ThresholdCrossed, BudgetEventTypes.ApprovalRequested, BudgetEventTypes.QuotaUsedUp, BudgetEventTypes.StoreAway, BudgetEventTypes.DataLost, BudgetEventTypes.LedgerBehind,
            BudgetEventTypes.ChargeUndeliverable, BudgetEventTypes.Anomaly, BudgetEventTypes.BurnRate,
        ],
        Above = above,
    };
}
