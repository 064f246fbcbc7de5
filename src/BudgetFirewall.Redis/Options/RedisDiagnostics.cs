namespace BudgetFirewall;

/// <summary>The names under which the Redis store reports, in the meter <see cref="BudgetFirewallDiagnostics.MeterName"/>. Stable.</summary>
public static class RedisDiagnostics
{
    /// <summary>Counter of losses of a data set that this process has noticed.</summary>
    public const string DataLosses = "budgetfirewall.redis.data_losses";
}
