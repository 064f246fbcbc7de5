using System.Globalization;
using System.Security.Cryptography;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The alerts of a firewall: a channel that makes them of events, and a clock that looks at budgets and open alerts. Thread-safe.</summary>
internal sealed class FirewallAlerts : IAlerts, IEventChannel, IAsyncDisposable, IDisposable
{
    private const int MostInOnePage = 1_000;
    private const int OwnerDigits = 16;
    private const int LongestNote = 1_000;
    private const string LeaseName = "alerts";

    private static readonly TimeSpan LongestOverlap = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CleanEvery = TimeSpan.FromHours(1);

    private readonly IAlertStore _store;
    private readonly AlertWriter _writer;
    private readonly AlertQueue _queue;
    private readonly AlertWatch _watch;
    private readonly Func<FirewallSettings> _settings;
    private readonly Func<IBudgetFirewall> _firewall;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly string _lease;
    private readonly string _owner = RandomNumberGenerator.GetHexString(OwnerDigits, lowercase: true);
    private readonly SemaphoreSlim _looking = new(1);
    private readonly CancellationTokenSource _closing = new();
    private Task _clock = Task.CompletedTask;
    private DateTimeOffset _cleanedAt;
    private DateTimeOffset _heldUntil;
    private bool _isFailing;
    private int _isClosed;
    private volatile BudgetEvent? _storeAway;

    /// <param name="store">The place where alerts are kept.</param>
    /// <param name="settings">Gives the settings in force.</param>
    /// <param name="firewall">Gives the firewall, which is made by the time that budgets are looked at.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="name">The firewall's name; null for the unnamed one.</param>
    public FirewallAlerts(IAlertStore store, Func<FirewallSettings> settings, Func<IBudgetFirewall> firewall, TimeProvider timeProvider, ILogger logger, string? name)
    {
        (_store, _settings, _firewall, _timeProvider, _logger) = (store, settings, firewall, timeProvider, logger);
        _lease = name is null ? LeaseName : $"{LeaseName}/{name}";
        _writer = new(store, () => settings().Alerts, timeProvider, logger, BudgetEvent.SourceOf(name));
        _watch = new(store, _writer, settings, timeProvider, logger, BudgetEvent.SourceOf(name));
        _queue = new(_writer, timeProvider, logger);
    }

    public string Name => LeaseName;

    /// <summary>Begins to look, and to raise events of alerts.</summary>
    public void Start(Action<BudgetEvent> raise)
    {
        _writer.Raise = raise;
        using (ExecutionContext.SuppressFlow())
            _clock = Task.Run(RunAsync);
    }

    public ValueTask SendAsync(BudgetEvent budgetEvent, CancellationToken cancellationToken)
    {
        if (budgetEvent.Type is BudgetEventTypes.StoreAway or BudgetEventTypes.StoreBack)
            _storeAway = budgetEvent.Type == BudgetEventTypes.StoreAway ? budgetEvent : null;
        return _writer.IsWanted(budgetEvent) ? _queue.AddAsync(budgetEvent, cancellationToken) : default;
    }

    public async ValueTask<AlertPage> ListAsync(AlertState? state = null, int count = 100, string? cursor = null, CancellationToken cancellationToken = default)
    {
        if (count is < 1 or > MostInOnePage)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"A page has 1 to {MostInOnePage} alerts.");
        var before = long.MaxValue;
        if (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw new ArgumentException("This is no cursor of alerts.", nameof(cursor));
        var found = await _store.ReadAsync(state, before, count + 1, cancellationToken).ConfigureAwait(false);
        return new([.. found.Take(count).Select(record => record.Alert)], found.Count > count ? found[count - 1].Number.ToString(CultureInfo.InvariantCulture) : null);
    }

    public async ValueTask<Alert?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        return (await _store.FindAsync(id, cancellationToken).ConfigureAwait(false))?.Alert;
    }

    public ValueTask<Alert?> AcknowledgeAsync(string id, string? by = null, string? note = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, by, note, record => AlertBook.Acknowledged(record, by, note, _timeProvider.GetUtcNow()), cancellationToken);

    public ValueTask<Alert?> ResolveAsync(string id, string? by = null, string? note = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, by, note, record => AlertBook.Resolved(record, by, note, "It was resolved by hand.", _timeProvider.GetUtcNow()), cancellationToken);

    public ValueTask LookAsync(CancellationToken cancellationToken = default) => LookAsync(static _ => new(true), cancellationToken);

    private async ValueTask LookAsync(Func<CancellationToken, ValueTask<bool>> mayGoOnAsync, CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _watch.LookAsync(_firewall(), mayGoOnAsync, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _looking.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        await _closing.CancelAsync().ConfigureAwait(false);
        await _clock.ConfigureAwait(false);
        await _queue.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The same, for containers that are disposed without awaiting.</summary>
    public void Dispose() => Task.Run(async () => await DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();

    private async ValueTask<Alert?> ChangeAsync(string id, string? by, string? note, Func<AlertRecord, AlertChange?> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        Identifier.CheckOptional(by, nameof(by));
        if (note is not null)
            Identifier.Check(note, nameof(note), LongestNote);
        return (await _writer.ChangeAsync(id, change, cancellationToken).ConfigureAwait(false))?.Alert;
    }

    private async Task RunAsync()
    {
        var isHeld = false;
        try
        {
            while (true)
            {
                await Task.Delay(_settings().Alerts.LookEvery, _timeProvider, _closing.Token).ConfigureAwait(false);
                isHeld = await TryLookAsync(isHeld).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            if (isHeld)
                await GiveBackAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Looks, if no other process does; true while this one does.</summary>
    private async Task<bool> TryLookAsync(bool isHeld)
    {
        try
        {
            await SayStoreAwayAsync().ConfigureAwait(false);
            isHeld = await TryHoldAsync().ConfigureAwait(false);
            if (isHeld)
            {
                await LookAsync(MayGoOnAsync, _closing.Token).ConfigureAwait(false);
                await CleanAsync().ConfigureAwait(false);
            }
            _isFailing = false;
        }
#pragma warning disable CA1031 // Whatever it was, it is looked at again.
        catch (Exception e) when (e is not ObjectDisposedException && (e is not OperationCanceledException || !_closing.IsCancellationRequested))
#pragma warning restore CA1031
        {
            if (!_isFailing)
                AlertLog.LookFailed(_logger, e);
            _isFailing = true;
            // Another process may be able to.
            if (isHeld)
                await GiveBackAsync().ConfigureAwait(false);
            isHeld = false;
        }
        catch (ObjectDisposedException)
        {
            // The firewall is closed before its alerts.
        }
        return isHeld;

        // A long look keeps its lease, and ends where another process has taken it meanwhile.
        async ValueTask<bool> MayGoOnAsync(CancellationToken cancellationToken)
        {
            if (_heldUntil - _timeProvider.GetUtcNow() <= HeldFor / 2)
                isHeld = await TryHoldAsync().ConfigureAwait(false);
            return isHeld;
        }
    }

    private TimeSpan HeldFor => _settings().Alerts.LookEvery is var every && every < LongestOverlap ? every * 2 : every + LongestOverlap;

    private async ValueTask<bool> TryHoldAsync()
    {
        var now = _timeProvider.GetUtcNow();
        var until = now + HeldFor;
        if (!await _store.TryHoldAsync(_lease, _owner, now, until, _closing.Token).ConfigureAwait(false))
            return false;
        _heldUntil = until;
        return true;
    }

    /// <summary>Looks whether a store that was away when this process asked it last is back, which is told by an event, and says that it is away still where it is.</summary>
    private async ValueTask SayStoreAwayAsync()
    {
        if (_storeAway is not { } away)
            return;
        try
        {
            await _firewall().Budgets.ListAsync(1, afterId: null, _settings().PartitionBy is null ? null : CauseCheck.AnyPartition, _closing.Token).ConfigureAwait(false);
        }
        catch (BudgetStoreException)
        {
            await _writer.WriteAsync([away], isSeen: true, _closing.Token).ConfigureAwait(false);
        }
    }

    private async Task CleanAsync()
    {
        var now = _timeProvider.GetUtcNow();
        if (now - _cleanedAt < CleanEvery)
            return;
        await _store.RemoveOldAsync(now - _settings().Alerts.KeepFor, _closing.Token).ConfigureAwait(false);
        _cleanedAt = now;
    }

    private async Task GiveBackAsync()
    {
        try
        {
            await _store.ReleaseAsync(_lease, _owner, CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // It ends by itself.
        catch (Exception)
#pragma warning restore CA1031
        {
            // The next process waits until the lease is over.
        }
    }
}
