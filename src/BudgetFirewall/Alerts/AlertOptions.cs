namespace BudgetFirewall;

/// <summary>The options of alerts, which <c>AddAlerts()</c> switches on.</summary>
public sealed class AlertOptions
{
    /// <summary>
    /// The rules that choose events. Default: none, and then there is one, <c>default</c>, for budgets above the fraction of <see cref="Above"/>, approvals that are asked for, pools that are used up, anomalies, and all that is wrong: the store or
    /// the ledger that is away, data that was lost, charges that were given up.
    /// </summary>
    public IList<AlertRule> Rules { get; } = [];

    /// <summary>False: budgets are not looked at, and only events make alerts. Default true.</summary>
    public bool WatchBudgets { get; set; } = true;

    /// <summary>The part of its limit from which on a budget that is looked at makes an alert, above 0 and at most 10. Default 0.9.</summary>
    public decimal Above { get; set; } = 0.9m;

    /// <summary>The time between two looks at budgets and open alerts, 1 second to 1 day. Default 1 minute. One process at a time looks.</summary>
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The most scopes that one look reads of one budget for each, those first that have spent most: 1 to 100,000. Default 1,000. One scope is one read of the store.</summary>
    public int MaxScopes { get; set; } = 1_000;

    /// <summary>The most alerts of one rule that are open at a time, 1 to 100,000. Default 1,000. What is beyond them is counted in one more.</summary>
    public int MaxOpen { get; set; } = 1_000;

    /// <summary>The time for which resolved alerts are listed, 1 hour to 366 days, and at least <see cref="AlertRule.QuietFor"/> of every rule. Default 30 days.</summary>
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(30);
}
