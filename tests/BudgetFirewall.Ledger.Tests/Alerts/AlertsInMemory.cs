namespace BudgetFirewall.Ledger.Tests.Alerts;

// Without a ledger alerts are in memory: the harness's database is not used.
public sealed class AlertsAreMadeInMemory : AlertsAreMade<SqliteHarness>
{
    private protected override bool HasLedger => false;
}

public sealed class AlertsAreQuietInMemory : AlertsAreQuiet<SqliteHarness>
{
    private protected override bool HasLedger => false;
}

public sealed class BudgetsAreWatchedInMemory : BudgetsAreWatched<SqliteHarness>
{
    private protected override bool HasLedger => false;
}
