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
        feeds.Store = inner;
        var entries = new EntryFactory(context);
        var (recorded, identity) = Recorded(inner, context, feeds, entries);
        feeds.Begin(new BacklogWatch(() => feeds.Status, context));
        var corrector = new Corrector(recorded, identity, entries, feeds, context);
        var decisions = new DecisionStore(recorded, entries, feeds.Decisions, context.TimeProvider);
        return new CorrectingStore(decisions, corrector, new PendingCorrections(corrector, identity, feeds));
    }

    /// <exception cref="InvalidOperationException">The firewall's store is neither that of memory nor one that keeps entries itself.</exception>
    public static void Check(IBudgetStore store)
    {
        if (StreamingOf(store) is null && DelegatingBudgetStore.InnermostOf(store) is not MemoryBudgetStore and var other)
        {
            throw new InvalidOperationException(
                $"The store of this firewall is {other.GetType().Name}, which does not keep the entries of a ledger with what it counts ({nameof(IStreamingStore)}): other processes charge it too, and what they do "
                + "would be missing. Leave the ledger out, or the store.");
        }
    }

    private static (ChangeStore Store, StoreIdentity Identity) Recorded(IBudgetStore inner, BudgetStoreContext context, LedgerFeeds feeds, EntryFactory entries)
    {
        if (StreamingOf(inner) is not { } streaming)
            return RecordedInMemory(inner, context, feeds, entries);
        var stream = streaming.StreamTo(new StreamEntryMaker(entries));
        var streamed = new StreamStore(inner, feeds.Begin(new StreamFeed(feeds.Ledger, stream, feeds.Options, feeds.TimeProvider, feeds.Logger, feeds.Metrics)));
        return (new(streamed, feeds.Ledger, entries, feeds.Decisions.Record, new(context.TimeProvider)), StoreIdentity.Of(stream, context));
    }

    private static (ChangeStore Store, StoreIdentity Identity) RecordedInMemory(IBudgetStore inner, BudgetStoreContext context, LedgerFeeds feeds, EntryFactory entries)
    {
        var feed = feeds.Begin(new LedgerFeed(feeds.Ledger, feeds.Options, feeds.TimeProvider, feeds.Logger, feeds.Metrics));
        var times = new ChangeTimes(context.TimeProvider);
        if (!feeds.Options.RestoreState || feeds.Ledger is not IStateLedger ledger || DelegatingBudgetStore.InnermostOf(inner) is not IRestorableStore restored)
            return (WithChanges(new LedgerStore(inner, entries, feed, state: null, times)), StoreIdentity.OfMemory(isRestored: false, context));
        var state = new StateRecorder(context.TimeProvider);
        var restoration = feeds.Begin(new Restoration(restored, ledger, feed, state, feeds.Options, context, feeds.Logger));
        return (WithChanges(new LedgerStore(new RestoringStore(inner, restoration), entries, feed, state, times)), StoreIdentity.OfMemory(isRestored: true, context));

        ChangeStore WithChanges(LedgerStore store) => new(store, feeds.Ledger, entries, feed.Record, times);
    }

    private static IStreamingStore? StreamingOf(IBudgetStore store) => store as IStreamingStore ?? DelegatingBudgetStore.InnermostOf(store) as IStreamingStore;
}
