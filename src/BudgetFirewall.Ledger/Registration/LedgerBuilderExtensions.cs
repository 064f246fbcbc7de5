namespace BudgetFirewall;

/// <summary>Records what a firewall charges in a ledger. For firewalls made without a container.</summary>
public static class LedgerBuilderExtensions
{
    /// <summary>Records every charge, commit, reset and allowance in a ledger, in the background and in batches. Disposing the firewall writes what waits, for at most 5 seconds.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="openLedger">Opens the ledger of each firewall that is built, which disposes it; it must not wait for the database.</param>
    /// <param name="configure">Changes the options of the delivery; null: the defaults.</param>
    /// <returns>The builder. Its firewall must keep its state in memory or in Redis: building one with another store is an <see cref="InvalidOperationException"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="openLedger"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static BudgetFirewallBuilder UseLedger(this BudgetFirewallBuilder builder, Func<TimeProvider, ILedger> openLedger, Action<LedgerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(openLedger);
        var options = LedgerOptions.From(configure);
        return builder.WrapStore((inner, context) =>
        {
            LedgerRecording.Check(inner);
            var feeds = new LedgerFeeds(openLedger(context.TimeProvider), isLedgerOwned: true, options, context.TimeProvider, context.LoggerFactory, services: null);
            return new OwningStore(LedgerRecording.Around(inner, context, feeds), feeds);
        });
    }
}
