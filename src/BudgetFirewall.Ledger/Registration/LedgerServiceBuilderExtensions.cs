using BudgetFirewall.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BudgetFirewall;

/// <summary>
/// Records what a firewall charges in a ledger. Registers the <see cref="ILedger"/> too, the <see cref="ILedgerFeed"/>, which tells how many entries wait, the <see cref="ILedgerReconciliation"/>, the
/// <see cref="ILedgerErasure"/>, and with <see cref="LedgerOptions.Receipts"/> the <see cref="ILedgerReceipts"/>: plain for the unnamed firewall and keyed by its name for a named one.
/// </summary>
public static class LedgerServiceBuilderExtensions
{
    /// <summary>
    /// Records every charge, commit, reset and allowance in a ledger, in the background and in batches. The firewall must keep its state in memory or in Redis: a host with another store fails when it starts.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="openLedger">Opens the ledger, which the container disposes; it must not wait for the database.</param>
    /// <param name="configure">Changes the options of the delivery; null: the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="openLedger"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static BudgetFirewallServiceBuilder UseLedger(this BudgetFirewallServiceBuilder builder, Func<TimeProvider, ILedger> openLedger, Action<LedgerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(openLedger);
        var options = LedgerOptions.From(configure);
        var (services, name) = (builder.Services, builder.Name);
        AddSingleton(services, name, provider => openLedger(Clock(provider)));
        if (options.Receipts is { } receipts)
            AddSingleton<ILedgerReceipts>(services, name, provider => LedgerReceipts.Of(Get<LedgerFeeds>(provider, name).Ledger, receipts));
        AddSingleton(services, name, provider =>
            new LedgerFeeds(Get<ILedger>(provider, name), isLedgerOwned: false, options, Clock(provider), provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance, provider));
        AddSingleton<ILedgerFeed>(services, name, provider => FeedOf(provider, name));
        AddSingleton<ILedgerReconciliation>(services, name, provider => new Reconciler(Get<LedgerFeeds>(provider, name), () => Get<IBudgetFirewall>(provider, name)));
        // Alerts, where they are switched on, are kept with the entries.
        AddSingleton(services, name, provider => LedgerAlertStore.Of(Get<ILedger>(provider, name), Clock(provider), name));
        AddSingleton<ILedgerErasure>(services, name, provider => new FeedErasure(
            LedgerErasure.Of(Get<ILedger>(provider, name), ErasureOf(options, Get<IBudgetFirewall>(provider, name)), Clock(provider)), Get<LedgerFeeds>(provider, name)));
        services.AddSingleton<IValidateOptions<LedgerStart>>(provider => new LedgerStartCheck(name, provider));
        services.AddOptions<LedgerStart>(name ?? Options.DefaultName).ValidateOnStart();
        return builder.WrapStore((inner, context) =>
        {
            LedgerRecording.Check(inner);
            return LedgerRecording.Around(inner, context, Get<LedgerFeeds>(context.Services!, name));
        });
    }

    private static LedgerErasureOptions ErasureOf(LedgerOptions options, IBudgetFirewall firewall)
    {
        var erasure = new LedgerErasureOptions { PartitionBy = firewall.PartitionBy };
        return options.Receipts is { } receipts ? erasure with { PersonalKinds = receipts.PersonalKinds } : erasure;
    }

    // The delivery begins with the firewall, also in a process that asks for nothing but the feed.
    private static LedgerFeeds FeedOf(IServiceProvider provider, string? name)
    {
        _ = Get<IBudgetFirewall>(provider, name);
        return Get<LedgerFeeds>(provider, name);
    }

    internal static T Get<T>(IServiceProvider provider, string? name) where T : notnull =>
        name is null ? provider.GetRequiredService<T>() : provider.GetRequiredKeyedService<T>(name);

    private static void AddSingleton<T>(IServiceCollection services, string? name, Func<IServiceProvider, T> make) where T : class =>
        _ = name is null ? services.AddSingleton(make) : services.AddKeyedSingleton(name, (provider, _) => make(provider));

    private static TimeProvider Clock(IServiceProvider provider) => provider.GetService<TimeProvider>() ?? TimeProvider.System;
}
