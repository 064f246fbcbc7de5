using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BudgetFirewall;

/// <summary>The health of a firewall's ledger: one that is behind delays records, and refuses decisions only at its bound.</summary>
internal static class LedgerHealth
{
    private const int NearlyFullPercent = 80;

    // A database that is restarted is back before.
    private static readonly TimeSpan LongestFailure = TimeSpan.FromMinutes(1);

    /// <summary>Finds what is wrong with the ledger of a firewall.</summary>
    /// <param name="services">The container.</param>
    /// <param name="firewall">The firewall's name; null for the one without a name.</param>
    /// <param name="failureStatus">The status while decisions are refused.</param>
    /// <returns>The result; null where there is no ledger, or nothing is wrong with it.</returns>
    public static HealthCheckResult? Find(IServiceProvider services, string? firewall, HealthStatus failureStatus)
    {
        if (FirewallServiceLookup.FindService<ILedgerFeed>(services, firewall)?.Status is not { } status)
            return null;
        var differences = FirewallServiceLookup.FindService<ILedgerReconciliation>(services, firewall)?.Last?.Differences.Length ?? 0;
        var data = new Dictionary<string, object>
        {
            ["waiting"] = status.Waiting,
            ["maxBacklog"] = status.MaxBacklog,
            ["unkept"] = status.Unkept,
            ["setAside"] = status.SetAside,
            ["leftOut"] = status.LeftOut,
            ["differences"] = differences,
        };
        if (status.IsRefusing)
            return new(failureStatus, Text($"{status.Waiting:N0} entries wait for the ledger, as many as may: checks, reservations and spends are refused."), data: data);
        var now = (services.GetService<TimeProvider>() ?? TimeProvider.System).GetUtcNow();
        string[] troubles = [.. TroublesOf(status, differences, now)];
        return troubles.Length == 0 ? null : HealthCheckResult.Degraded($"The ledger is behind or incomplete; the log says why. {string.Join(" ", troubles)}", data: data);
    }

    private static IEnumerable<string> TroublesOf(LedgerFeedStatus status, int differences, DateTimeOffset now)
    {
        if (status.Waiting >= status.MaxBacklog * (long)NearlyFullPercent / 100)
            yield return Text($"{status.Waiting:N0} entries wait, of {status.MaxBacklog:N0} that may.");
        if (status.FailingSince is { } since && now - since >= LongestFailure)
            yield return Text($"It could not be written to since {since:u}; {status.Waiting:N0} entries wait.");
        if (status.Unkept > 0)
            yield return Text($"{status.Unkept:N0} entries that wait are not in the journal.");
        if (status.SetAside > 0)
            yield return Text($"{status.SetAside:N0} entries were put aside.");
        if (differences > 0)
            yield return Text($"{differences:N0} counters differ from the store's.");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
