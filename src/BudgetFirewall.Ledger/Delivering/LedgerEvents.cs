using System.Data.Common;
using System.Globalization;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BudgetFirewall;

/// <summary>
/// Subscriptions to events in the database of a ledger. As a channel of a firewall it records events with a delivery for each subscription that is to hear of them, and it delivers what any process has recorded. Thread-safe.
/// </summary>
/// <example><code>
/// await using var ledger = SqliteLedger.Open("Data Source=ledger.db");
/// await using var events = LedgerEvents.Open(ledger);
/// await using var firewall = new BudgetFirewallBuilder().Configure(options => …).AddEventChannel(events).Build();
/// var created = await events.CreateAsync(new() { Url = "https://example.com/hooks/budget" });
/// </code></example>
public sealed class LedgerEvents : IEventSubscriptions, IEventChannel, IAsyncDisposable, IDisposable
{
    /// <summary>The type of events that <see cref="TestAsync"/> records.</summary>
    public const string TestType = "budgetfirewall.test.v1";

    private const int MostSubscriptions = 1_000;
    private const int MostInOnePage = 1_000;

    private static readonly TimeSpan UsualOverlap = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(30);

    private readonly LedgerDatabase _database;
    private readonly TimeProvider _timeProvider;
    private readonly LedgerEventOptions _options;
    private readonly SubscriptionRows _subscriptions;
    private readonly DeliveryRows _deliveries;
    private readonly KeptSecrets _secrets;
    private readonly EventSender _sender;
    private readonly DeliveryWorker _worker;
    private readonly EventRecorder _recorder;
    private int _isClosed;

    private LedgerEvents(LedgerDatabase database, LedgerEventOptions options, TimeProvider timeProvider, ILogger logger)
    {
        (_database, _options, _timeProvider) = (database, options, timeProvider);
        (_subscriptions, _deliveries, _secrets, _sender) = (new(database), new(database), new(options.SecretProtector), new(new(options.Webhooks, timeProvider), options.EmailSender, options.Webhooks.Timeout));
        foreach (var configured in options.Subscriptions)
            Check(configured.Subscription, configured.Secret);
        _worker = new(_deliveries, new(_deliveries, _subscriptions, _sender, _secrets, options, timeProvider, logger), ApplyOptionsAsync, options, timeProvider, logger);
        _recorder = new(database, timeProvider, logger, _worker.Wake);
    }

    /// <summary>Opens the subscriptions of a ledger. Nothing waits for the database.</summary>
    /// <param name="ledger">The ledger, of SQLite or PostgreSQL; it is not disposed.</param>
    /// <param name="configure">Changes the options; null: the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="loggerFactory">Makes the logger; null for none.</param>
    /// <exception cref="ArgumentException">The ledger is of another kind, or a subscription of the options is none that deliveries may go to.</exception>
    public static LedgerEvents Open(ILedger ledger, Action<LedgerEventOptions>? configure = null, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        if (ledger is not DatabaseLedger kept)
            throw new ArgumentException($"Subscriptions are kept in the database of a ledger, and {ledger.GetType().Name} has none.", nameof(ledger));
        return new(kept.Database, LedgerEventOptions.From(configure), timeProvider ?? TimeProvider.System, (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger("BudgetFirewall.Events"));
    }

    /// <inheritdoc/>
    public string Name => "subscriptions";

    /// <inheritdoc/>
    public ValueTask SendAsync(BudgetEvent budgetEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(budgetEvent);
        // The ledger writes those with their entries.
        return EntryEvents.IsOfEntry(budgetEvent) ? default : _recorder.AddAsync(budgetEvent, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<CreatedSubscription?> CreateAsync(EventSubscription subscription, WebhookSecret? secret = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        var key = EventSender.IsSigned(subscription.Kind) ? secret ?? WebhookSecret.New() : null;
        Check(subscription, key);
        var stored = await DoAsync(_subscriptions.WriteAsync(subscription.Id, (present, count) => present is not null ? null
            : count >= MostSubscriptions ? throw new ArgumentException($"There are {MostSubscriptions} subscriptions already, as many as may be.", nameof(subscription))
            : New(subscription, key), cancellationToken)).ConfigureAwait(false);
        return stored is null ? null : new(stored.Subscription, key);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> UpdateAsync(EventSubscription subscription, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        CheckReceiver(subscription);
        var stored = await DoAsync(_subscriptions.WriteAsync(subscription.Id, (present, _) => present is null ? null : present with { Subscription = ChangedByHand(present, subscription) }, cancellationToken)).ConfigureAwait(false);
        _worker.Wake();
        return stored is not null;
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string id, CancellationToken cancellationToken = default) => DoAsync(_subscriptions.RemoveAsync(id, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<EventSubscription?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        return (await DoAsync(_subscriptions.FindAsync(id, cancellationToken)).ConfigureAwait(false))?.Subscription;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<EventSubscription>> ListAsync(CancellationToken cancellationToken = default) =>
        [.. (await DoAsync(_subscriptions.ListAsync(cancellationToken)).ConfigureAwait(false)).Select(stored => stored.Subscription)];

    /// <inheritdoc/>
    public async ValueTask<CreatedSubscription?> RotateSecretAsync(string id, TimeSpan? overlap = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        var time = overlap ?? UsualOverlap;
        if (time < TimeSpan.Zero || time > LongestOverlap)
            throw new ArgumentOutOfRangeException(nameof(overlap), overlap, "The overlap is from 0 to 30 days.");
        var secret = WebhookSecret.New();
        var stored = await DoAsync(_subscriptions.WriteAsync(
            id,
            (present, _) => present is null || !EventSender.IsSigned(present.Subscription.Kind) ? null : present with { Secret = _secrets.Keep(secret), FormerSecret = present.Secret, FormerUntil = Now + time },
            cancellationToken)).ConfigureAwait(false);
        return stored is null ? null : new(stored.Subscription, secret);
    }

    /// <inheritdoc/>
    public async ValueTask<BudgetEvent?> TestAsync(string id, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(id, cancellationToken).ConfigureAwait(false) is null)
            return null;
        var test = new BudgetEvent(TestType, Now, id);
        await DoAsync(WriteTestAsync(test, id, cancellationToken)).ConfigureAwait(false);
        _worker.Wake();
        return test;
    }

    /// <inheritdoc/>
    public async ValueTask<EventDeliveryPage> ListDeliveriesAsync(string id, EventDeliveryState? state = null, int count = 100, string? cursor = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (count is < 1 or > MostInOnePage)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"A page has 1 to {MostInOnePage} deliveries.");
        var before = long.MaxValue;
        if (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw new ArgumentException("This is no cursor of deliveries.", nameof(cursor));
        return await DoAsync(_deliveries.ListAsync(id, state, count, before, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RedeliverAsync(string id, long deliveryId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        var isFound = await DoAsync(_deliveries.RedeliverAsync(id, deliveryId, Now, cancellationToken)).ConfigureAwait(false);
        _worker.Wake();
        return isFound;
    }

    /// <summary>Records what waits, for at most 5 seconds, and ends the deliveries. What is not delivered by then is delivered by another process, or the next one.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        await _recorder.DisposeAsync().ConfigureAwait(false);
        await _worker.DisposeAsync().ConfigureAwait(false);
        _sender.Dispose();
    }

    /// <summary>The same, for containers that are disposed without awaiting.</summary>
    public void Dispose() => Task.Run(async () => await DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();

    private DateTimeOffset Now => _timeProvider.GetUtcNow();

    /// <summary>Makes the subscriptions of the options, or changes those that are there.</summary>
    private async ValueTask ApplyOptionsAsync(CancellationToken cancellationToken)
    {
        foreach (var (subscription, secret) in _options.Subscriptions)
            await DoAsync(_subscriptions.WriteAsync(subscription.Id, (present, _) => Configured(present, subscription, secret), cancellationToken)).ConfigureAwait(false);
    }

    private async ValueTask<int> WriteTestAsync(BudgetEvent test, string id, CancellationToken cancellationToken)
    {
        var session = await _database.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var count = await EventRows.WriteAsync(session, _database.Dialect, [test], Now, id, cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return count;
    }

    private void Check(EventSubscription subscription, WebhookSecret? secret)
    {
        CheckReceiver(subscription);
        if (secret is null && EventSender.IsSigned(subscription.Kind))
            throw new ArgumentException(DisplayText.Escape($"The subscription '{subscription.Id}' has no secret."), nameof(subscription));
    }

    private void CheckReceiver(EventSubscription subscription)
    {
        if (_sender.FaultOf(subscription) is { } fault)
            throw new ArgumentException(fault, "url");
    }

    private StoredSubscription New(EventSubscription subscription, WebhookSecret? secret) =>
        new(subscription with { CreatedAt = Now, DisabledReason = null }, secret is null ? "" : _secrets.Keep(secret), "", DateTimeOffset.UnixEpoch);

    private StoredSubscription Configured(StoredSubscription? present, EventSubscription subscription, WebhookSecret? secret) => present is null
        ? New(subscription, secret)
        : present with { Subscription = Changed(present, subscription), Secret = secret is null ? "" : _secrets.Keep(secret) };

    private static EventSubscription ChangedByHand(StoredSubscription present, EventSubscription subscription) => EventSender.IsSigned(subscription.Kind) && present.Secret.Length == 0
        ? throw new ArgumentException(DisplayText.Escape($"The subscription '{subscription.Id}' has no secret, which a webhook needs: delete it and make it anew."), "kind")
        : Changed(present, subscription);

    private static EventSubscription Changed(StoredSubscription present, EventSubscription subscription) =>
        subscription with { CreatedAt = present.Subscription.CreatedAt, DisabledReason = subscription.IsActive ? null : present.Subscription.DisabledReason };

    private static async ValueTask<T> DoAsync<T>(ValueTask<T> work)
    {
        try
        {
            return await work.ConfigureAwait(false);
        }
        catch (DbException e)
        {
            throw new LedgerException($"Subscriptions cannot be read or written: {e.Message}", e);
        }
    }
}
