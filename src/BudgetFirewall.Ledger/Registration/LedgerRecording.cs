using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Puts the recording of a ledger around a firewall's store.</summary>
internal static class LedgerRecording
{
    public static LedgerFeed FeedOf(ILedger ledger, LedgerOptions options, TimeProvider timeProvider, ILoggerFactory loggers) =>
        new(ledger, options, timeProvider, loggers.CreateLogger("BudgetFirewall.Ledger"));

    /// <exception cref="InvalidOperationException">The firewall's store is not that of memory.</exception>
    public static void Check(IBudgetStore store)
    {
        if (DelegatingBudgetStore.InnermostOf(store) is not MemoryBudgetStore and var other)
        {
            throw new InvalidOperationException(
                $"A ledger records what is counted in memory, and the store of this firewall is {other.GetType().Name}: other processes charge it too, and what they do would be missing. "
                + "Leave the ledger out, or the store.");
        }
    }
}
