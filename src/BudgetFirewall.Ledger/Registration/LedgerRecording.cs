using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Puts the recording of a ledger around a firewall's store.</summary>
internal static class LedgerRecording
{
    /// <summary>The store that records what the given one does, and what the firewall decides.</summary>
    /// <param name="inner">The store, for which <see cref="Check"/> holds.</param>
    /// <param name="context">The firewall's context.</param>
    /// <param name="feeds">The ways to the ledger.</param>
    public static IBudgetStore Around(IBudgetStore inner, BudgetStoreContext context, LedgerFeeds feeds)
    {
        var entries = new EntryFactory(context);
        return new DecisionStore(Recorded(inner, feeds, entries), entries, feeds.Decisions, context.TimeProvider);
    }

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

    private static LedgerStore Recorded(IBudgetStore inner, LedgerFeeds feeds, EntryFactory entries) =>
        new(inner, entries, feeds.Begin(new LedgerFeed(feeds.Ledger, feeds.Options, feeds.TimeProvider, feeds.Logger, feeds.Metrics)));
}
