using BudgetFirewall.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BudgetFirewall;

/// <summary>Healthy when the store answers, every runtime budget and rate limit can be read, and the ledger, if there is one, is not behind. The state of the budgets does not matter.</summary>
internal sealed class BudgetFirewallHealthCheck(IServiceProvider services, string? firewall, string? partition) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var status = await StoreProbe.RunAsync(FirewallServiceLookup.Find(services, firewall), partition, cancellationToken).ConfigureAwait(false);
            return status.UnreadableBudgets.Count + status.UnreadableRateLimits.Count > 0
                ? new(context.Registration.FailureStatus, "Runtime limits cannot be read; the log names them and says what to do.")
                : LedgerHealth.Find(services, firewall, context.Registration.FailureStatus) ?? HealthCheckResult.Healthy("The store of budgets answers.");
        }
        catch (BudgetStoreException)
        {
            // Without the exception, which would be logged with every probe; the firewall logs it once a minute.
            return new(context.Registration.FailureStatus, "The store of budgets does not answer.");
        }
    }
}
